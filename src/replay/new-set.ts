/** The new migrations as production will run them, with eyes open after every statement. */
import type { Session } from '../database/database.ts';
import { failure } from '../errors.ts';
import type { Applier } from '../history/history.ts';
import type { Migration, Statement } from '../history/migration.ts';
import type { Sending } from './base.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import { cliScriptOf } from './cli-script.ts';
import { type Draft, draftOfOurs, draftsOf, migrationRecord, note } from './draft.ts';
import type { Answer, Executor } from './executor.ts';
import type { MigrationRecord, Place, StatementRecord } from './record.ts';
import type { BaseRelation } from './relations.ts';
import { lostBetween, rowsNow } from './row-losses.ts';
import type { Removal } from './rows.ts';
import { type Command, leftOpen, mayBeWrapped, ours, scriptOf } from './script.ts';
import { type Traces, type Watch, watch } from './watch.ts';

export type TransactionMode = 'all' | 'each' | 'none';

/**
 * What one transaction holds when nobody says otherwise: a file each with the Supabase CLI, nothing with `drizzle-kit
 * push` (test/claims/push.test.ts), else all new migrations.
 */
export function transactionOf(wanted: TransactionMode | undefined, applier: Applier): TransactionMode {
  return wanted ?? usual[applier];
}

const usual: Readonly<Record<Applier, TransactionMode>> = {
  drizzle: 'all',
  files: 'all',
  supabase: 'each',
  schema: 'none',
};

export interface NewRun {
  readonly records: readonly MigrationRecord[];
  readonly failed: StatementRecord | null;
  /** Something was committed: the database is not as it was, also when a later statement failed. */
  readonly leftBehind: boolean;
  /** What stayed removed, in order: rolled-back work is not in it. */
  readonly removals: readonly Removal[];
}

interface Step {
  readonly migration: Migration;
  readonly command: Command;
  readonly draft: Draft | null;
}

/** Nodes whose work is committed before we can look: their losses are counted from outside. */
const endsItself = new Set(['CallStmt', 'DoStmt', 'ExecuteStmt', null]);

export async function applyNew(
  observer: Session,
  executor: Executor,
  migrations: readonly Migration[],
  bookkeeping: Bookkeeping | null,
  options: Sending & {
    readonly transaction: TransactionMode;
    readonly relations: ReadonlyMap<number, BaseRelation>;
  },
): Promise<NewRun> {
  const drafts = new Map(migrations.map((migration) => [migration, draftsOf(migration)]));
  const steps = await stepsOf(migrations, drafts, bookkeeping, options);
  const eyes = watch(observer, executor, options.relations);
  const kept: Removal[] = [];
  let pending: Removal[] = [];
  let failed: StatementRecord | null = null;
  let leftBehind = false;
  /** Of the last statement of the user's. */
  let place: Place | null = null;
  await eyes.forget();

  for (const step of steps) {
    const { command, draft } = step;
    const { answer, removals } = await perform(step);
    if (commits(step, answer)) leftBehind = true;
    if (answer.error !== null) {
      failed = failureOf(step, answer, drafts);
      pending = [];
      await executor.run('rollback');
      break;
    }
    if (draft !== null) note(draft, answer);
    pending.push(...removals);
    if (command.ends === 'commit' || command.alone) kept.push(...pending);
    if (command.ends !== null || command.alone) pending = [];
    if (command.ends !== null) await eyes.forget();
  }
  const begun = failed === null ? await begunAndLeft(migrations, options) : null;
  if (begun !== null) {
    await executor.run('rollback');
    throw failure('transaction-left-open', { where: `${begun.file}:${begun.line}` });
  }
  return {
    records: migrations.map((migration) => migrationRecord(migration, drafts.get(migration)?.values() ?? [])),
    failed,
    leftBehind,
    removals: kept,
  };

  async function perform({
    command,
    draft,
  }: Step): Promise<{ answer: Answer; removals: readonly Removal[] }> {
    const { statement, sql, alone, ends } = command;
    const deferred = ends === 'commit' ? await atTheEnd() : nothingSeen;
    if (deferred.answer.error !== null) return deferred;
    if (statement === null || draft === null)
      return { answer: await executor.run(sql), removals: deferred.removals };
    const wrapped = alone && (await mayBeWrapped(statement));
    if (wrapped) await executor.run('begin');
    const counted = alone && !wrapped && endsItself.has(statement.node);
    const before = counted ? await rowsNow(observer, executor) : null;
    let answer = await executor.run(sql, statement.node);
    if (answer.error !== null) return { answer, removals: [] };
    place = { file: draft.file, line: draft.line };
    const seen = [...deferred.removals, ...(await looked(eyes, statement, draft))];
    if (!alone) return { answer, removals: seen };
    if (wrapped) {
      const later = await atTheEnd();
      seen.push(...later.removals);
      const { error } = later.answer.error === null ? await executor.run('commit') : later.answer;
      if (error !== null) answer = { ...answer, error };
    }
    await eyes.forget();
    if (before === null) return { answer, removals: wrapped ? seen : [] };
    const removals = lostBetween(options.relations, before, await rowsNow(observer, executor), place);
    return { answer, removals };
  }

  /** What was put off until COMMIT, done just before it, where its rows can still be told; else nobody could say whose. */
  async function atTheEnd(): Promise<{ answer: Answer; removals: readonly Removal[] }> {
    if (place === null) return nothingSeen;
    const answer = await executor.run('set constraints all immediate');
    return { answer, removals: answer.error === null ? removalsAt(place, await eyes.look(null)) : [] };
  }
}

