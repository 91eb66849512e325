/** The rows Drizzle's migrator leaves about itself, made exactly as drizzle-orm 0.45 makes them. */
import { readFileSync } from 'node:fs';
import { identifier } from '../database/quoting.ts';
import type { History } from '../history/history.ts';
import type { Migration } from '../history/migration.ts';

export interface Bookkeeping {
  /** Sent by every `migrate()` call, outside its transaction. */
  readonly prepare: readonly string[];
  /** Sent after the statements of a migration, inside the transaction. */
  record(migration: Migration): string;
}

/** null: the applier keeps no rows that a Drizzle migrator would read. */
export function bookkeepingOf(history: History): Bookkeeping | null {
  const { migrationsTable } = history;
  if (migrationsTable === null) return null;
  const schema = identifier(migrationsTable.schema);
  const table = identifier(migrationsTable.schema, migrationsTable.name);
  const makeSchema = readFileSync(new URL('./queries/migrations-schema.sql', import.meta.url), 'utf8');
  const makeTable = readFileSync(new URL('./queries/migrations-table.sql', import.meta.url), 'utf8');
  const addRow = readFileSync(new URL('./queries/migrations-row.sql', import.meta.url), 'utf8');
  return {
    prepare: [makeSchema.replaceAll(':schema', () => schema), makeTable.replaceAll(':table', () => table)],
    record: ({ sha256, when }) =>
      addRow
        .replaceAll(':table', () => table)
        .replaceAll(':hash', () => `'${sha256}'`)
        .replaceAll(':when', () => (when === null ? 'null' : String(when))),
  };
}
