/** column-dropped: a column that existed is gone from a table that is still there. */
import { byCodeUnit } from '../catalog/order.ts';
import { at, byCause } from './cause.ts';
import { type GoneColumn, goneColumns } from './gone.ts';
import type { ChangeRule, Finding } from './rule.ts';
import { goneTitle } from './wording.ts';

export const columnDropped: ChangeRule = {
  meta: {
    id: 'column-dropped',
    title: 'A column that existed is gone',
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A column of a table of the base state is no longer there afterwards, told by its number: dropped by name, in a DO block or a function, with its type by CASCADE, or dropped and added again under its name. Columns dropped by one statement, or by more than five statements of one file, are one finding that lists them.',
    effect: 'Its values are lost in every row, and code that still names it fails from the deploy on.',
    remedy:
      'Take the column out of the Drizzle schema and the code first, deploy that, and drop it in a later release.',
    silentWhen:
      'The column was made by the same pull request or was only renamed; its table is gone too (`table-dropped`); or a generated column is computed anew under its name.',
  },
  scope: 'change',
  check: (evidence) => {
    const gone = goneColumns(evidence).toSorted(
      (one, other) => Number(other.original) - Number(one.original) || byCodeUnit(one.object, other.object),
    );
    return byCause(gone).map(findingOf);
  },
};

function findingOf(group: readonly GoneColumn[]): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group of columns is never empty');
  const objects = group.map(({ object }) => object);
  const rebuilt = group.every((one) => one.rebuilt);
  const verb = rebuilt ? 'dropped and added again' : 'dropped';
  const several = group.length > 1;
  return {
    object: first.object,
    ...at(first.place),
    title: goneTitle(objects, 'column', verb),
    detail: rebuilt
      ? 'The values of every row are lost: the new column starts with its default or empty.'
      : `The values of every row are lost, and code that still names ${several ? 'the columns' : 'the column'} fails from the deploy on.`,
    remedy: rebuilt
      ? 'Change the column in place: `alter table … alter column … type … using …`.'
      : `Take ${several ? 'them' : 'it'} out of the code first, deploy that, and drop ${several ? 'them' : 'it'} in a later release.`,
    fix: null,
    evidence: {
      table: first.column.table,
      type: first.column.type,
      ...(several ? { objects } : {}),
      rebuilt,
      named: first.original,
    },
  };
}
