/** rows-removed: rows that existed before are gone from a table that is still there. */

import type { Catalog } from '../catalog/catalog.ts';
import { byCodeUnit } from '../catalog/order.ts';
import type { Place } from '../replay/record.ts';
import { at, byCause } from './cause.ts';
import { goneTables } from './gone.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { listed } from './wording.ts';

export const rowsRemoved: ChangeRule = {
  meta: {
    id: 'rows-removed',
    title: 'Rows that existed are gone',
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A table of the base state has fewer of its rows after a statement of the new migrations: by DELETE, TRUNCATE, a foreign key that deletes along, in a DO block or a function. Counted on seed rows and generated rows. One finding per statement lists the tables.',
    effect: 'Production loses every row the same condition matches there.',
    remedy:
      'Leave the rows until a backup exists and nobody reads them. To set NOT NULL or a key, fill or repair the rows with an UPDATE and keep them.',
    silentWhen:
      'The table itself is dropped (`table-dropped`), the rows are jobs of pg_cron (the report lists those) or their log, the rows went with a dropped or detached partition, an UPDATE moved them to another partition, or the table was made by the same pull request.',
  },
  scope: 'change',
  check: (evidence) => byCause(removals(evidence)).map(findingOf),
};

interface Removal {
  readonly object: string;
  readonly place: Place | null;
  readonly before: number;
  readonly after: number;
  /** Deleted over all, though others may have come in their place. */
  readonly lost: number;
}

function removals(evidence: Evidence): readonly Removal[] {
  const { base, head, replay } = evidence;
  if (base === null || head === null || replay === null) return [];
  const dropped = goneTables(evidence).map(({ object }) => object);
  const others = new Set(
    [...replay.new, ...(replay.headRls?.files ?? [])].flatMap(({ statements }) =>
      statements.flatMap(({ file, line, node }) => (node === 'UpdateStmt' ? [] : `${file}:${line}`)),
    ),
  );
  const isUpdate = ({ file, line }: Place) => !others.has(`${file}:${line}`);
  return replay.rows
    .flatMap(({ table, before, after, removedBy }): Removal[] => {
      const [worst] = removedBy;
      // Of a table that was empty only rows of this pull request can be removed.
      if (after === null || before === 0 || isOfJobs(table, base.catalog)) return [];
      const unexplained = after < before && !lostPartition(table, dropped, base.catalog, head.catalog);
      if (worst === undefined && !unexplained) return [];
      // An UPDATE that moves rows to another partition deletes them in the first.
      if (after >= before && isPartitioned(table, base.catalog) && removedBy.every(isUpdate)) return [];
      const place = worst === undefined ? evidence.place(table) : { file: worst.file, line: worst.line };
      const deleted = removedBy.reduce((sum, { rows }) => sum + rows, 0);
      const lost = Math.min(before, Math.max(deleted, before - after));
      return [{ object: table, place, before, after, lost }];
    })
    .toSorted((one, other) => byCodeUnit(one.object, other.object));
}

/** A job is taken away by removing its row; the report lists jobs by themselves. */
function isOfJobs(table: string, { tables }: Catalog): boolean {
  return tables.some(({ object, extension }) => object === table && extension === 'pg_cron');
}

function isPartitioned(table: string, { tables }: Catalog): boolean {
  return tables.some(({ object, kind }) => object === table && kind === 'partitioned-table');
}

/** A parent counts the rows of its partitions; that one is dropped table-dropped says. */
function lostPartition(table: string, dropped: readonly string[], base: Catalog, head: Catalog): boolean {
  const children = base.tables.filter(({ parents }) => parents.includes(table));
  return children.some((child) => {
    const now = head.tables.find(({ oid }) => oid === child.oid);
    return dropped.includes(child.object) || now === undefined || now.parents.length === 0;
  });
}

function findingOf(group: readonly Removal[]): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group of tables is never empty');
  const objects = group.map(({ object }) => object);
  const several = group.length > 1;
  const all = group.every(({ lost, before }) => lost === before);
  const counts = group.map(({ object, before, after, lost }) => ({ table: object, before, after, lost }));
  const sample = several ? 'Sample rows' : `${first.lost} of ${first.before} sample rows`;
  return {
    object: first.object,
    ...at(first.place),
    title: all ? `All rows of ${listed(objects)} are removed` : `Rows of ${listed(objects)} are removed`,
    detail: all
      ? 'None of the sample rows is left, and production would lose its rows the same way.'
      : `${sample} are gone; production loses every row the same condition matches there.`,
    remedy:
      'Keep the rows: fill or repair them with an UPDATE. If they must go, take a backup first and delete them in a step of its own.',
    fix: null,
    evidence: { rows: counts, ...(several ? { objects } : {}) },
  };
}
