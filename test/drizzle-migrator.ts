/** drizzle-orm's own migrator, as a deploy script calls it, and what it leaves behind: the measure of our replay. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { fingerprint } from '../src/catalog/fingerprint.ts';
import { takeSnapshot } from '../src/catalog/snapshot.ts';
import type { Server } from '../src/database/database.ts';
import type { History } from '../src/history/history.ts';
import type { Migration } from '../src/history/migration.ts';
import { single } from './server.ts';

type Table = Pick<History, 'migrationsTable'>;

/** The rows of the migrations table, and the catalog. */
export async function leftBy(server: Server, { migrationsTable }: Table) {
  const session = await server.connect('supabase_admin');
  const table = `${migrationsTable?.schema}.${migrationsTable?.name}`;
  const rows = await session.query(`select id, hash, created_at from ${table} order by created_at, id`);
  return { rows, catalog: fingerprint(await takeSnapshot(session)) };
}

/** One `migrate()` call on a folder as drizzle-kit writes it. */
export async function migrateWithDrizzle(
  server: Server,
  { migrationsTable }: Table,
  migrations: readonly Migration[],
): Promise<void> {
  const session = await server.connect('supabase_admin');
  const socket = await single(session, 'show unix_socket_directories');
  const port = await single(session, 'show port');
  const database = await single(session, 'select current_database()');
  await session.close();
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-drizzle-'));
  const client = postgres({
    // The setting keeps the quotes it was written with.
    host: String(socket).replaceAll('"', ''),
    port: Number(port),
    database: String(database),
    user: 'postgres',
    max: 1,
    onnotice: () => undefined,
  });
  try {
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
    await migrate(drizzle(client), {
      migrationsFolder: folder,
      ...(migrationsTable === null
        ? {}
        : { migrationsSchema: migrationsTable.schema, migrationsTable: migrationsTable.name }),
    });
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}