/** Where nobody but the SQL ends what it begins. */
async function begunAndLeft(
  migrations: readonly Migration[],
  { transaction, asCli }: Sending & { readonly transaction: TransactionMode },
): Promise<Place | null> {
  if (transaction === 'none') return leftOpen(migrations);
  if (!asCli) return null;
  return leftOpen(migrations, (migration, state) => cliScriptOf(migration, state, ''));
}

/** What ends itself may have committed before it failed. */
function commits({ command: { alone, ends, statement } }: Step, { error }: Answer): boolean {
  if (error !== null) return alone && statement !== null && endsItself.has(statement.node);
  return ends === 'commit' || (alone && statement !== null);
}

/** Looking is a query, and SET TRANSACTION must stand before the first one; neither kind touches a table. */
const notLookedAt = new Set(['TransactionStmt', 'VariableSetStmt']);

async function looked(eyes: Watch, statement: Statement, draft: Draft): Promise<readonly Removal[]> {
  if (statement.node !== null && notLookedAt.has(statement.node)) return [];
  const { locks, rewrites, removed } = await eyes.look(statement.node);
  draft.locks = locks;
  draft.rewrites = rewrites;
  return removalsAt({ file: draft.file, line: draft.line }, { removed });
}

function removalsAt(place: Place, { removed }: Pick<Traces, 'removed'>): readonly Removal[] {
  return [...removed].map(([oid, rows]) => ({ place, oid, rows }));
}

const nothingSeen = { answer: { error: null, durationMs: 0 }, removals: [] };

async function stepsOf(
  migrations: readonly Migration[],
  drafts: ReadonlyMap<Migration, ReadonlyMap<Statement, Draft>>,
  bookkeeping: Bookkeeping | null,
  { transaction: mode, parts, asCli }: Sending & { readonly transaction: TransactionMode },
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const transaction = { open: mode === 'all' && !asCli };
  const send = (migration: Migration, command: Command): void => {
    const draft = command.statement === null ? undefined : drafts.get(migration)?.get(command.statement);
    steps.push({ migration, command, draft: draft ?? null });
  };
  for (const [index, migration] of migrations.entries()) {
    const row = bookkeeping?.record(migration) ?? null;
    if (asCli) {
      // The connection is one for all files of a push.
      send(migration, ours('reset all', !transaction.open));
      for (const command of await cliScriptOf(migration, transaction, row)) send(migration, command);
      continue;
    }
    if (mode === 'each' || (mode === 'all' && index === 0)) send(migration, ours('begin', true));
    if (mode === 'each') transaction.open = true;
    for (const command of await scriptOf(migration, transaction, { parts: parts && mode !== 'none' })) {
      send(migration, command);
    }
    if (row !== null) send(migration, ours(row, !transaction.open));
    if (mode === 'each' || (mode === 'all' && index === migrations.length - 1)) {
      send(migration, ours('commit', false));
    }
  }
  return steps;
}

/** What the applier sends itself (COMMIT, its row) can fail too: then it becomes the migration's last statement. */
function failureOf(
  { migration, command, draft }: Step,
  answer: Answer,
  drafts: Map<Migration, Map<Statement, Draft>>,
): StatementRecord {
  const node = command.sql === 'begin' || command.sql === 'commit' ? 'TransactionStmt' : 'InsertStmt';
  const failed = draft ?? draftOfOurs(migration, command.sql, node);
  note(failed, answer);
  if (draft === null) {
    const { line, sql } = failed;
    drafts.get(migration)?.set({ line, sql, node }, failed);
  }
  return failed;
}
