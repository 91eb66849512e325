/** The tables that can be given rows, with what their columns, keys and checks ask for. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import { parseSql } from '../history/statements.ts';
import type { ValueColumn } from './seed-values.ts';

export interface SeedColumn extends ValueColumn {
  readonly number: number;
  /** Quoted where needed. */
  readonly name: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
  /** The sequence it owns, quoted; null without one. */
  readonly sequence: string | null;
  /** Values a simple check names: `status in ('open', 'done')`. */
  readonly allowed: readonly string[];
}

export interface ForeignKey {
  readonly columns: readonly number[];
  readonly parent: number;
  readonly parentColumns: readonly number[];
}

export interface SeedTable {
  readonly oid: number;
  readonly name: string;
  readonly schema: string;
  readonly columns: readonly SeedColumn[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Columns of each unique index. */
  readonly unique: readonly (readonly number[])[];
  /** Columns that a check constraint reads. */
  readonly checked: ReadonlySet<number>;
}

type ColumnRow = {
  table: number;
  table_name: string;
  schema: string;
  number: number;
  name: string;
  label: string;
  type: string;
  array: boolean;
  modifier: number;
  required: boolean;
  has_default: boolean;
  sequence: string | null;
  labels: string[];
};

type KeyRow = {
  table: number;
  kind: string;
  /** null: a check that names no column. */
  columns: number[] | null;
  parent: number;
  parent_columns: number[] | null;
  expression: string | null;
};

export async function seedTables(observer: Session): Promise<readonly SeedTable[]> {
  const columnsQuery = readFileSync(new URL('./queries/seed-columns.sql', import.meta.url), 'utf8');
  const keysQuery = readFileSync(new URL('./queries/seed-keys.sql', import.meta.url), 'utf8');
  const columns = grouped(await observer.query<ColumnRow>(columnsQuery));
  const keys = grouped(await observer.query<KeyRow>(keysQuery));
  const tables: SeedTable[] = [];
  for (const [oid, rows] of columns) {
    const [first] = rows;
    if (first === undefined) continue;
    const ofTable = keys.get(oid) ?? [];
    const allowed = await allowedBy(ofTable);
    tables.push({
      oid,
      name: first.table_name,
      schema: first.schema,
      columns: rows.map((row) => ({
        ...row,
        hasDefault: row.has_default,
        allowed: allowed.get(row.label) ?? [],
      })),
      foreignKeys: ofTable
        .filter(({ kind }) => kind === 'f')
        .map((key) => ({
          columns: key.columns ?? [],
          parent: Number(key.parent),
          parentColumns: key.parent_columns ?? [],
        })),
      unique: ofTable.filter(({ kind }) => kind === 'u').map((key) => key.columns ?? []),
      checked: new Set(ofTable.filter(({ kind }) => kind === 'c').flatMap((key) => key.columns ?? [])),
    });
  }
  return tables;
}

function grouped<Value extends { readonly table: number }>(rows: readonly Value[]): Map<number, Value[]> {
  const groups = new Map<number, Value[]>();
  for (const row of rows) {
    const oid = Number(row.table);
    groups.set(oid, [...(groups.get(oid) ?? []), row]);
  }
  return groups;
}

/** By column: the constants of checks such as `status = any (array['open', 'done'])`, read from the parsed expression. */
async function allowedBy(keys: readonly KeyRow[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const allowed = new Map<string, readonly string[]>();
  for (const { kind, columns, expression } of keys) {
    if (kind !== 'c' || columns?.length !== 1 || expression === null) continue;
    const parsed = await parseSql(`select ${expression}`);
    if ('error' in parsed) continue;
    const found = { column: null as string | null, constants: [] as string[], equal: false };
    visit(parsed.statements[0]?.tree, found);
    if (found.equal && found.column !== null && found.constants.length > 0) {
      allowed.set(found.column, found.constants);
    }
  }
  return allowed;
}

function visit(value: unknown, found: { column: string | null; constants: string[]; equal: boolean }): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, below] of Object.entries(value)) {
    if (key === 'ColumnRef') found.column = lastString(below) ?? found.column;
    else if (key === 'A_Const') found.constants.push(...constantOf(below));
    else if (key === 'A_Expr') {
      found.equal ||= JSON.stringify(below.name) === '[{"String":{"sval":"="}}]';
      visit(below, found);
    } else if (key !== 'TypeCast') visit(below, found);
    else visit(below.arg, found);
  }
}

function lastString(reference: { fields?: { String?: { sval?: string } }[] }): string | null {
  return reference.fields?.at(-1)?.String?.sval ?? null;
}

function constantOf(constant: { sval?: { sval?: string }; ival?: { ival?: number } }): readonly string[] {
  if (constant.sval?.sval !== undefined) return [constant.sval.sval];
  return constant.ival === undefined ? [] : [String(constant.ival.ival ?? 0)];
}
