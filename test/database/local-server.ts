/** A server of Postgres 17 that counts as the machine's own, wherever tests run: the binaries we have, on the PATH. */
import { serverAccount } from '../../src/database/adapters/account.ts';
import { openCache } from '../../src/database/adapters/cache.ts';
import { findBinaries } from '../../src/database/adapters/find-binaries.ts';

export interface LocalServer {
  /** Where its `postgres` and `initdb` are. */
  readonly programs: string;
  /** The process' environment, with the programs on its PATH. */
  readonly env: NodeJS.ProcessEnv;
}

export async function localServer(): Promise<LocalServer> {
  const account = serverAccount();
  if (account === null) throw new Error('there is no account to run a server as');
  const { programs } = await findBinaries(17, openCache(process.env, account), process.env);
  return { programs, env: { ...process.env, PATH: `${programs}:${process.env.PATH ?? ''}` } };
}
