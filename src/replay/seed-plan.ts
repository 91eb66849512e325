/** Which rows each empty table gets, so that foreign keys lead somewhere; pure. */
import { literal } from '../database/quoting.ts';
import type { ForeignKey, SeedColumn, SeedTable } from './seed-tables.ts';
import { valueText } from './seed-values.ts';

export interface SeedState {
  readonly tables: ReadonlyMap<number, SeedTable>;
  /** Tables that get generated rows; taken out when they cannot. */
  readonly planned: ReadonlySet<number>;
  /** Tables whose checks refused our values: null or the default may suit them. */
  readonly cautious: ReadonlySet<number>;
  /** Rows that are there already, by table: values as text by column number. */
  readonly existing: ReadonlyMap<number, readonly ReadonlyMap<number, string | null>[]>;
  readonly rows: number;
}

export type SeedInsert = { readonly sql: string; readonly rows: number } | { readonly why: string };

/** The INSERT for one table, or why there can be none. */
export function seedInsert(state: SeedState, table: SeedTable): SeedInsert {
  const rows = rowsFor(state, table, 0);
  const columns = table.columns.filter((column) => !usesDefault(state, table, column));
  const lines: string[] = [];
  for (let index = 0; index < rows; index += 1) {
    const values: string[] = [];
    for (const column of columns) {
      const value = textOf(state, table, column, index, 0);
      if (value === null && column.required && !column.hasDefault)
        return { why: reason(state, table, column) };
      values.push(value === null ? (column.required ? 'default' : 'null') : literal(value));
    }
    lines.push(`(${values.join(', ')})`);
  }
  if (rows === 0) return { why: 'a table it refers to has no rows' };
  if (columns.length === 0) return { sql: `insert into ${table.name} default values`, rows: 1 };
  const names = columns.map(({ name }) => name).join(', ');
  return {
    sql: `insert into ${table.name} (${names}) overriding system value values ${lines.join(', ')}`,
    rows,
  };
}

/** A key that must be unique and points at fewer rows than wanted allows no more than those. */
function rowsFor(state: SeedState, table: SeedTable, depth: number): number {
  const limits = table.foreignKeys
    .filter((key) => key.parent !== table.oid && insideUnique(table, key))
    .map((key) => parentRows(state, key.parent, depth + 1))
    .filter((count) => count > 0);
  return Math.min(state.rows, ...limits);
}

function parentRows(state: SeedState, oid: number, depth: number): number {
  const existing = state.existing.get(oid);
  if (existing !== undefined) return existing.length;
  const table = state.tables.get(oid);
  if (table === undefined || !state.planned.has(oid)) return 0;
  return depth > maxDepth ? state.rows : rowsFor(state, table, depth);
}

function insideUnique(table: SeedTable, key: ForeignKey): boolean {
  return table.unique.some((columns) => columns.every((column) => key.columns.includes(column)));
}

/** Chains of keys end here when they run in a circle. */
const maxDepth = 12;

function textOf(
  state: SeedState,
  table: SeedTable,
  column: SeedColumn,
  index: number,
  depth: number,
): string | null {
  const key = table.foreignKeys.find(({ columns }) => columns.includes(column.number));
  if (key === undefined || depth > maxDepth) return plainValue(table, column, index);
  const parentColumn = key.parentColumns[key.columns.indexOf(column.number)] ?? 0;
  const existing = state.existing.get(key.parent);
  if (existing !== undefined) return existing[index % existing.length]?.get(parentColumn) ?? null;
  const parent = state.tables.get(key.parent);
  const target = parent?.columns.find(({ number }) => number === parentColumn);
  if (parent === undefined || target === undefined || !state.planned.has(key.parent)) return null;
  if (parent.oid === table.oid && target.number === column.number) return plainValue(table, column, index);
  return textOf(state, parent, target, index % parentRows(state, parent.oid, depth + 1), depth + 1);
}

function plainValue(table: SeedTable, column: SeedColumn, index: number): string | null {
  const { allowed } = column;
  const unique = table.unique.some((columns) => columns.length === 1 && columns[0] === column.number);
  if (allowed.length > 0) return (unique ? allowed[index] : allowed[index % allowed.length]) ?? null;
  return valueText(column, index);
}

/** For a type we have no values for, and in a table that is to be given no more than it needs. */
function usesDefault(state: SeedState, table: SeedTable, column: SeedColumn): boolean {
  const isKey = table.foreignKeys.some(({ columns }) => columns.includes(column.number));
  if (isKey || column.sequence !== null) return false;
  if (column.hasDefault && plainValue(table, column, 0) === null) return true;
  const suspect = state.cautious.has(table.oid) && table.checked.has(column.number);
  return suspect && column.allowed.length === 0 && (column.hasDefault || !column.required);
}

function reason(state: SeedState, table: SeedTable, column: SeedColumn): string {
  const key = table.foreignKeys.find(({ columns }) => columns.includes(column.number));
  if (key === undefined) return `no values are known for ${column.name} (type ${column.type})`;
  const parent = state.tables.get(key.parent)?.name ?? 'a table';
  return `${column.name} needs a row of ${parent}, which has none`;
}
