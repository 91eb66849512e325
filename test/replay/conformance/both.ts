/** The same history twice: by our replay, and by who applies it in production. */
import type { Server } from '../../../src/database/database.ts';
import type { OpenRequest } from '../../../src/database/open.ts';
import type { History, Layout } from '../../../src/history/history.ts';
import type { Migration } from '../../../src/history/migration.ts';
import { replay } from '../../../src/replay/replay.ts';
import { leftBy, migrateWithDrizzle, sqlstateOf } from '../../drizzle-migrator.ts';
import { withServer } from '../../server.ts';

/** What is left behind, and the SQLSTATE of what failed. */
export interface Left {
  readonly rows: readonly object[];
  readonly catalog: string;
  readonly data: Readonly<Record<string, readonly string[]>>;
  readonly failed: string | null;
  /** Statements of base that did not run. */
  readonly gaps: number;
}

/** `apply` answers with the SQLSTATE of what failed. */
export async function bothLeave(
  history: History,
  apply: (server: Server) => Promise<string | null>,
  request: Partial<OpenRequest> = {},
): Promise<{ readonly ours: Left; readonly theirs: Left }> {
  const ours = withServer(async (server) => {
    const { failed, gaps } = await replay(
      server,
      history,
      {
        platform: 'supabase',
        transaction: history.applier === 'supabase' ? 'each' : 'all',
        seedRows: 0,
        statementDeadlineMs: 20_000,
        overallDeadlineMs: 50_000,
      },
      async () => undefined,
    );
    return {
      ...(await leftBy(server, history)),
      failed: failed?.error?.sqlstate ?? null,
      gaps: gaps.length,
    };
  }, request);
  const theirs = withServer(async (server) => {
    const failed = await apply(server);
    return { ...(await leftBy(server, history)), failed, gaps: 0 };
  }, request);
  // Where one throws, the other has its server and folders to clear away first.
  await Promise.allSettled([ours, theirs]);
  return { ours: await ours, theirs: await theirs };
}

/** Base in one deploy per migration, then the whole folder at once. */
export async function deployWithDrizzle(
  server: Server,
  history: History,
  folder: readonly Migration[] = [...history.base, ...history.new],
): Promise<string | null> {
  const { head, base } = layoutOf(history);
  for (let count = 1; count <= history.base.length; count += 1)
    await migrateWithDrizzle(server, history, history.base.slice(0, count), base);
  return migrateWithDrizzle(server, history, folder, head).then(() => null, sqlstateOf);
}

function layoutOf({ layout }: History): { readonly head: Layout; readonly base: Layout } {
  return layout ?? { head: 'journal', base: 'journal' };
}
