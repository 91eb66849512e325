/** migrations-table-exposed: Drizzle's bookkeeping lies where the Data API serves it. */
import type { TableObject } from '../catalog/catalog.ts';
import { type Reach, reachOf, reachWords } from './reach.ts';
import type { ChangeRule, State } from './rule.ts';

export const migrationsTableExposed: ChangeRule = {
  meta: {
    id: 'migrations-table-exposed',
    title: "Drizzle's migrations table can be reached with the public key",
    category: 'history',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'The migrations table (`migrations.table` and `migrations.schema` of the Drizzle config) is in a schema the Data API serves, its row level security is off, and anon or authenticated have a privilege on it.',
    effect:
      'Whoever holds the public key of the project can delete a row, so that a migration runs again at the next deploy, or write one, so that every new migration is skipped without a word.',
    remedy:
      'Enable row level security on it, in a migration or in `rls.sql`: the migrator owns it and is not stopped. Or leave `migrations.schema` at its default, `drizzle`, which the Data API does not serve.',
    silentWhen:
      'Row level security is on, the schema is not served, or the base branch has it so already (then it is standing). Where no grant reaches the table yet it is `table-without-rls`.',
  },
  scope: 'change',
  check: ({ base, head, history }) => {
    const table = head === null ? null : exposedMigrationsTable(head);
    if (head === null || table === null) return [];
    const { object, name } = table;
    const reach = reachOf(head.catalog, table);
    const { drizzle } = history;
    // The replay makes the table before it applies base: without a migration there production has none.
    const stood = history.base.length > 0 && base !== null && exposedMigrationsTable(base) !== null;
    return [
      {
        object,
        file: drizzle?.config.head ?? history.journalFile,
        line: drizzle?.line ?? null,
        title: `${object}, Drizzle's migrations table, is open to the public key`,
        detail: `By its grants ${reachWords(reach)}. ${consequence(reach)}`,
        remedy: `Enable row level security on it, in a migration or in \`rls.sql\`; the migrator owns it and is not stopped. Or take \`migrations.schema\` out of the config and, in the same moment as that deploy, move the table by hand: \`create schema if not exists drizzle; alter table ${object} set schema drizzle;\`${name === '__drizzle_migrations' ? '' : ' (leave `migrations.table` as it is)'}.`,
        fix: `alter table ${object} enable row level security;`,
        evidence: {
          grants: Object.fromEntries(reach.map(({ role, privileges }) => [role, privileges])),
        },
        standing: stood,
      },
    ];
  },
};

function consequence(reach: readonly Reach[]): string {
  const writes = reach.some(({ privileges }) => privileges.some((privilege) => privilege !== 'SELECT'));
  return writes
    ? 'A row taken out or changed makes a migration run a second time, and one put in makes Drizzle pass over new migrations without a word.'
    : 'It tells everybody which migrations ran, and when; one more GRANT lets them be run again or passed over.';
}

/** The table where it is served, unprotected and within reach. */
export function exposedMigrationsTable({
  catalog,
  exposedSchemas,
  migrationsTable,
  platform,
}: State): TableObject | null {
  if (platform === 'postgres' || migrationsTable === null) return null;
  if (!exposedSchemas.includes(migrationsTable.schema)) return null;
  const table = catalog.tables.find(
    ({ schema, name }) => schema === migrationsTable.schema && name === migrationsTable.name,
  );
  if (table === undefined || table.rowSecurity) return null;
  return reachOf(catalog, table).some(({ privileges }) => privileges.length > 0) ? table : null;
}
