/** What drizzle-orm 0.45 makes of a journal whose times do not count up: it depends on how many deploys there were. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../src/database/database.ts';
import type { Migration } from '../../src/history/migration.ts';
import { readSqlFile } from '../../src/history/statements.ts';
import { migrateWithDrizzle } from '../drizzle-migrator.ts';
import { startServer } from '../server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function entry(tag: string, when: number): Promise<Migration> {
  const text = `create table ${tag} (id int);`;
  const file = await readSqlFile(`drizzle/${tag}.sql`, text, { breakpoints: true });
  return { ...file, tag, state: 'base', when };
}

/** Tables of a history whose migrations table is its own. */
async function tablesAfter(name: string, deploys: readonly (readonly Migration[])[]): Promise<string[]> {
  for (const migrations of deploys)
    await migrateWithDrizzle(server, { migrationsTable: { schema: 'drizzle', name } }, migrations);
  const session = await server.connect('supabase_admin');
  const rows = await session.query<{ relname: string }>(
    'select relname::text from pg_catalog.pg_class where relname like $1 and relkind = $2 order by 1',
    [`${name}\\_%`, 'r'],
  );
  await session.close();
  return rows.map(({ relname }) => relname.replace(`${name}_`, ''));
}

test('all of it in one deploy, and only what is newer than the newest row in the next', async () => {
  const history = async (name: string) =>
    Promise.all([entry(`${name}_a`, 100), entry(`${name}_c`, 300), entry(`${name}_b`, 200)]);
  const together = await history('together');
  expect(await tablesAfter('together', [together])).toEqual(['a', 'b', 'c']);
  const apart = await history('apart');
  expect(await tablesAfter('apart', [apart.slice(0, 1), apart.slice(0, 2), apart])).toEqual(['a', 'c']);
  const even = await Promise.all([entry('even_a', 100), entry('even_b', 100)]);
  expect(await tablesAfter('even', [even.slice(0, 1), even])).toEqual(['a']);
});
