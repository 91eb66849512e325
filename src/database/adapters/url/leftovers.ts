/** Takes away what a run left on a server: its own at its end, and what gates left that were killed. Can be run twice. */
import { readFileSync } from 'node:fs';
import type { Session } from '../../database.ts';
import { identifier, literal } from '../../quoting.ts';
import { logInByUrl } from './login.ts';
import type { ServerAddress } from './server-url.ts';

/** The role whose comment is the note of a run. */
export const runPrefix = 'gatekeeper_run_';

/** Sets what `names-back.sql` reads. The superuser who runs it may be one of those who get their names back. */
export function namesBack(
  run: string,
  seen: boolean,
): readonly [settings: string, back: string, end: string] {
  return [
    `set gatekeeper.run = ${literal(run)}; set gatekeeper.seen = ${seen ? 'on' : 'off'}; ` +
      `set session authorization ${identifier(run)}`,
    readFileSync(new URL('./names-back.sql', import.meta.url), 'utf8'),
    'reset session authorization',
  ];
}

export async function removeLeftovers(address: ServerAddress, keeper: Session): Promise<void> {
  for (const { run } of await runs(keeper)) await removeRun(address, keeper, run, false);
}

/**
 * `keeper` is a superuser's session that holds the lock, outside of the run's database. `seen`: it was there from the
 * beginning of the run to this, its end.
 */
export async function removeRun(
  address: ServerAddress,
  keeper: Session,
  run: string,
  seen: boolean,
): Promise<void> {
  const begun = await noteOf(keeper, run);
  if (begun === null) return;
  // First of all: it may hold the very roles that are to be renamed, and nothing but its end lets them go.
  await rollBackPrepared(address, keeper, databaseIn(begun));
  for (const sql of namesBack(run, seen)) await keeper.execute(sql);
  const note = await noteOf(keeper, run);
  const databases = await keeper.query<{ name: string; is_template: boolean }>(
    readFileSync(new URL('./run-databases.sql', import.meta.url), 'utf8'),
    [note],
  );
  for (const { name, is_template } of databases) {
    await rollBackPrepared(address, keeper, name);
    if (is_template) await keeper.execute(`alter database ${identifier(name)} is_template false`);
    await keeper.execute(`drop database if exists ${identifier(name)} with (force)`);
  }
  const made = await keeper.query<{ name: string }>(
    readFileSync(new URL('./run-roles.sql', import.meta.url), 'utf8'),
    [note],
  );
  const names = [run, ...made.map(({ name }) => name)];
  const list = names.map((role) => identifier(role)).join(', ');
  await release(keeper, list);
  for (const database of await databasesNaming(keeper, names)) {
    const session = await logInByUrl(address, database);
    try {
      await session.execute('set session_replication_role = replica');
      await release(session, list);
    } finally {
      await session.close();
    }
  }
  // The note goes with the last of them, in one statement.
  await keeper.execute(`drop role ${list}`);
}

/**
 * Parameters that they may set, and what others gave them in databases of their own, taking them for theirs. What they
 * own there is not dropped.
 */
async function release(session: Session, list: string): Promise<void> {
  await session.execute(`reassign owned by ${list} to session_user; drop owned by ${list}`);
}

async function databasesNaming(keeper: Session, roles: readonly string[]): Promise<readonly string[]> {
  const sql = readFileSync(new URL('./databases-naming.sql', import.meta.url), 'utf8');
  return (await keeper.query<{ name: string }>(sql, [roles])).map(({ name }) => name);
}

function runs(keeper: Session) {
  const sql = readFileSync(new URL('./runs.sql', import.meta.url), 'utf8');
  return keeper.query<{ run: string; note: string }>(sql);
}

async function noteOf(keeper: Session, run: string): Promise<string | null> {
  return (await runs(keeper)).find((found) => found.run === run)?.note ?? null;
}

/** The database of a run, by its note. */
function databaseIn(note: string): string {
  const { database }: { readonly database?: unknown } = JSON.parse(note);
  return typeof database === 'string' ? database : '';
}

/**
 * A prepared transaction outlives its session, keeps its database from being dropped, and ends in that database only.
 * Its owner may be held by it, so a superuser goes there: nothing of the migration's may run for him, and no session
 * may be left that prepares another.
 */
async function rollBackPrepared(address: ServerAddress, keeper: Session, database: string): Promise<void> {
  await keeper.query(
    'select pg_catalog.pg_terminate_backend(s.pid, 60000) from pg_catalog.pg_stat_activity as s where s.datname = $1',
    [database],
  );
  const prepared = await keeper.query<{ gid: string; major: number }>(
    `select gid, pg_catalog.current_setting('server_version_num')::int4 / 10000 as major
    from pg_catalog.pg_prepared_xacts where database = $1 order by gid`,
    [database],
  );
  const [first] = prepared;
  if (first === undefined) return;
  // Before 17 there are no event triggers on login.
  const more = first.major < 17 ? {} : { event_triggers: 'off' };
  const session = await logInByUrl(address, database, { role: 'none', ...more });
  try {
    for (const { gid } of prepared) await session.execute(`rollback prepared ${literal(gid)}`);
  } finally {
    await session.close();
  }
}
