/** How many rows the tables of the base state have, before and after, and which statements took some away. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import type { Place, RowCount } from './record.ts';
import { type BaseRelation, relationsOf } from './relations.ts';

/** Rows by the oid of the ordinary table or partition. */
export type Counts = ReadonlyMap<number, number>;

export interface Removal {
  readonly place: Place;
  /** The ordinary table or partition. */
  readonly oid: number;
  readonly rows: number | 'all';
}

export async function countRows(observer: Session): Promise<Counts> {
  const compose = readFileSync(new URL('./queries/row-counts-query.sql', import.meta.url), 'utf8');
  const counts = new Map<number, number>();
  for (const { query } of await observer.query<{ query: string }>(compose)) {
    const rows = await observer.query<{ oid: number; rows: string | number }>(query);
    for (const { oid, rows: count } of rows) counts.set(Number(oid), Number(count));
  }
  return counts;
}

/** Partitions count for their partitioned table, also after they were detached. */
export async function rowCounts(
  observer: Session,
  relations: ReadonlyMap<number, BaseRelation>,
  before: Counts,
  removals: readonly Removal[],
): Promise<readonly RowCount[]> {
  const now = await relationsOf(observer, null);
  const after = await countRows(observer);
  const rootNow = (oid: number): number => relations.get(oid)?.root ?? now.get(oid)?.root ?? oid;
  const beforeByRoot = sums(before, (oid) => relations.get(oid)?.root ?? oid);
  const afterByRoot = sums(after, rootNow);
  const removedBy = removalsByRoot(relations, before, removals);
  return [...relations.values()]
    .filter(({ oid, kind, root }) => (kind === 'r' || kind === 'p') && oid === root)
    .map(({ oid, name }) => ({
      table: name,
      oid,
      before: beforeByRoot.get(oid) ?? 0,
      after: now.has(oid) ? (afterByRoot.get(oid) ?? 0) : null,
      removedBy: removedBy.get(oid) ?? [],
    }))
    .sort((one, other) => (one.table < other.table ? -1 : 1));
}

function sums(counts: Counts, rootOf: (oid: number) => number): Map<number, number> {
  const result = new Map<number, number>();
  for (const [oid, rows] of counts) {
    const root = rootOf(oid);
    result.set(root, (result.get(root) ?? 0) + rows);
  }
  return result;
}

function removalsByRoot(
  relations: ReadonlyMap<number, BaseRelation>,
  before: Counts,
  removals: readonly Removal[],
): ReadonlyMap<number, RowCount['removedBy']> {
  const left = new Map(before);
  const places = new Map<number, Map<string, Place & { rows: number }>>();
  for (const { place, oid, rows } of removals) {
    const known = left.get(oid) ?? 0;
    const gone = rows === 'all' ? known : rows;
    left.set(oid, Math.max(0, known - gone));
    if (gone === 0) continue;
    const root = relations.get(oid)?.root ?? oid;
    const ofRoot = places.get(root) ?? new Map<string, Place & { rows: number }>();
    const key = `${place.file}:${place.line}`;
    ofRoot.set(key, { ...place, rows: (ofRoot.get(key)?.rows ?? 0) + gone });
    places.set(root, ofRoot);
  }
  // Sorting is stable: equal losses stay in the order they happened.
  return new Map(
    [...places].map(([root, ofRoot]) => [root, [...ofRoot.values()].sort((a, b) => b.rows - a.rows)]),
  );
}
