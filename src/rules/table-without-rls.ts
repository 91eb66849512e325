/** table-without-rls: a table the Data API serves, with nothing between its rows and the API roles but grants. */
import type { Catalog, TableObject } from '../catalog/catalog.ts';
import { at } from './cause.ts';
import { holdsRows } from './gone.ts';
import { exposedMigrationsTable } from './migrations-table-exposed.ts';
import { protectionOf } from './owner-policy.ts';
import { reachOf, reachWords } from './reach.ts';
import type { Finding, State, StateRule } from './rule.ts';

export const tableWithoutRls: StateRule = {
  meta: {
    id: 'table-without-rls',
    title: 'An exposed table has no row level security',
    category: 'access',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A table (ordinary, partitioned, partition or foreign) in a schema the Data API serves has row level security off at the end of the pull request, whatever the grants are today.',
    effect:
      'Whoever holds the public key of the project reaches every row that grants allow. Where no grant does, one GRANT, a default privilege or a click in the dashboard opens the whole table.',
    remedy:
      'Enable row level security in the migration or in `rls.sql`, and write a policy for those who should reach rows. In the Drizzle schema that is `pgPolicy(…)` or `.enableRLS()`. A foreign table cannot have it: keep it in a schema that is not served.',
    silentWhen:
      "The schema is not served, an extension owns the table, it is protected anywhere in the same pull request or in `rls.sql`, or the platform is plain `postgres`. A table whose protection the pull request switches off is `rls-disabled`; Drizzle's own migrations table within reach of anon or authenticated is `migrations-table-exposed`.",
  },
  scope: 'state',
  check: (state) =>
    state.platform === 'postgres'
      ? []
      : state.catalog.tables
          .filter((table) => isOpen(table, state.exposedSchemas))
          .filter((table) => table !== exposedMigrationsTable(state))
          .map((table) => findingOf(table, state)),
};

function isOpen(table: TableObject, exposed: readonly string[]): boolean {
  return holdsRows(table) && !table.rowSecurity && table.extension === null && exposed.includes(table.schema);
}

function findingOf(table: TableObject, state: State): Finding {
  const { catalog } = state;
  const reach = reachOf(catalog, table);
  const words = reachWords(reach);
  const today =
    words === null
      ? 'No grant lets anon or authenticated reach it today: it is one GRANT away from being open to everybody.'
      : `By its grants ${words}, with nothing but the public key of the project.`;
  const { fix, remedy } = wayOut(catalog, table);
  const isBookkeeping =
    state.migrationsTable?.schema === table.schema && state.migrationsTable.name === table.name;
  return {
    object: table.object,
    ...at(state.place(table.object)),
    title: `${table.object}${isBookkeeping ? ", Drizzle's migrations table," : ''} has no row level security`,
    detail:
      table.partitionBound === null ? today : `${today} A partition does not inherit its parent's policies.`,
    remedy: isBookkeeping
      ? "Keep it in a schema that is not served (Drizzle's own default is `drizzle`), or enable row level security on it; the migrator owns it and is not stopped."
      : remedy,
    fix: isBookkeeping ? `alter table ${table.object} enable row level security;` : fix,
    evidence: {
      kind: table.kind,
      grants: Object.fromEntries(reach.map(({ role, privileges }) => [role, privileges])),
      policies: catalog.policies.filter((policy) => policy.table === table.object).length,
    },
  };
}

function wayOut(catalog: Catalog, table: TableObject): Pick<Finding, 'fix' | 'remedy'> {
  if (table.kind === 'foreign-table') {
    return {
      fix: `revoke all on ${table.object} from anon, authenticated;`,
      remedy:
        'A foreign table cannot have row level security: create it in a schema the Data API does not serve, and show what may be seen through a view or function.',
    };
  }
  if (catalog.policies.some((policy) => policy.table === table.object)) {
    return {
      fix: `alter table ${table.object} enable row level security;`,
      remedy:
        'Enable row level security, in the migration or in `rls.sql`; its policies take effect with it.',
    };
  }
  const { fix, outcome } = protectionOf(catalog, table);
  return { fix, remedy: `Enable row level security, in the migration or in \`rls.sql\`. ${outcome}` };
}
