/** The prepared data directory: a project as it is born, made once, copied at every boot. */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerRequest, Session } from '../database.ts';
import { describeProject, projectDescription } from '../describe.ts';
import { entry } from './cache.ts';
import { runCommand, systemTool } from './command.ts';
import type { Installation } from './installation.ts';
import { type Ground, newRunDirectory, serverCommand, superuserSession } from './run.ts';
import { serverSettings } from './settings.ts';
import { supervise } from './supervised.ts';

/** A data directory with everything in it, stopped cleanly, to be copied at every boot. */
export async function prepare(ground: Ground, request: ServerRequest): Promise<string> {
  const settings = serverSettings();
  const initdb = readFileSync(new URL('./initdb.sh', import.meta.url), 'utf8');
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        ground.installation.name,
        ground.account.uid,
        settings,
        initdb,
        withoutTemplates,
        projectDescription(request),
      ]),
    )
    .digest('hex')
    .slice(0, 20);
  return entry(ground.cache, `prepared-${request.majorVersion}-${key}`, async (draft) => {
    const run = newRunDirectory(ground.account);
    const supervised = supervise({
      account: ground.account,
      run,
      prepared: null,
      command: [
        '/bin/sh',
        '-c',
        initdb,
        'initdb',
        ground.installation.programs,
        run,
        settings,
        ...serverCommand(ground, run),
      ],
    });
    try {
      const session = await superuserSession(supervised, run);
      await readsItsOwnFiles(session, ground.installation);
      await describeProject(session, request);
      for (const sql of withoutTemplates) await session.execute(sql);
      await session.close();
      await supervised.stopGently();
      await move(join(run, 'data'), draft);
      if (ground.account.switchTo !== null) await keepFrom(draft);
    } finally {
      await supervised.end();
    }
  });
}

/** A server finds its files relative to itself, if it was built to; another's extensions would not be what we laid. */
async function readsItsOwnFiles(session: Session, { share }: Installation): Promise<void> {
  const [row] = await session.query<{ directory: string }>(
    readFileSync(new URL('./share-directory.sql', import.meta.url), 'utf8'),
  );
  if (row === undefined || realpathSync(row.directory) !== realpathSync(share)) {
    throw new Error(`a copy of the server reads ${row?.directory ?? 'nothing'} instead of its own files`);
  }
}

/**
 * The templates are half of the thousand files that every boot copies, and only CREATE DATABASE needs them, which
 * no migrator can run: it is not allowed in a transaction.
 */
const withoutTemplates = ['template0', 'template1'].flatMap((name) => [
  `alter database ${name} is_template false`,
  `drop database ${name}`,
]);

async function move(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch {
    // Another file system.
    await runCommand('cp', ['-R', '-p', '--', from, to], systemTool);
  }
}

/** What a server's account may only read, nobody who breaks out of a server can change for the next one. */
async function keepFrom(directory: string): Promise<void> {
  await runCommand('chown', ['-R', '0:0', directory], systemTool);
  await runCommand('chmod', ['-R', 'u+rwX,go+rX,go-w', directory], systemTool);
}
