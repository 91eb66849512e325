/** Gives the tables of the base state rows: the seed file's, and generated ones where it leaves none. */
import { readFileSync } from 'node:fs';
import type { Server, Session } from '../database/database.ts';
import type { History } from '../history/history.ts';
import type { SqlFile } from '../history/migration.ts';
import { applyLeniently } from './base.ts';
import type { Deadlines } from './deadline.ts';
import { type Answer, type Executor, openExecutor } from './executor.ts';
import type { Replay } from './record.ts';
import { countRows } from './rows.ts';
import { type SeedState, seedInsert } from './seed-plan.ts';
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

/**
 * Without triggers and without looking at foreign keys, as a restore does it. As `postgres`: defaults, checks and
 * generated columns may call functions of the repository's, which must never run as the superuser.
 */
export async function generateRows(
  server: Server,
  observer: Session,
  history: History,
  limits: Deadlines,
  rows: number,
): Promise<readonly Unseeded[]> {
  const tables = new Map((await seedTables(observer)).map((table) => [table.oid, table]));
  const planned = await emptyTables(observer, history, tables);
  if (planned.size === 0) return [];
  const granted = await allowReplicaRole(observer);
  const executor = await openExecutor(server, 'postgres', observer, limits);
  try {
    const existing = await existingRows(executor, tables, planned, rows);
    return await insertAll(executor, { tables, planned, existing, rows, cautious: new Set() });
  } finally {
    await executor.close();
    if (granted) await observer.execute('revoke set on parameter session_replication_role from postgres');
  }
}

/** What is learned from one round of INSERTs to the next. */
type Attempt = SeedState & { readonly planned: Set<number>; readonly cautious: Set<number> };

/** SQLSTATE of a check constraint that says no. */
const checkViolation = '23514';

async function insertAll(executor: Executor, state: Attempt): Promise<readonly Unseeded[]> {
  const unseeded = new Map<string, Unseeded>();
  await executor.pipeline(['begin', 'set local session_replication_role = replica', 'savepoint seed']);
  const done = new Set<number>();
  // A table that stays empty takes its children's keys away: those are planned again without it.
  for (let todo = inOrder(state); todo.length > 0; ) {
    const { lost, refused } = await insertOnce(executor, state, todo, done, unseeded);
    for (const oid of lost) state.planned.delete(oid);
    for (const { oid } of refused) state.cautious.add(oid);
    const orphaned = [...done]
      .filter((oid) =>
        state.tables.get(oid)?.foreignKeys.some(({ parent }) => parent !== oid && lost.has(parent)),
      )
      .flatMap((oid) => state.tables.get(oid) ?? []);
    await executor.pipeline(orphaned.flatMap(({ name }) => [`delete from ${name}`, 'savepoint seed']));
    for (const { oid } of orphaned) done.delete(oid);
    todo = [...refused, ...orphaned];
  }
  await advanceSequences(executor, state, done);
  const { error } = await executor.run('commit');
  if (error !== null) return [{ table: 'all tables', why: `${error.sqlstate}: ${error.message}` }];
  return [...unseeded.values()].sort((one, other) => (one.table < other.table ? -1 : 1));
}

/** All INSERTs in one go. Whatever one of them does, the next starts from the last savepoint that holds. */
async function insertOnce(
  executor: Executor,
  state: Attempt,
  todo: readonly SeedTable[],
  done: Set<number>,
  unseeded: Map<string, Unseeded>,
): Promise<{ readonly lost: ReadonlySet<number>; readonly refused: readonly SeedTable[] }> {
  const lost = new Set<number>();
  const refused: SeedTable[] = [];
  const sent: SeedTable[] = [];
  const commands: string[] = [];
  for (const table of todo) {
    const insert = seedInsert(state, table);
    if ('why' in insert) {
      lost.add(table.oid);
      unseeded.set(table.name, { table: table.name, why: insert.why });
      continue;
    }
    sent.push(table);
    commands.push(`${insert.sql}; release savepoint seed; savepoint seed`, 'rollback to savepoint seed');
  }
  const answers = await executor.pipeline(commands);
  for (const [index, table] of sent.entries()) {
    const answer = answers[index * 2];
    const error = errorOf(answer);
    if (error === null) done.add(table.oid);
    else if (answer?.error?.sqlstate === checkViolation && !state.cautious.has(table.oid))
      refused.push(table);
    else {
      lost.add(table.oid);
      unseeded.set(table.name, { table: table.name, why: error });
    }
  }
  return { lost, refused };
}

function errorOf(answer: Answer | undefined): string | null {
  if (answer === undefined) return 'not tried';
  return answer.error === null ? null : `${answer.error.sqlstate}: ${answer.error.message}`;
}

/** Parents first is not needed (keys are not looked at); by name, so that every run does the same. */
function inOrder({ tables, planned }: SeedState): readonly SeedTable[] {
  return [...planned]
    .flatMap((oid) => tables.get(oid) ?? [])
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** So that the next row the migrations or the tests insert does not meet a generated number. */
async function advanceSequences(
  executor: Executor,
  state: SeedState,
  done: ReadonlySet<number>,
): Promise<void> {
  const query = readFileSync(new URL('./queries/seed-sequence.sql', import.meta.url), 'utf8');
  const sequences = [...done].flatMap((oid) =>
    (state.tables.get(oid)?.columns ?? []).flatMap(({ sequence }) => sequence ?? []),
  );
  await executor.pipeline(
    sequences.flatMap((sequence) => {
      const set = query
        .replaceAll(':name', () => `'${sequence.replaceAll("'", "''")}'`)
        .replaceAll(':sequence', () => sequence)
        .replaceAll(':rows', () => String(state.rows));
      return [`${set}; release savepoint seed; savepoint seed`, 'rollback to savepoint seed'];
    }),
  );
}

/** User tables without a row, and the platform's that they refer to. */
async function emptyTables(
  observer: Session,
  { migrationsTable }: History,
  tables: ReadonlyMap<number, SeedTable>,
): Promise<Set<number>> {
  const counts = await countRows(observer);
  const filled = await filledPartitioned(observer, counts);
  const isEmpty = (oid: number): boolean => (counts.get(oid) ?? 0) === 0 && !filled.has(oid);
  const bookkeeping = migrationsTable === null ? null : `${migrationsTable.schema}.${migrationsTable.name}`;
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
