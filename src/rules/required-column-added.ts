/** required-column-added: a column that every existing row would have to fill, and none can. */
import type { ColumnObject } from '../catalog/catalog.ts';
import { at } from './cause.ts';
import type { ChangeRule, Evidence } from './rule.ts';
import { spelled } from './wording.ts';

export const requiredColumnAdded: ChangeRule = {
  meta: {
    id: 'required-column-added',
    title: 'A column without default is required of rows that exist',
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A statement adds a NOT NULL column without default to a table of the base state, and fails with 23502 as soon as the table holds a row; without rows it passes.',
    effect: 'The deploy fails on every table that is not empty, and nothing of it is applied.',
    remedy: 'Add the column nullable, fill it, and require it in a later migration; or give it a default.',
    silentWhen:
      'The column has a default, is an identity or generated, is filled before it is required, or its table is new.',
  },
  scope: 'change',
  check: (evidence) => {
    const { replay, place } = evidence;
    const failed = replay?.failedOnMadeUpRows ?? null;
    if (failed?.error?.sqlstate !== '23502') return [];
    return requiredAndNew(evidence)
      .filter((column) => {
        // Postgres names the first of a statement; a later statement on the same column may have moved its place.
        if (isNamedIn(failed.error?.message ?? '', column, evidence)) return true;
        const where = place(column.object);
        return where?.file === failed.file && where.line === failed.line;
      })
      .map((column) => ({
        object: column.object,
        ...at(failed),
        title: `${column.object} is required of every row, and no row has it`,
        detail: `Postgres refuses the statement with 23502 as soon as ${column.table} holds a row, and the whole deploy with it.`,
        remedy: `Add ${spelled(column)} nullable, fill it, and set it NOT NULL in a later migration; or give it a default.`,
        fix: `alter table ${column.table} add column ${spelled(column)} ${column.type};\n-- fill it, then in a later migration:\nalter table ${column.table} alter column ${spelled(column)} set not null;`,
        evidence: { table: column.table, type: column.type, sqlstate: '23502' },
      }));
  },
};

function isNamedIn(message: string, column: ColumnObject, { head }: Evidence): boolean {
  const table = head?.catalog.tables.find(({ oid }) => oid === column.oid);
  return (
    table !== undefined &&
    message === `column "${column.name}" of relation "${table.name}" contains null values`
  );
}

/** Columns of tables that existed, which a row cannot get by itself. */
function requiredAndNew({ base, head }: Evidence): readonly ColumnObject[] {
  if (base === null || head === null) return [];
  const tables = new Set(base.catalog.tables.map(({ oid }) => oid));
  const columns = new Set(base.catalog.columns.map(({ oid, number }) => `${oid}.${number}`));
  return head.catalog.columns.filter(
    (column) =>
      tables.has(column.oid) &&
      !columns.has(`${column.oid}.${column.number}`) &&
      column.notNull &&
      column.default === null &&
      column.identity === null &&
      column.generated === null,
  );
}
