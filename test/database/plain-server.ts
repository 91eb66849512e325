/**
 * A plain Postgres as a user might have one, on 127.0.0.1 and on a socket, with a password and, if asked for, TLS: what
 * the adapter for a URL is tried on. No role but the first superuser, no stand-ins of ours, everything logged.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serverAccount } from '../../src/database/adapters/account.ts';
import { openCache } from '../../src/database/adapters/cache.ts';
import { findBinaries } from '../../src/database/adapters/find-binaries.ts';
import { newRunDirectory } from '../../src/database/adapters/run.ts';
import { supervise } from '../../src/database/adapters/supervised.ts';
import type { Session } from '../../src/database/database.ts';
import { openSession, unixSocket } from '../../src/database/session.ts';
import type { Certificate } from './url/certificate.ts';

export interface PlainServer {
  readonly majorVersion: 15 | 17;
  readonly port: number;
  /** Directory of its Unix socket. */
  readonly directory: string;
  readonly superuser: string;
  readonly password: string;
  /** By TCP, with user and password; other parts as given. */
  url(parts?: { user?: string; password?: string; database?: string; query?: string; port?: number }): string;
  /** As its superuser, whatever that one is called at the moment, past the adapter. */
  connect(database?: string): Promise<Session>;
  connectAs(user: string, password: string): Promise<Session>;
  /** All that the server has said so far. */
  log(): string;
  /** Ends it as a crash would, and starts it again on what is on the disk. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export interface PlainRequest {
  readonly majorVersion: 15 | 17;
  readonly superuser?: string;
  readonly settings?: readonly string[];
  readonly certificate?: Certificate;
}

/** pg_hba.conf: our own look at it goes over a socket of its own user, everybody else gives a password. */
const access = `
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`;

const script = `
set -e
programs=$1 run=$2 superuser=$3 settings=$4 access=$5 key=$6 certificate=$7
printf '%s' "$8" >"$run/password"
if [ ! -e "$run/data/PG_VERSION" ]; then
  "$programs/initdb" -D "$run/data" -U "$superuser" --pwfile="$run/password" --auth=scram-sha-256 --no-sync \\
    --no-instructions --encoding=SQL_ASCII --locale=C --wal-segsize=1 >"$run/initdb.out" 2>&1 \\
    || { cat "$run/initdb.out" >&2; exit 1; }
  printf '%s\\n' "$settings" >>"$run/data/postgresql.conf"
  printf '%s\\n' "$access" >"$run/data/pg_hba.conf"
  printf '%s' "$key" >"$run/data/server.key"
  printf '%s' "$certificate" >"$run/data/server.crt"
fi
exec "$programs/postgres" -D "$run/data" -k "$run" >>"$run/server.log" 2>&1
`;

export async function startPlainServer(request: PlainRequest): Promise<PlainServer> {
  const account = serverAccount();
  if (account === null) throw new Error('there is no account to run a server as');
  const { programs, remove } = await plainPrograms(request.majorVersion);
  const run = newRunDirectory(account);
  const superuser = request.superuser ?? 'postgres';
  const password = 'a secret: p@ss/w%rd?#';
  const port = await freePort();
  const settings = [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    "log_statement = 'all'",
    "log_connections = 'on'",
    'max_connections = 40',
    'max_prepared_transactions = 4',
    "shared_buffers = '32MB'",
    "wal_level = 'logical'",
    'autovacuum = off',
    // What a crash leaves is tried, not what a power cut leaves.
    'fsync = off',
    ...(request.certificate === undefined ? [] : ['ssl = on']),
    ...(request.settings ?? []),
  ].join('\n');
  const { key = '', certificate = '' } = request.certificate ?? {};
  const parameters = [programs, run, superuser, settings, access, key, certificate, password];
  const supervised = supervise({
    account,
    run,
    prepared: null,
    command: ['/bin/sh', '-c', script, 'plain', ...parameters],
  });

  const open = unixSocket(join(run, `.s.PGSQL.${port}`));
  async function connect(database = 'postgres'): Promise<Session> {
    const attempt = (user: string) => openSession({ open, database, user, password, role: 'supabase_admin' });
    // Between the two the name may change.
    for (const user of [superuser, `gatekeeper_kept_${superuser}`]) {
      try {
        return await attempt(user);
      } catch {}
    }
    return attempt(superuser);
  }
  async function up(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        await (await connect()).close();
        return;
      } catch (error) {
        if (Date.now() > deadline || supervised.hasExited()) {
          await stop();
          throw new Error(`the plain server did not start: ${supervised.messages()}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
  async function stop(): Promise<void> {
    await supervised.end();
    remove();
  }

  await up();
  return {
    majorVersion: request.majorVersion,
    port,
    directory: run,
    superuser,
    password,
    url(parts = {}) {
      const user = encodeURIComponent(parts.user ?? superuser);
      const secret = encodeURIComponent(parts.password ?? password);
      const { database = 'postgres', query = '' } = parts;
      return `postgres://${user}:${secret}@127.0.0.1:${parts.port ?? port}/${database}${query}`;
    },
    connect,
    connectAs: (user, secret) =>
      openSession({ open, database: 'postgres', user, password: secret, role: 'supabase_admin' }),
    log: () => readFileSync(join(run, 'server.log'), 'utf8'),
    async crash() {
      const [victim, witness] = await Promise.all([connect(), connect()]);
      // A backend that is killed takes all others with it, and the server starts anew.
      process.kill(victim.pid, 'SIGKILL');
      let noticed = false;
      while (!noticed) {
        noticed = await witness.query('select').then(
          () => false,
          () => true,
        );
      }
      await Promise.all([victim.close(), witness.close()]);
      await up();
    },
    stop,
  };
}

/** Debian's where the machine has them, or a copy of our installation without what we have laid into it. */
async function plainPrograms(major: 15 | 17): Promise<{ programs: string; remove: () => void }> {
  const debian = `/usr/lib/postgresql/${major}/bin`;
  if (existsSync(join(debian, 'initdb'))) return { programs: debian, remove: () => undefined };
  const account = serverAccount();
  if (account === null) throw new Error('there is no account to run a server as');
  const found = await findBinaries(major, openCache(process.env, account), process.env);
  const top = dirname(found.programs);
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'gatekeeper-plain-'));
  chmodSync(copy, 0o755);
  // Links where one may: the files are many and large, and only the lists of extensions differ.
  try {
    execFileSync('cp', ['-R', '-l', '--', `${top}/.`, copy], { stdio: 'ignore' });
  } catch {
    cpSync(top, copy, { recursive: true, verbatimSymlinks: true });
  }
  const extensions = join(copy, found.share.slice(top.length), 'extension');
  for (const name of found.standIns) rmSync(join(extensions, `${name}.control`), { force: true });
  return {
    programs: join(copy, found.programs.slice(top.length)),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
