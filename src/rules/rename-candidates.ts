/** What was dropped beside what was made like it, in one set of migrations: renamed, perhaps. */
import type { Catalog, ColumnObject, TableObject } from '../catalog/catalog.ts';
import { child, list, nodeOf } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';
import type { Place } from '../replay/record.ts';
import { goneColumns, goneTables, holdsRows, oidsOf } from './gone.ts';
import type { Evidence } from './rule.ts';

export interface Candidates<Thing> {
  readonly gone: Thing;
  readonly place: Place | null;
  /** At least one. */
  readonly like: readonly Thing[];
}

/** Columns of one table: one is gone, and one of like type is there that base has not. */
export function columnCandidates(evidence: Evidence): readonly Candidates<ColumnObject>[] {
  const { base, head } = evidence;
  if (base === null || head === null) return [];
  const before = new Set(base.catalog.columns.map(({ oid, number }) => `${oid}.${number}`));
  const made = head.catalog.columns.filter(
    ({ oid, number, generated, identity }) =>
      !before.has(`${oid}.${number}`) && generated === null && identity === null,
  );
  const copies = copiesIn(evidence);
  return goneColumns(evidence).flatMap(({ column, place, rebuilt }) => {
    if (rebuilt || column.generated !== null) return [];
    const like = made.filter(
      (one) =>
        one.oid === column.oid &&
        isLike(one.type, column.type) &&
        pointsTo(base.catalog, column) === pointsTo(head.catalog, one) &&
        !copies.column(one, column),
    );
    return like.length === 0 ? [] : [{ gone: column, place, like: likeliest(column, like) }];
  });
}

/** The table that a foreign key of the column leads to: `city` does not become `organization_id`. */
function pointsTo({ constraints }: Catalog, { table, name }: ColumnObject): string | null {
  const key = constraints.find(
    (one) => one.kind === 'foreign-key' && one.table === table && one.columns.includes(name),
  );
  return key?.references ?? null;
}

/** Those that share a word with the old name, where some do: `freelancer_name` and `name`, not `status`. */
function likeliest(gone: ColumnObject, like: readonly ColumnObject[]): readonly ColumnObject[] {
  const words = wordsOf(gone.name);
  const akin = like.filter(({ name }) => wordsOf(name).some((word) => words.includes(word)));
  return akin.length === 0 ? like : akin;
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && word !== 'id');
}

/** A table is gone, and one is there that has most of its columns. */
export function tableCandidates(evidence: Evidence): readonly Candidates<TableObject>[] {
  const { base, head } = evidence;
  if (base === null || head === null) return [];
  const before = oidsOf(base.catalog.tables);
  const made = head.catalog.tables.filter(
    (table) => holdsRows(table) && !before.has(table.oid) && table.partitionBound === null,
  );
  const copies = copiesIn(evidence);
  return goneTables(evidence).flatMap(({ table, place, rebuilt }) => {
    if (rebuilt || table.partitionBound !== null) return [];
    const own = base.catalog.columns.filter((column) => column.table === table.object);
    const like = made.filter(
      (one) =>
        isAlike(
          own,
          head.catalog.columns.filter((column) => column.table === one.object),
        ) && !copies.table(one, table),
    );
    return like.length === 0 ? [] : [{ gone: table, place, like }];
  });
}

/** Types between which values move without a thought; all others are only like themselves. */
const families: readonly (readonly string[])[] = [
  ['text', 'character varying', 'character', 'citext'],
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['timestamp without time zone', 'timestamp with time zone'],
  ['json', 'jsonb'],
];

function isLike(one: string, other: string): boolean {
  return familyOf(one) === familyOf(other);
}

/** `character varying(20)[]` is of the family of `text[]`. */
function familyOf(type: string): string {
  const bare = type.replace(/\([^)]*\)/, '');
  const [, element = bare, array = ''] = /^(.*?)((?:\[\])*)$/.exec(bare) ?? [];
  const family = families.findIndex((names) => names.includes(element));
  return `${family === -1 ? element : family}${array}`;
}

/** Ids and times are everywhere: only more than that makes two tables one. */
const leastShared = 0.6;

function isAlike(one: readonly ColumnObject[], other: readonly ColumnObject[]): boolean {
  const names = new Map(other.map(({ name, type }) => [name, type]));
  const shared = one.filter(({ name, type }) => {
    const there = names.get(name);
    return there !== undefined && isLike(there, type);
  }).length;
  return shared >= 2 && shared / (one.length + other.length - shared) >= leastShared;
}

/** Where the migrations carry the values over themselves, nothing is lost and nothing need be asked. */
function copiesIn({ replay }: Evidence) {
  const trees = (replay?.new ?? [])
    .flatMap(({ statements }) => statements)
    .filter(({ node }) => node === 'UpdateStmt' || node === 'InsertStmt' || node === 'CreateTableAsStmt')
    .flatMap(({ sql }) => treesOf(sql) ?? [])
    .flatMap((tree) => nodeOf(tree) ?? []);
  return {
    column: (to: ColumnObject, from: ColumnObject): boolean =>
      trees.some(
        ({ tag, fields }) =>
          tag === 'UpdateStmt' &&
          list(fields.targetList).some((target) => {
            const { name, val } = child(child(target).ResTarget);
            return name === to.name && spells(val, from.name);
          }),
      ),
    table: (to: TableObject, from: TableObject): boolean =>
      trees.some(({ tag, fields }) => {
        const { relname } = child(tag === 'InsertStmt' ? fields.relation : child(fields.into).rel);
        const source = tag === 'InsertStmt' ? fields.selectStmt : fields.query;
        return tag !== 'UpdateStmt' && relname === to.name && readsFrom(source, from.name);
      }),
  };
}

/** The name stands in the expression as a column. */
function spells(value: unknown, name: string): boolean {
  return some(value, (inner) => {
    const last = list(child(inner.ColumnRef).fields).at(-1);
    return child(child(last).String).sval === name;
  });
}

function readsFrom(value: unknown, name: string): boolean {
  return some(value, (inner) => child(inner.RangeVar).relname === name);
}

function some(value: unknown, holds: (inner: Readonly<Record<string, unknown>>) => boolean): boolean {
  if (Array.isArray(value)) return value.some((inner) => some(inner, holds));
  if (typeof value !== 'object' || value === null) return false;
  return holds(child(value)) || Object.values(value).some((inner) => some(inner, holds));
}
