/** What a database has beyond the Drizzle schema and `drizzle-kit push` would take away: push makes both equal. */
import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import { byCodeUnit } from '../catalog/order.ts';

export type HandMadeKind =
  | 'row security'
  | 'policy'
  | 'view'
  | 'index'
  | 'constraint'
  | 'column'
  | 'table'
  | 'enum'
  | 'sequence';

export interface HandMade {
  readonly kind: HandMadeKind;
  /** Of row security: the table. */
  readonly object: string;
}

/** Triggers, functions and grants are left alone; what an extension brought is not looked at. */
export function handMade(actual: Catalog, declared: Catalog): readonly HandMade[] {
  const schemas = ownSchemas(declared);
  const tables = new Map(declared.tables.map((table) => [table.object, table]));
  const isOwn = (table: string) => {
    const { schema = '', kind } = tables.get(table) ?? {};
    return schemas.has(schema) && (kind === 'table' || kind === 'partitioned-table');
  };
  const found = (kind: HandMadeKind, objects: readonly CatalogObject[], known: readonly CatalogObject[]) => {
    const names = new Set(known.map(({ object }) => object));
    return objects.filter(({ object }) => !names.has(object)).map(({ object }) => ({ kind, object }));
  };
  const own = actual.tables.filter(
    ({ schema, extension, parents }) => schemas.has(schema) && extension === null && parents.length === 0,
  );
  const isView = ({ kind }: (typeof own)[number]) => kind === 'view' || kind === 'materialized-view';
  const open = own.filter(
    ({ object, rowSecurity }) => rowSecurity && tables.get(object)?.rowSecurity === false && isOwn(object),
  );
  return [
    ...open.map(({ object }) => ({ kind: 'row security' as const, object })),
    ...found(
      'policy',
      actual.policies.filter(({ table }) => isOwn(table)),
      declared.policies,
    ),
    ...found('view', own.filter(isView), declared.tables),
    ...found(
      'index',
      actual.indexes.filter(
        ({ table, constraint, primary }) => isOwn(table) && constraint === null && !primary,
      ),
      declared.indexes,
    ),
    ...found(
      'constraint',
      actual.constraints.filter(({ table, kind }) => isOwn(table) && droppedConstraints.has(kind)),
      declared.constraints,
    ),
    ...found(
      'column',
      actual.columns.filter(({ table }) => isOwn(table)),
      declared.columns,
    ),
    ...found(
      'table',
      own.filter(({ kind }) => kind === 'table'),
      declared.tables,
    ),
    ...found(
      'enum',
      actual.types.filter(
        ({ kind, schema, extension }) => kind === 'enum' && schemas.has(schema) && extension === null,
      ),
      declared.types,
    ),
    ...found(
      'sequence',
      actual.sequences.filter(({ ownedBy, schema }) => ownedBy === null && schemas.has(schema)),
      declared.sequences,
    ),
  ].toSorted((one, other) => byCodeUnit(one.object, other.object));
}

const droppedConstraints: ReadonlySet<string> = new Set(['check', 'foreign-key', 'unique']);

/** `public`, and whatever else holds a table of the schema; Supabase's own belong to roles of their own. */
function ownSchemas({ schemas, tables }: Catalog): ReadonlySet<string> {
  const ofUsers = new Set(
    schemas.filter(({ name, owner }) => name === 'public' || owner === 'postgres').map(({ name }) => name),
  );
  const used = new Set(tables.map(({ schema }) => schema));
  return new Set([...ofUsers].filter((name) => name === 'public' || used.has(name)));
}
