/** Columns in words, for the reader of a change. */
import type { ColumnObject } from './catalog.ts';

/** By table, each column as it could stand in a create table statement. */
export function describeColumns(columns: readonly ColumnObject[]): ReadonlyMap<string, readonly string[]> {
  const described = new Map<string, string[]>();
  for (const column of columns) {
    const sofar = described.get(column.table);
    if (sofar === undefined) described.set(column.table, [describeColumn(column)]);
    else sofar.push(describeColumn(column));
  }
  return described;
}

function describeColumn(column: ColumnObject): string {
  const { name, type, collation, notNull, generated, identity } = column;
  const value =
    generated !== null
      ? `generated always as (${column.default}) ${generated}`
      : identity !== null
        ? `generated ${identity === 'always' ? 'always' : 'by default'} as identity`
        : column.default !== null
          ? `default ${column.default}`
          : null;
  return [name, type, collation && `collate ${collation}`, notNull && 'not null', value]
    .filter((word) => word !== null && word !== false)
    .join(' ');
}
