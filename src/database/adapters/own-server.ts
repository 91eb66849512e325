/** What `embedded` and `local` share: a server of our own, on a copy of a data directory that was prepared once. */
import type { Adapter, Server, ServerRequest } from '../database.ts';
import { selfTest } from '../self-test.ts';
import { openSession } from '../session.ts';
import { serverAccount } from './account.ts';
import { type Cache, forgetEntry, openCache } from './cache.ts';
import { hasExtension, type Installation } from './installation.ts';
import { prepare } from './prepare.ts';
import { type Ground, newRunDirectory, serverCommand, superuserSession, target } from './run.ts';
import { runningServer } from './running-server.ts';
import { supervise } from './supervised.ts';

/** Where the programs come from: all that the two do not share. */
export interface Origin {
  readonly name: 'embedded' | 'local';
  unavailable(request: ServerRequest): Promise<string | null>;
  install(request: ServerRequest, cache: Cache): Promise<Installation>;
}

export interface OwnAdapter extends Adapter {
  /** Those of `extensions` that its server has neither for real nor as a stand-in. Installs it, to look. */
  lacking(request: ServerRequest, extensions: readonly string[]): Promise<readonly string[]>;
}

const noAccount = 'Postgres does not run as root, and there is no account nobody or postgres to step down to';

export function ownAdapter(origin: Origin, env: NodeJS.ProcessEnv): OwnAdapter {
  return {
    name: origin.name,
    unavailable: async (request) =>
      serverAccount() === null ? noAccount : await origin.unavailable(request),
    async lacking(request, extensions) {
      if (extensions.length === 0) return [];
      const { installation } = await groundOf(origin, request, env);
      return extensions.filter((name) => !hasExtension(installation, name));
    },
    start: async (request) => start(await groundOf(origin, request, env), request),
  };
}

async function groundOf(origin: Origin, request: ServerRequest, env: NodeJS.ProcessEnv): Promise<Ground> {
  const account = serverAccount();
  if (account === null) throw new Error(noAccount);
  const cache = openCache(env, account);
  return { source: origin.name, account, cache, installation: await origin.install(request, cache) };
}

async function start(ground: Ground, request: ServerRequest): Promise<Server> {
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
    const superuser = await superuserSession(supervised, run);
    const migrations = await openSession(target(run, 'postgres'));
    const version = await selfTest(superuser, migrations, request);
    await Promise.all([superuser.close(), migrations.close()]);
    return runningServer({
      source: ground.source,
      foundation: 'own',
      version,
      majorVersion: request.majorVersion,
      image: null,
      standIns: ground.installation.standIns,
      open: (role) => openSession(target(run, role)),
      end: () => supervised.end(),
    });
  } catch (error) {
    await supervised.end();
    throw error;
  }
}
