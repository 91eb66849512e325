/** Cuts stored migrations into the statements Postgres will see. */
import type { StoredMigration } from './folder.ts';
import type { Migration } from './migration.ts';
import { decode } from './sql-files.ts';
import { readSqlFile } from './statements.ts';

/** Old files are read as Drizzle reads them; new ones have to be clean text. */
export async function cutAll(
  stored: readonly StoredMigration[],
  state: Migration['state'],
  { breakpoints }: { readonly breakpoints: boolean },
): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const { tag, file, bytes, entry } of stored) {
    const text = decode(file, bytes, state === 'new');
    const cut = await readSqlFile(file, text, { breakpoints });
    migrations.push({ ...cut, tag, state, when: entry?.when ?? null });
  }
  return migrations;
}
