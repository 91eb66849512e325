/** What a Drizzle schema declares of one table (columns, keys, indexes, policies) beside what the migrated database has of it. */
import type {
  Catalog,
  ColumnObject,
  ConstraintObject,
  IndexObject,
  PolicyObject,
  TableObject,
} from './catalog.ts';
import type { ChangeKind } from './change.ts';
import { constraintForm, indexForm, isCounter, saysTheSame } from './definition.ts';

/** One object that the schema declares and that the migrated database has otherwise, or not at all. */
export interface DeclaredDifference {
  readonly kind: ChangeKind;
  /** As a finding names it. */
  readonly object: string;
  /** The table, view or enum it is part of; the object itself where it is none's part. */
  readonly of: string;
  /** The fields that differ; null when the object is not there at all. */
  readonly declared: Readonly<Record<string, unknown>>;
  readonly actual: Readonly<Record<string, unknown>> | null;
}

type Facts = Readonly<Record<string, unknown>>;

/** What hangs on one table. */
export interface Parts {
  readonly columns: readonly ColumnObject[];
  readonly constraints: readonly ConstraintObject[];
  readonly indexes: readonly IndexObject[];
  readonly policies: readonly PolicyObject[];
}

export function partsByTable(catalog: Catalog): (table: string) => Parts {
  const columns = byTable(catalog.columns);
  const constraints = byTable(catalog.constraints);
  const indexes = byTable(catalog.indexes);
  const policies = byTable(catalog.policies);
  return (table) => ({
    columns: columns.get(table) ?? [],
    constraints: constraints.get(table) ?? [],
    indexes: indexes.get(table) ?? [],
    policies: policies.get(table) ?? [],
  });
}

function byTable<Part extends { readonly table: string }>(
  all: readonly Part[],
): ReadonlyMap<string, readonly Part[]> {
  const tables = new Map<string, Part[]>();
  for (const part of all) tables.set(part.table, [...(tables.get(part.table) ?? []), part]);
  return tables;
}

export function missing(kind: ChangeKind, object: string, of: string, declared: Facts): DeclaredDifference {
  return { kind, object, of, declared, actual: null };
}

/** One when a field differs, none when all are null. */
export function differing(
  kind: ChangeKind,
  object: string,
  of: string,
  fields: Readonly<Record<string, { readonly declared: unknown; readonly actual: unknown } | null>>,
): readonly DeclaredDifference[] {
  const entries = Object.entries(fields).flatMap(([name, field]) =>
    field === null ? [] : [[name, field] as const],
  );
  if (entries.length === 0) return [];
  const declared = Object.fromEntries(entries.map(([name, field]) => [name, field.declared]));
  const actual = Object.fromEntries(entries.map(([name, field]) => [name, field.actual]));
  return [{ kind, object, of, declared, actual }];
}

export function unless(agree: boolean, declared: unknown, actual: unknown) {
  return agree ? null : { declared, actual };
}

export function columnDifferences(there: TableObject, own: Parts, its: Parts): readonly DeclaredDifference[] {
  const columns = new Map(its.columns.map((column) => [column.name, column]));
  return own.columns.flatMap((column) => {
    const { object, table, type, notNull, generated, identity } = column;
    const actual = columns.get(column.name);
    if (actual === undefined) return [missing('column', object, table, { type })];
    // What a view or a foreign server shows has neither defaults nor nullability of its own.
    if (there.kind !== 'table' && there.kind !== 'partitioned-table') return [];
    return differing('column', object, table, {
      type: unless(type === actual.type, type, actual.type),
      notNull: unless(notNull === actual.notNull, notNull, actual.notNull),
      generated: unless(generated === actual.generated, generated, actual.generated),
      identity: unless(identity === null || counts(actual), identity, actual.identity),
      default: unless(sameDefault(column, actual), column.default, actual.default),
    });
  });
}

/** A serial, an identity or any other column that numbers itself. */
function counts({ identity, default: expression }: ColumnObject): boolean {
  return identity !== null || isCounter(expression);
}

/** A default that only the database has is somebody's addition. */
function sameDefault(column: ColumnObject, actual: ColumnObject): boolean {
  // The difference between a default and a computed value is told as `generated`.
  if (column.default === null || column.generated !== actual.generated) return true;
  if (isCounter(column.default)) return counts(actual);
  return saysTheSame(column.default, actual.default);
}

