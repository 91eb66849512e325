/** drizzle-orm's own migrators, as a deploy script calls them, and what they leave behind: the measure of our replay. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { fingerprint } from '../src/catalog/fingerprint.ts';
import { takeSnapshot } from '../src/catalog/snapshot.ts';
import type { Server, Session } from '../src/database/database.ts';
import { identifier } from '../src/database/quoting.ts';
import type { History, Layout } from '../src/history/history.ts';
import type { Migration } from '../src/history/migration.ts';
import { bookkeepingTable } from '../src/replay/bookkeeping.ts';
import { single } from './server.ts';

type Table = Pick<History, 'migrationsTable'>;

/** What both majors' migrators look like to a caller. */
type Migrate = (client: postgres.Sql, config: Readonly<Record<string, string>>) => Promise<unknown>;

/** Each major resolves its own packages: that of 1.0 stands in a workspace beside ours. */
const majors: Readonly<Record<Layout, Migrate>> = {
  journal: (client, config) => migrate(drizzle(client), { migrationsFolder: '', ...config }),
  folders: (client, config) => {
    const load = createRequire(new URL('./kits/v1/package.json', import.meta.url));
    const of1: { drizzle: (options: object) => object } = load('drizzle-orm/postgres-js');
    const { migrate: migrate1 }: { migrate: (database: object, config: object) => Promise<unknown> } = load(
      'drizzle-orm/postgres-js/migrator',
    );
    return migrate1(of1.drizzle({ client }), config);
  },
};

/** The rows of the applier's table in their order, and the catalog. When a row was written is no matter, only whether. */
export async function leftBy(server: Server, history: History) {
  const session = await server.connect('supabase_admin');
  const kept = bookkeepingTable(history);
  const table = kept === null ? '' : identifier(kept.schema, kept.name);
  const rows = await session.query<{ line: object }>(
    `select pg_catalog.to_jsonb(t) || case when pg_catalog.to_jsonb(t) ? 'applied_at'
         then pg_catalog.jsonb_build_object('applied_at', pg_catalog.to_jsonb(t) ->> 'applied_at' is not null)
         else '{}' end as line
       from ${table} as t order by pg_catalog.to_jsonb(t) -> 'id', pg_catalog.to_jsonb(t) ->> 'version'`,
  );
  const catalog = fingerprint(await takeSnapshot(session));
  const data = await dataIn(session);
  await session.close();
  return { rows: rows.map(({ line }) => line), catalog, data };
}

/** Rows of the tables in `public`, without what is another each time. */
async function dataIn(session: Session): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await session.query<{ name: string }>(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class as c
       join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and n.nspname = 'public' order by 1`,
  );
  const data: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const rows = await session.query<{ line: string }>(`select to_jsonb(t)::text as line from ${name} as t`);
    data[name] = rows
      .map(({ line }) =>
        line.replace(/\d{4}-\d\d-\d\d[T ][\d:.+-]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…'),
      )
      .sort();
  }
  return data;
}

/** One `migrate()` call on a folder as drizzle-kit writes it. */
export async function migrateWithDrizzle(
  server: Server,
  table: Table,
  migrations: readonly Migration[],
  layout: Layout = 'journal',
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-drizzle-'));
  try {
    write[layout](folder, migrations);
    await migrateFolder(server, table, folder, layout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same on a folder that stands somewhere. */
export async function migrateFolder(
  server: Server,
  { migrationsTable }: Table,
  migrationsFolder: string,
  layout: Layout,
): Promise<void> {
  const session = await server.connect('supabase_admin');
  const socket = await single(session, 'show unix_socket_directories');
  const port = await single(session, 'show port');
  const database = await single(session, 'select current_database()');
  await session.close();
  const client = postgres({
    // The setting keeps the quotes it was written with.
    host: String(socket).replaceAll('"', ''),
    port: Number(port),
    database: String(database),
    user: 'postgres',
    max: 1,
    onnotice: () => undefined,
  });
  const place =
    migrationsTable === null
      ? {}
      : { migrationsSchema: migrationsTable.schema, migrationsTable: migrationsTable.name };
  try {
    await majors[layout](client, { migrationsFolder, ...place });
  } finally {
    await client.end();
  }
}

/** The SQLSTATE of what a migrator threw, below the errors that it wraps around Postgres'; its message without one. */
export function sqlstateOf(error: unknown): string {
  if (error instanceof postgres.PostgresError) return error.code;
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : sqlstateOf(error.cause);
}

const write: Readonly<Record<Layout, (folder: string, migrations: readonly Migration[]) => void>> = {
  journal(folder, migrations) {
    mkdirSync(join(folder, 'meta'));
    const entries = migrations.map(({ tag, when }, idx) => ({
      idx,
      version: '7',
      when,
      tag,
      breakpoints: true,
    }));
    const journal = { version: '7', dialect: 'postgresql', entries };
    writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify(journal));
    for (const { tag, text } of migrations) writeFileSync(join(folder, `${tag}.sql`), text);
  },
  folders(folder, migrations) {
    for (const { tag, text } of migrations) {
      mkdirSync(join(folder, tag));
      writeFileSync(join(folder, tag, 'migration.sql'), text);
    }
  },
};
