/** Where the migrated database is not what the Drizzle schema declares, told from two databases and not from text. */
import { isServiceRole } from '../replay/hosted/reserved-roles.ts';
import type { Catalog, TableObject } from './catalog.ts';
import {
  columnDifferences,
  constraintDifferences,
  type DeclaredDifference,
  differing,
  indexDifferences,
  missing,
  type Parts,
  partsByTable,
  policyDifferences,
  sameSet,
  unless,
} from './declared-parts.ts';
import { queryForm } from './definition.ts';
import { byCodeUnit } from './order.ts';

export type { DeclaredDifference } from './declared-parts.ts';

/**
 * What the migrated database has beyond the schema (made by hand, by rls.sql) is no difference, and what the schema
 * cannot say (partitions, NOT VALID, the names that another drizzle-kit would give) is none either.
 */
export function declaredDifferences(declared: Catalog, actual: Catalog): readonly DeclaredDifference[] {
  const tables = new Map(actual.tables.map((table) => [table.object, table]));
  const own = partsByTable(declared);
  const its = partsByTable(actual);
  const ofTables = declared.tables
    .filter(({ owner, extension }) => !isServiceRole(owner) && extension === null)
    .flatMap((table) => {
      const { object } = table;
      const there = tables.get(object);
      if (there === undefined) return [missing(isView(table) ? 'view' : 'table', object, object, {})];
      return isView(table)
        ? viewDifferences(table, there, own(object), its(object))
        : tableDifferences(table, there, own(object), its(object));
    });
  // Policies also stand on tables of Supabase: storage.objects, realtime.messages.
  const ofPolicies = [...new Set(declared.policies.map(({ table }) => table))].flatMap((table) =>
    tables.has(table) ? policyDifferences(own(table), its(table)) : [],
  );
  // What Supabase's services have there stands in both, whatever a migration did to it.
  const served = new Set(
    declared.schemas.filter(({ owner }) => isServiceRole(owner)).map(({ name }) => name),
  );
  return [
    ...ofTables,
    ...ofPolicies,
    ...enumDifferences(declared, actual, served),
    ...sequenceDifferences(declared, actual, served),
  ].toSorted((one, other) => byCodeUnit(one.object, other.object) || byCodeUnit(one.kind, other.kind));
}

function tableDifferences(
  { object, rowSecurity }: TableObject,
  there: TableObject,
  own: Parts,
  its: Parts,
): readonly DeclaredDifference[] {
  const columns = columnDifferences(there, own, its);
  // A key of a partitioned table has to hold its partition key: no Drizzle schema can say it.
  if (there.kind !== 'table') return columns;
  const isOpen = differing('table', object, object, {
    rowSecurity: unless(!rowSecurity || there.rowSecurity, true, false),
  });
  const other = new Set(columns.map((column) => column.object));
  return [
    ...isOpen,
    ...columns,
    ...constraintDifferences(own, its, other),
    ...indexDifferences(own, its, other),
  ];
}

function isView({ kind }: TableObject): boolean {
  return kind === 'view' || kind === 'materialized-view';
}

function viewDifferences(
  view: TableObject,
  there: TableObject,
  own: Parts,
  its: Parts,
): readonly DeclaredDifference[] {
  // A table in the place of a view: nothing that a reader would notice.
  if (!isView(there)) return [];
  const names = own.columns.map(({ name }) => name);
  // With other columns `*` was written, and the table has grown since.
  const isComparable = sameSet(
    its.columns.map(({ name }) => name),
    names,
  );
  const isSame = view.definition === there.definition || formOf(view) === formOf(there);
  return differing('view', view.object, view.object, {
    securityInvoker: unless(!invokes(view) || invokes(there), true, false),
    definition: unless(!isComparable || isSame, view.definition, there.definition),
  });
}

function formOf({ definition }: TableObject): string | null {
  return definition === null ? null : queryForm(definition);
}

function invokes({ options }: TableObject): boolean {
  return options.some((option) => /^security_invoker=(true|on|yes|1)$/.test(option));
}

function enumDifferences(
  declared: Catalog,
  actual: Catalog,
  served: ReadonlySet<string>,
): readonly DeclaredDifference[] {
  const types = new Map(actual.types.map((type) => [type.object, type]));
  return declared.types.flatMap((type) => {
    const { kind, object, schema, labels } = type;
    if (kind !== 'enum' || type.extension !== null || served.has(schema)) return [];
    const there = types.get(object);
    if (there === undefined) return [missing('enum', object, object, { labels })];
    const lacking = labels.filter((label) => !there.labels.includes(label));
    if (lacking.length === 0) return [];
    return [
      {
        kind: 'enum' as const,
        object,
        of: object,
        declared: { labels: lacking },
        actual: { labels: there.labels },
      },
    ];
  });
}

/** Those that stand alone: `pgSequence(…)`. */
function sequenceDifferences(
  declared: Catalog,
  actual: Catalog,
  served: ReadonlySet<string>,
): readonly DeclaredDifference[] {
  const there = new Set(actual.sequences.map(({ object }) => object));
  return declared.sequences
    .filter(({ ownedBy, schema, object }) => ownedBy === null && !served.has(schema) && !there.has(object))
    .map(({ object, definition }) => missing('sequence', object, object, { definition }));
}