export function constraintDifferences(
  own: Parts,
  its: Parts,
  other: ReadonlySet<string>,
): readonly DeclaredDifference[] {
  const named = new Map(its.constraints.map((constraint) => [constraint.name, constraint]));
  const forms = new Set(its.constraints.map(({ definition }) => constraintForm(definition)));
  return own.constraints.flatMap((constraint) => {
    const { kind, object, table, definition, columns } = constraint;
    // Of a column that is missing or of another type all else is said already.
    if (columns.some((name) => isOther(own, name, other))) return [];
    const form = constraintForm(definition);
    if (form === null || forms.has(form)) return [];
    if (kind === 'unique' && isUnique(its, columns)) return [];
    if (kind === 'primary-key') {
      const key = its.constraints.find((one) => one.kind === 'primary-key');
      if (key !== undefined && sameSet(key.columns, columns)) return [];
    }
    const candidate = named.get(constraint.name) ?? its.constraints.find((one) => stands(one, constraint));
    if (candidate === undefined || candidate.kind !== kind)
      return [missing('constraint', object, table, { definition })];
    return [
      {
        kind: 'constraint',
        object: candidate.object,
        of: table,
        declared: { definition },
        actual: { definition: candidate.definition },
      },
    ];
  });
}

/** What stands in its place under another name: the table's only primary key, the key of the same columns to the same table. */
function stands(one: ConstraintObject, constraint: ConstraintObject): boolean {
  if (one.kind !== constraint.kind) return false;
  if (one.kind === 'primary-key') return true;
  return (
    one.kind === 'foreign-key' &&
    one.references === constraint.references &&
    sameSet(one.columns, constraint.columns)
  );
}

function isUnique({ indexes }: Parts, columns: readonly string[]): boolean {
  return indexes.some(
    (index) =>
      index.unique && !index.partial && index.columns.every(isName) && sameSet(index.columns, columns),
  );
}

function isName(column: string | null): column is string {
  return column !== null;
}

export function sameSet(one: readonly (string | null)[], other: readonly string[]): boolean {
  return one.length === other.length && other.every((name) => one.includes(name));
}

function isOther(own: Parts, name: string, other: ReadonlySet<string>): boolean {
  return own.columns.some((column) => column.name === name && other.has(column.object));
}

export function indexDifferences(
  own: Parts,
  its: Parts,
  other: ReadonlySet<string>,
): readonly DeclaredDifference[] {
  const named = new Map(its.indexes.map((index) => [index.name, index]));
  const forms = new Set(its.indexes.map(({ definition }) => indexForm(definition)));
  return own.indexes.flatMap((index) => {
    const { object, table, definition, columns, partial, unique } = index;
    if (index.constraint !== null) return [];
    if (columns.some((name) => name !== null && isOther(own, name, other))) return [];
    const form = indexForm(definition);
    if (form === null || forms.has(form)) return [];
    if (unique && !partial && columns.every(isName) && isUnique(its, columns)) return [];
    const actual = named.get(index.name);
    return [
      actual === undefined
        ? missing('index', object, table, { definition })
        : {
            kind: 'index' as const,
            object,
            of: table,
            declared: { definition },
            actual: { definition: actual.definition },
          },
    ];
  });
}

export function policyDifferences(own: Parts, its: Parts): readonly DeclaredDifference[] {
  return own.policies.flatMap((policy) => {
    const { object, table, permissive, command, roles, using, withCheck } = policy;
    const actual = its.policies.find(({ name }) => name === policy.name);
    if (actual === undefined) {
      const elsewhere = its.policies.some((one) => samePolicy(one, policy));
      return elsewhere
        ? []
        : [missing('policy', object, table, { permissive, command, roles, using, withCheck })];
    }
    return differing('policy', object, table, {
      permissive: unless(permissive === actual.permissive, permissive, actual.permissive),
      command: unless(command === actual.command, command, actual.command),
      roles: unless(sameSet(roles, actual.roles), roles, actual.roles),
      using: unless(saysTheSame(using, actual.using), using, actual.using),
      withCheck: unless(saysTheSame(withCheck, actual.withCheck), withCheck, actual.withCheck),
    });
  });
}

function samePolicy(one: PolicyObject, other: PolicyObject): boolean {
  return (
    one.permissive === other.permissive &&
    one.command === other.command &&
    sameSet(one.roles, other.roles) &&
    saysTheSame(one.using, other.using) &&
    saysTheSame(one.withCheck, other.withCheck)
  );
}
