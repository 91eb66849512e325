/** All migrations on a database that has none of them, in the order such a database runs them. */
import type { Server } from '../database/database.ts';
import { compareNames } from '../history/drizzle1/folder-name.ts';
import type { History } from '../history/history.ts';
import type { Migration } from '../history/migration.ts';
import { folderNameOf } from './bookkeeping.ts';
import { withConnections } from './connections.ts';
import { deadlines } from './deadline.ts';
import type { FileRecord, Replay, StatementRecord } from './record.ts';
import { type ReplayOptions, replayBase } from './replay.ts';
import { applyRlsLeniently } from './rls.ts';

/**
 * One transaction per migration, as one deploy after the other, then `rls.sql` of base and of head as production got
 * them. `failed`: the first statement that fails there and does not `inProduction`; the database is left as it is then.
 * Null: a baseline stands in for the base, which no fresh database has run.
 */
export async function replayFresh(
  server: Server,
  history: History,
  options: ReplayOptions,
  inProduction: Pick<Replay, 'base' | 'new'> | null = null,
): Promise<{ readonly failed: StatementRecord | null } | null> {
  if (history.baseline !== null) return null;
  const limits = deadlines(options.statementDeadlineMs, options.overallDeadlineMs);
  const fresh = asOnFresh(history);
  return withConnections(server, fresh, options.platform, limits, async (connections) => {
    const { base } = await replayBase(connections, fresh, options);
    const known = failuresIn([...(inProduction?.base ?? []), ...(inProduction?.new ?? [])]);
    const failed = statementsIn(base).find(
      (statement) => statement.outcome === 'failed' && !known.has(keyOf(statement)),
    );
    if (failed !== undefined) return { failed };
    if (history.rls.head.length > 0) {
      await connections.executor.renew();
      await applyRlsLeniently(connections.executor, history.rls.head);
    }
    return { failed: null };
  });
}

/** Everything is base there, by the names that head has. */
function asOnFresh(history: History): History {
  const layout = history.layout === null ? null : { head: history.layout.head, base: history.layout.head };
  const wasUpgraded = history.layout?.head === 'folders' && history.layout.base === 'journal';
  const base = history.base.map((one) => (wasUpgraded ? { ...one, tag: folderNameOf(one) } : one));
  const all = [...base, ...history.new].map((one): Migration => ({ ...one, state: 'base' }));
  return {
    ...history,
    layout,
    base: inOrder(history, all),
    new: [],
    rls: { base: history.rls.base, head: [] },
  };
}

/** A journal is its own order. */
function inOrder(
  { applier, layout, journalOrder }: History,
  migrations: readonly Migration[],
): readonly Migration[] {
  if (layout?.head === 'folders')
    return migrations.toSorted((one, other) => compareNames(one.tag, other.tag));
  if (applier === 'drizzle') {
    const place = new Map(journalOrder?.map((tag, index) => [tag, index]));
    return migrations.toSorted((one, other) => (place.get(one.tag) ?? 0) - (place.get(other.tag) ?? 0));
  }
  return migrations.toSorted((one, other) => (one.file < other.file ? -1 : 1));
}

function failuresIn(files: readonly FileRecord[]): ReadonlySet<string> {
  return new Set(
    statementsIn(files)
      .filter(({ outcome }) => outcome === 'failed')
      .map(keyOf),
  );
}

function statementsIn(files: readonly FileRecord[]): readonly StatementRecord[] {
  return files.flatMap(({ statements }) => statements);
}

function keyOf({ file, line, sql }: StatementRecord): string {
  return `${file}:${line} ${sql}`;
}
