/** The rows that the applier keeps about itself, made exactly as drizzle-orm 0.45 and 1.0 and the Supabase CLI make them. */
import { readFileSync } from 'node:fs';
import { identifier, literal } from '../database/quoting.ts';
import { stampOf } from '../history/drizzle1/folder-name.ts';
import type { History, Layout } from '../history/history.ts';
import type { Migration } from '../history/migration.ts';
import { readCliName } from '../history/supabase-cli/files.ts';
import { cliStatements } from './cli-script.ts';

export interface Bookkeeping {
  /** Sent by every deploy before its transactions, each by itself. */
  readonly prepare: readonly string[];
  /** Sent by the first deploy with Drizzle 1.0 on what 0.x has left, before its transaction; empty without one. */
  readonly upgrade: readonly string[];
  /** Sent after the statements of a migration, inside the transaction; null: it leaves no row. */
  record(migration: Migration): string | null;
}

interface Table {
  readonly schema: string;
  readonly name: string;
}

/** Where those rows stand; null: nobody keeps any. */
export function bookkeepingTable({ applier, migrationsTable }: History): Table | null {
  if (applier === 'supabase') return { schema: 'supabase_migrations', name: 'schema_migrations' };
  return migrationsTable;
}

/** null: the applier keeps no rows. */
export function bookkeepingOf(history: History): Bookkeeping | null {
  if (history.applier === 'supabase') return ofTheCli();
  const table = history.migrationsTable;
  if (table === null) return null;
  const { base, head } = history.layout ?? { base: 'journal', head: 'journal' };
  const name = identifier(table.schema, table.name);
  const schema = makeSchema().replaceAll(':schema', () => identifier(table.schema));
  return {
    prepare: [schema, tables[base]().replaceAll(':table', () => name)],
    upgrade: base === 'journal' && head === 'folders' ? upgraded(name, history.base) : [],
    record: (migration) => rows[migration.state === 'base' ? base : head](name, migration),
  };
}

/**
 * The folder that `drizzle-kit up` makes of an entry of the journal. drizzle-orm finds it by its second, and by its
 * hash where that is no answer.
 */
export function folderNameOf({ tag, when }: Migration): string {
  const [, ...rest] = tag.split('_');
  return when === null ? tag : `${stampOf(when)}_${rest.join('_')}`;
}

const makeSchema = () => readFileSync(new URL('./queries/migrations-schema.sql', import.meta.url), 'utf8');

const tables: Readonly<Record<Layout, () => string>> = {
  journal: () => readFileSync(new URL('./queries/migrations-table.sql', import.meta.url), 'utf8'),
  folders: () => readFileSync(new URL('./queries/folders-table.sql', import.meta.url), 'utf8'),
};

const rows: Readonly<Record<Layout, (table: string, migration: Migration) => string>> = {
  journal: (table, { sha256, when }) =>
    readFileSync(new URL('./queries/migrations-row.sql', import.meta.url), 'utf8')
      .replaceAll(':table', () => table)
      .replaceAll(':hash', () => literal(sha256))
      .replaceAll(':when', () => String(when)),
  // A name without a time is NaN, on which Postgres refuses the row.
  folders: (table, { sha256, when, tag }) =>
    readFileSync(new URL('./queries/folders-row.sql', import.meta.url), 'utf8')
      .replaceAll(':table', () => table)
      .replaceAll(':hash', () => literal(sha256))
      .replaceAll(':when', () => (when === null ? literal('NaN') : String(when)))
      .replaceAll(':name', () => literal(tag)),
};

/** Columns and names in one message, which Postgres runs as one transaction. */
function upgraded(table: string, base: readonly Migration[]): readonly string[] {
  const known = base.map(
    (migration) =>
      `(${literal(migration.sha256)}, ${migration.when}::pg_catalog.int8, ${literal(folderNameOf(migration))})`,
  );
  const nobody = '(null::pg_catalog.text, null::pg_catalog.int8, null::pg_catalog.text)';
  return [
    readFileSync(new URL('./queries/folders-upgrade.sql', import.meta.url), 'utf8')
      .replaceAll(':table', () => table)
      .replaceAll(':known', () => (known.length === 0 ? nobody : known.join(', '))),
  ];
}

function ofTheCli(): Bookkeeping {
  const row = readFileSync(new URL('./queries/cli-row.sql', import.meta.url), 'utf8');
  return {
    prepare: [readFileSync(new URL('./queries/cli-table.sql', import.meta.url), 'utf8')],
    upgrade: [],
    record(migration) {
      const file = readCliName(migration.file);
      if (file === null) return null;
      const statements = cliStatements(migration).map((statement) => literal(statement));
      return row
        .replaceAll(':version', () => literal(file.version))
        .replaceAll(':name', () => literal(file.name))
        .replaceAll(':statements', () => `array[${statements.join(', ')}]::pg_catalog.text[]`);
    },
  };
}
