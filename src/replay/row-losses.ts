/** Rows that were taken away between two looks from outside, also where as many others have taken their place. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import type { Executor } from './executor.ts';
import type { Place } from './record.ts';
import type { BaseRelation } from './relations.ts';
import { type Counts, countRows, type Removal } from './rows.ts';

type Trace = { oid: number; file: number; deleted: string | number; inserted: string | number };

export interface Rows {
  readonly counts: Counts;
  readonly traces: ReadonlyMap<number, Trace>;
}

/** The tables as they are now; no transaction may be open. */
export async function rowsNow(observer: Session, executor: Executor): Promise<Rows> {
  // Counters stay for a second in the backend that made them.
  await executor.look('select pg_catalog.pg_stat_force_next_flush()');
  await executor.look('select');
  const query = readFileSync(new URL('./queries/row-traces.sql', import.meta.url), 'utf8');
  const rows = await observer.query<Trace>(query);
  return {
    counts: await countRows(observer),
    traces: new Map(rows.map((row) => [Number(row.oid), row])),
  };
}

/** By fewer rows, by rows counted as deleted, or by a table that was emptied and filled again. */
export function lostBetween(
  relations: ReadonlyMap<number, BaseRelation>,
  before: Rows,
  after: Rows,
  place: Place,
): readonly Removal[] {
  return [...before.counts].flatMap(([oid, known]): Removal[] => {
    const then = before.traces.get(oid);
    const now = after.traces.get(oid);
    if (known === 0 || !relations.has(oid) || then === undefined || now === undefined) return [];
    const emptied = now.file !== then.file && Number(now.inserted) > Number(then.inserted);
    const fewer = known - (after.counts.get(oid) ?? known);
    const lost = Math.max(fewer, Number(now.deleted) - Number(then.deleted));
    if (!emptied && lost <= 0) return [];
    return [{ place, oid, rows: emptied ? 'all' : Math.min(lost, known) }];
  });
}
