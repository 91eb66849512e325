/** Gives the tables of the base state rows: the seed file's, and generated ones where it leaves none. */
import { readFileSync } from 'node:fs';
import type { Server, Session } from '../database/database.ts';
import type { History } from '../history/history.ts';
import type { SqlFile } from '../history/migration.ts';
import { applyLeniently } from './base.ts';
import { bookkeepingTable } from './bookkeeping.ts';
import type { Deadlines } from './deadline.ts';
import { type Executor, openExecutor } from './executor.ts';
import type { Replay } from './record.ts';
import { countRows } from './rows.ts';
import { insertRows } from './seed-insert.ts';
import type { SeedState } from './seed-plan.ts';
import { type SeedTable, seedTables } from './seed-tables.ts';

type Unseeded = Replay['unseeded'][number];

/** Made and filled by the platform, not by its users: rows only where a foreign key needs them. */
const platformSchemas = new Set([
  'auth',
  'cron',
  'extensions',
  'graphql',
  'graphql_public',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'vault',
]);

/** The seed file as it stands, as `postgres`, past what fails. */
export async function loadSeedFile(executor: Executor, file: SqlFile): Promise<readonly Unseeded[]> {
  const drafts = await applyLeniently(executor, file);
  return drafts.flatMap(({ line, error }) =>
    error === null ? [] : [{ table: `${file.file}:${line}`, why: `${error.sqlstate}: ${error.message}` }],
  );
}

/** What was made up: rows in `filled` (quoted names) are ours alone. */
export interface Generated {
  readonly filled: readonly string[];
  readonly unseeded: readonly Unseeded[];
}

export async function generateRows(
  server: Server,
  observer: Session,
  history: History,
  limits: Deadlines,
  rows: number,
): Promise<Generated> {
  if (rows === 0) return { filled: [], unseeded: [] };
  const tables = new Map((await seedTables(observer)).map((table) => [table.oid, table]));
  const planned = await emptyTables(observer, history, tables);
  if (planned.size === 0) return { filled: [], unseeded: [] };
  const unseeded = await asReplica(server, observer, limits, async (executor) => {
    const existing = await existingRows(executor, tables, planned, rows);
    return insertRows(executor, { tables, planned, existing, rows, cautious: new Set() });
  });
  return { filled: [...planned].flatMap((oid) => tables.get(oid)?.name ?? []), unseeded };
}

/** Takes the made-up rows away again; the tables held nothing else. */
export async function removeGenerated(
  server: Server,
  observer: Session,
  limits: Deadlines,
  { filled }: Generated,
): Promise<void> {
  await asReplica(server, observer, limits, async (executor) => {
    const deletes = filled.map((table) => `delete from ${table}`);
    await executor.pipeline(['begin', 'set local session_replication_role = replica', ...deletes, 'commit']);
  });
}

/**
 * Without triggers and without looking at foreign keys, as a restore does it. As `postgres`: defaults, checks and
 * generated columns may call functions of the repository's, which must never run as the superuser.
 */
async function asReplica<Result>(
  server: Server,
  observer: Session,
  limits: Deadlines,
  use: (executor: Executor) => Promise<Result>,
): Promise<Result> {
  const granted = await allowReplicaRole(observer);
  const executor = await openExecutor(server, 'postgres', observer, limits);
  try {
    return await use(executor);
  } finally {
    await executor.close();
    if (granted) await observer.execute('revoke set on parameter session_replication_role from postgres');
  }
}

/** User tables without a row, and the platform's that they refer to. */
async function emptyTables(
  observer: Session,
  history: History,
  tables: ReadonlyMap<number, SeedTable>,
): Promise<Set<number>> {
  const counts = await countRows(observer);
  const filled = await filledPartitioned(observer, counts);
  const isEmpty = (oid: number): boolean => (counts.get(oid) ?? 0) === 0 && !filled.has(oid);
  const kept = bookkeepingTable(history);
  const bookkeeping = kept === null ? null : `${kept.schema}.${kept.name}`;
  const planned = new Set<number>();
  const plan = (oid: number): void => {
    const table = tables.get(oid);
    if (table === undefined || planned.has(oid) || !isEmpty(oid)) return;
    planned.add(oid);
    for (const { parent } of table.foreignKeys) plan(parent);
  };
  for (const [oid, { schema, name }] of tables) {
    if (!platformSchemas.has(schema) && name.replaceAll('"', '') !== bookkeeping) plan(oid);
  }
  return planned;
}

async function filledPartitioned(
  observer: Session,
  counts: ReadonlyMap<number, number>,
): Promise<ReadonlySet<number>> {
  const query = readFileSync(new URL('./queries/partition-roots.sql', import.meta.url), 'utf8');
  const rows = await observer.query<{ oid: number; root: number }>(query);
  return new Set(
    rows.filter(({ oid }) => (counts.get(Number(oid)) ?? 0) > 0).map(({ root }) => Number(root)),
  );
}

/** Rows that children of already filled tables may point at. */
async function existingRows(
  executor: Executor,
  tables: ReadonlyMap<number, SeedTable>,
  planned: ReadonlySet<number>,
  limit: number,
): Promise<SeedState['existing']> {
  const wanted = new Map<number, Set<number>>();
  for (const oid of planned) {
    for (const { parent, parentColumns } of tables.get(oid)?.foreignKeys ?? []) {
      if (planned.has(parent)) continue;
      wanted.set(parent, new Set([...(wanted.get(parent) ?? []), ...parentColumns]));
    }
  }
  const existing = new Map<number, readonly ReadonlyMap<number, string | null>[]>();
  for (const [oid, numbers] of wanted) {
    const table = tables.get(oid);
    const columns = table?.columns.filter(({ number }) => numbers.has(number)) ?? [];
    if (table === undefined || columns.length === 0) continue;
    const select = columns.map(({ name, number }) => `${name}::pg_catalog.text as "${number}"`).join(', ');
    const rows = await executor.look<Record<string, string | null>>(
      `select ${select} from ${table.name} order by 1 limit ${limit}`,
    );
    if (rows.length === 0) continue;
    existing.set(
      oid,
      rows.map((row) => new Map(columns.map(({ number }) => [number, row[String(number)] ?? null]))),
    );
  }
  return existing;
}

/** Hosted Supabase lets `postgres` set it; where it may not, it may for as long as this takes. */
async function allowReplicaRole(observer: Session): Promise<boolean> {
  const query = readFileSync(new URL('./queries/may-set-replica.sql', import.meta.url), 'utf8');
  const [row] = await observer.query<{ may: boolean }>(query);
  if (row?.may === true) return false;
  await observer.execute('grant set on parameter session_replication_role to postgres');
  return true;
}
