/** table-dropped: a table that existed is gone, however it was done. */
import { byCodeUnit } from '../catalog/order.ts';
import { at, byCause } from './cause.ts';
import { type GoneTable, goneTables } from './gone.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { goneTitle } from './wording.ts';

export const tableDropped: ChangeRule = {
  meta: {
    id: 'table-dropped',
    title: 'A table that existed is gone',
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A table (ordinary, partitioned, partition or foreign) of the base state is no longer there afterwards, told by its oid: dropped by name, by CASCADE, with its schema, in a DO block or a function, moved out of the way first, or dropped and made again under its name. Many tables dropped by one statement, or by more than five statements of one file, are one finding that lists them.',
    effect: 'All its rows are lost, and code that still reads or writes it fails from the deploy on.',
    remedy:
      'Stop using the table, deploy that, and drop it in a later release, with a backup. To rebuild a table, change it in place, or copy its rows in the same migration.',
    silentWhen:
      'The table was made by the same pull request, was only renamed or moved to another schema, or is a view.',
  },
  scope: 'change',
  check: (evidence) => {
    // What the statement names comes first: the parent and not its partitions.
    const gone = goneTables(evidence).toSorted(
      (one, other) => Number(other.original) - Number(one.original) || byCodeUnit(one.object, other.object),
    );
    return byCause(gone).map((group) => findingOf(group, evidence));
  },
};

function findingOf(group: readonly GoneTable[], { replay }: Evidence): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group of tables is never empty');
  const objects = group.map(({ object }) => object);
  const rows = new Map(replay?.rows.map(({ table, before }) => [table, before]));
  const rebuilt = group.every((one) => one.rebuilt);
  const verb = rebuilt ? 'dropped and made again' : 'dropped';
  const several = group.length > 1;
  return {
    object: first.object,
    ...at(first.place),
    title: goneTitle(objects, 'table', verb),
    detail: rebuilt
      ? 'What takes its place starts empty: every row that the migration does not copy is lost.'
      : `All rows are lost, and code that still uses ${several ? 'these tables' : 'the table'} fails from the deploy on.`,
    remedy: rebuilt
      ? 'Change the table in place with ALTER TABLE, or copy its rows before the old one is dropped, in the same migration.'
      : `Stop using ${several ? 'them' : 'it'}, deploy that, and drop ${several ? 'them' : 'it'} in a later release, with a backup.`,
    fix: null,
    evidence: {
      ...(several ? { objects } : {}),
      rebuilt,
      named: first.original,
      sampleRows: objects.reduce((sum, object) => sum + (rows.get(object) ?? 0), 0),
    },
  };
}
