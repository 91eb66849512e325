/** What one statement did to the tables that existed: locks taken, files rewritten, rows removed. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import type { Executor } from './executor.ts';
import type { LockTaken } from './record.ts';
import type { BaseRelation } from './relations.ts';

export interface Traces {
  readonly locks: readonly LockTaken[];
  readonly rewrites: readonly string[];
  /** Rows by the table's (or partition's) oid; `all`: it was emptied as a whole. */
  readonly removed: ReadonlyMap<number, number | 'all'>;
}

export interface Watch {
  /** After a statement, before anything else runs; `node` is the statement's. */
  look(node: string | null): Promise<Traces>;
  /** The transaction is over: its locks are given back and its counters start again. */
  forget(): Promise<void>;
}

type Trace = { oid: number; file: number; deleted: string | number; inserted: string | number };

export function watch(
  observer: Session,
  executor: Executor,
  relations: ReadonlyMap<number, BaseRelation>,
): Watch {
  const traces = readFileSync(new URL('./queries/statement-traces.sql', import.meta.url), 'utf8').replace(
    ':last',
    () => String(Math.max(0, ...relations.keys())),
  );
  const locks = readFileSync(new URL('./queries/statement-locks.sql', import.meta.url), 'utf8');
  const size = readFileSync(new URL('./queries/relation-size.sql', import.meta.url), 'utf8');
  const files = new Map([...relations].map(([oid, { file }]) => [oid, file]));
  const deletedSoFar = new Map<number, number>();
  const insertedSoFar = new Map<number, number>();
  const held = new Set<string>();
  const replaced = new Set<number>();

  async function newLocks(): Promise<readonly LockTaken[]> {
    const rows = await observer.query<{ oid: number; mode: string }>(
      locks.replace(':pid', () => String(executor.pid())),
    );
    return rows.flatMap(({ oid, mode }) => {
      const relation = relations.get(Number(oid));
      const key = `${oid} ${mode}`;
      if (relation === undefined || held.has(key)) return [];
      held.add(key);
      return [{ object: relation.name, mode }];
    });
  }

  async function isEmpty(oid: number): Promise<boolean> {
    const [row] = await executor.look<{ bytes: string | number }>(size.replace(':oid', () => String(oid)));
    return Number(row?.bytes ?? 1) === 0;
  }

  return {
    async look(node) {
      const [rows, taken] = await Promise.all([executor.look<Trace>(traces), newLocks()]);
      const rewrites: string[] = [];
      const removed = new Map<number, number | 'all'>();
      for (const row of rows) {
        const oid = Number(row.oid);
        const relation = relations.get(oid);
        if (relation === undefined) continue;
        const deleted = Number(row.deleted);
        const more = deleted - (deletedSoFar.get(oid) ?? 0);
        deletedSoFar.set(oid, deleted);
        if (more > 0) removed.set(oid, more);
        const inserted = Number(row.inserted);
        const filled = inserted > 0 && (inserted !== insertedSoFar.get(oid) || node !== 'AlterTableStmt');
        insertedSoFar.set(oid, inserted);
        if (Number(row.file) === files.get(oid)) continue;
        files.set(oid, Number(row.file));
        rewrites.push(relation.name);
        if (relation.kind !== 'r') continue;
        // Emptied and filled again within one DO block or function: rows that a rewrite takes along do not count as
        // inserted. TRUNCATE starts that counter again.
        if (filled) removed.set(oid, 'all');
        else replaced.add(oid);
      }
      // TRUNCATE counts no row; it leaves a file without a page: a new one, or the same if that is of this transaction.
      for (const oid of replaced) {
        if (!rows.some((row) => Number(row.oid) === oid)) replaced.delete(oid);
        else if (await isEmpty(oid)) {
          removed.set(oid, 'all');
          replaced.delete(oid);
        }
      }
      return { locks: taken, rewrites: rewrites.sort(), removed };
    },
    async forget() {
      held.clear();
      replaced.clear();
      deletedSoFar.clear();
      insertedSoFar.clear();
      // Counters of a finished transaction may linger for a second in the backend that made them.
      await executor.look('select pg_catalog.pg_stat_force_next_flush()');
    },
  };
}
