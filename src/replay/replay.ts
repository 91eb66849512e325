/** Applies the base, the new migrations and `rls.sql` as production would, and writes down all that was seen. */
import type { Server, Session } from '../database/database.ts';
import { failure } from '../errors.ts';
import type { History } from '../history/history.ts';
import type { SqlFile } from '../history/migration.ts';
import {
  applyBase,
  applyLeniently,
  gapsOf,
  gapsOfComments,
  isMissing,
  recordBase,
  retry,
  type Sending,
} from './base.ts';
import { bookkeepingOf, bookkeepingTable } from './bookkeeping.ts';
import { type Connections, withConnections } from './connections.ts';
import { deadlines } from './deadline.ts';
import type { Draft } from './draft.ts';
import type { Executor } from './executor.ts';
import { applyNew, type NewRun, type TransactionMode } from './new-set.ts';
import { mayClose } from './reachable.ts';
import type { MigrationRecord, Replay, RlsRun, StatementRecord } from './record.ts';
import { relationsOf } from './relations.ts';
import { applyRls, applyRlsLeniently, type RlsBase } from './rls.ts';
import { suspectIn } from './rls-losses.ts';
import { lostBetween, rowsNow } from './row-losses.ts';
import { countRows, rowCounts } from './rows.ts';
import { leftOpen } from './script.ts';
import { type Generated, generateRows, loadSeedFile, removeGenerated } from './seed.ts';
import { installedStandIns, standInsMet } from './stand-ins/installed.ts';
import { jobsBetween, scheduledJobs } from './stand-ins/jobs.ts';
import { dismissWitness, installWitness } from './witness.ts';

export interface ReplayOptions {
  readonly transaction: TransactionMode;
  /** `postgres`: nothing of Supabase's services is there to be helped with. */
  readonly platform: 'supabase' | 'postgres';
  /** Generated rows per table that has none; 0 for none. */
  readonly seedRows: number;
  readonly statementDeadlineMs: number;
  readonly overallDeadlineMs: number;
}

/** States of the database worth a catalog snapshot. */
export type Moment = 'base' | 'head' | 'again';

/** Awaited with the database in that state and nothing running. */
export type Observe = (moment: Moment) => Promise<void>;

export async function replay(
  given: Server,
  history: History,
  options: ReplayOptions,
  observe: Observe,
): Promise<Replay> {
  const limits = deadlines(options.statementDeadlineMs, options.overallDeadlineMs);
  return withConnections(given, history, options.platform, limits, async (connections) => {
    const { server, observer, executor } = connections;
    const standInsAtFirst = await installedStandIns(observer, server.standIns);
    const base = await replayBase(connections, history, options);
    // The deploy's first step stands outside its transaction, and says nothing about the new migrations.
    for (const sql of bookkeepingOf(history)?.upgrade ?? []) await executor.run(sql);
    await observe('base');
    // Production runs no seed: a job that the seed has made is none that production has.
    const jobsBefore = await scheduledJobs(observer, executor);
    const fromFile = await seedFromFile(executor, history);
    const generated = await generateRows(server, observer, history, limits, options.seedRows);
    const forget = () => removeGenerated(server, observer, limits, generated);
    const before = { ...base, generated, forget };
    const head = await replayHead(observer, executor, history, options, before, observe);
    const standIns = await installedStandIns(observer, server.standIns);
    const files = [...base.base, ...(base.baseRls?.files ?? []), ...head.new, ...(head.headRls?.files ?? [])];
    return {
      ...base,
      ...head,
      standIns: standInsMet(standInsAtFirst, standIns, files),
      jobs: jobsBetween(jobsBefore, await scheduledJobs(observer, executor)),
      unseeded: [...fromFile, ...generated.unseeded],
    };
  });
}

type BasePart = Pick<Replay, 'base' | 'gaps' | 'baseRls'>;

/** The base history with all that stands around it, past what does not replay from nothing. */
export async function replayBase(
  { observer, executor }: Connections,
  history: History,
  { transaction }: Pick<ReplayOptions, 'transaction'>,
): Promise<BasePart> {
  const { bootstrap, baseline, rls } = history;
  const bookkeeping = bookkeepingOf(history);
  const failed: Draft[] = [];
  if (bootstrap !== null) failed.push(...(await applyBootstrap(executor, bootstrap)));
  let base: readonly MigrationRecord[];
  if (baseline !== null) {
    failed.push(...(await applyBaseline(executor, baseline)));
    for (const sql of bookkeeping?.prepare ?? []) await executor.run(sql);
    base = await recordBase(executor, history.base, bookkeeping);
  } else {
    for (const sql of bookkeeping?.prepare ?? []) await executor.run(sql);
    const run = await applyBase(executor, history.base, bookkeeping, sendingOf(history, transaction));
    base = run.records;
    failed.push(...run.failed);
  }
  let baseRls = await applyBaseRls(executor, rls.base);
  let missing: readonly Draft[] = failed;
  // Some migrations need a schema or a function that only rls.sql makes.
  if (failed.length > 0 && baseRls?.files.some(({ statements }) => statements.some(ran)) === true) {
    await executor.renew();
    missing = await retry(executor, failed);
    if (missing.length < failed.length) baseRls = await applyBaseRls(executor, rls.base);
  }
  const comments = baseline === null ? (history.commentedOut ?? []) : [];
  const gaps = [...(await gapsOfComments(observer, comments)), ...(await gapsOf(observer, missing))];
  return { base, gaps, baseRls };
}

function ran({ outcome }: { readonly outcome: string }): boolean {
  return outcome === 'executed' || outcome === 'stand-in';
}

/**
 * What was made outside the repository: roles, extensions, functions, schemas. As `postgres` and never as the
 * superuser, though the base branch vouches for the file: what a superuser makes (an event trigger, a function of
 * dblink) would lend its rights to the SQL that comes after.
 */
async function applyBootstrap(executor: Executor, bootstrap: SqlFile): Promise<readonly Draft[]> {
  const drafts = await applyLeniently(executor, bootstrap);
  await executor.renew();
  return drafts.filter(isMissing);
}

/** A dump sets the search path and more for its own session. */
async function applyBaseline(executor: Executor, baseline: SqlFile): Promise<readonly Draft[]> {
  const drafts = await applyLeniently(executor, baseline);
  await executor.renew();
  return drafts.filter((draft) => isMissing(draft) && !alreadyThere.has(draft.error?.sqlstate ?? ''));
}

/** A dump of a Supabase project brings the platform's own objects, which stand here already. */
const alreadyThere = new Set(['42P04', '42P06', '42P07', '42701', '42710', '42723']);

async function applyBaseRls(executor: Executor, files: readonly SqlFile[]): Promise<RlsRun | null> {
  if (files.length === 0) return null;
  await executor.renew();
  return applyRlsLeniently(executor, files);
}

async function seedFromFile(executor: Executor, { seed }: History): Promise<Replay['unseeded']> {
  await executor.renew();
  return seed === null ? [] : loadSeedFile(executor, seed);
}

/** The base state, and the rows we made up on it. */
type Before = BasePart & {
  readonly generated: Generated;
  readonly forget: () => Promise<void>;
};

type HeadPart = Pick<
  Replay,
  | 'new'
  | 'failed'
  | 'failedOnMadeUpRows'
  | 'blamesMadeUpRows'
  | 'headRls'
  | 'headRlsAgain'
  | 'dropped'
  | 'touched'
  | 'rows'
>;

async function replayHead(
  observer: Session,
  executor: Executor,
  history: History,
  options: ReplayOptions,
  { gaps, baseRls, generated, forget }: Before,
  observe: Observe,
): Promise<HeadPart> {
  const relations = await relationsOf(observer, bookkeepingTable(history));
  const witness = await installWitness(observer);
  const apply = async () => {
    const before = await countRows(observer);
    await executor.renew();
    const { transaction } = options;
    const how = { transaction, ...sendingOf(history, transaction), relations };
    return { before, run: await applyNew(observer, executor, history.new, bookkeepingOf(history), how) };
  };
  let { before, run } = await apply();
  let failedOnMadeUpRows: StatementRecord | null = null;
  if (mayBeOurRows(run, generated) && !run.leftBehind) {
    failedOnMadeUpRows = run.failed;
    await forget();
    ({ before, run } = await apply());
  }
  const rls = run.failed === null ? history.rls.head : [];
  await refuseLeftOpen(rls, history.rls.base);
  if (
    run.failed === null &&
    run.records.some(({ statements }) => statements.some(({ node }) => mayClose(node)))
  )
    await executor.renew();
  const suspect = suspectIn(rls, history.rls.base);
  const beforeRls = suspect === null ? null : await rowsNow(observer, executor);
  const rlsBase = { gaps, baseRls, new: run.records };
  const headRls = await applyHeadRls(executor, rls, rlsBase);
  const statements = [...run.records, ...(headRls?.files ?? [])].flatMap((record) => record.statements);
  const testimony = await dismissWitness(observer, witness, statements);
  await observe('head');
  const again = headRls !== null && headRls.failed === null;
  const headRlsAgain = again ? await applyHeadRls(executor, rls, rlsBase) : null;
  if (again) await observe('again');
  const removals = [...run.removals];
  if (suspect !== null && beforeRls !== null && again)
    removals.push(...lostBetween(relations, beforeRls, await rowsNow(observer, executor), suspect));
  const rows = await rowCounts(observer, relations, before, removals);
  return {
    new: run.records,
    failed: run.failed,
    failedOnMadeUpRows,
    blamesMadeUpRows: mayBeOurRows(run, generated) && run.leftBehind,
    headRls,
    headRlsAgain,
    ...testimony,
    rows,
  };
}

/**
 * Rows that we made up prove nothing about values: what they broke is tried once more without them, here where the
 * failed run left nothing behind. Classes 22 and 23 are data exceptions and integrity constraint violations.
 */
function mayBeOurRows({ failed }: NewRun, { filled }: Generated): boolean {
  const sqlstate = failed?.error?.sqlstate ?? '';
  return filled.length > 0 && /^2[23]/.test(sqlstate);
}

/** Production would keep nothing of such a file; where base's is like that already, it is no news. */
async function refuseLeftOpen(head: readonly SqlFile[], base: readonly SqlFile[]): Promise<void> {
  const begun = await leftOpen(head);
  if (begun !== null && (await leftOpen(base)) === null)
    throw failure('transaction-left-open', { where: `${begun.file}:${begun.line}` });
}

async function applyHeadRls(
  executor: Executor,
  files: readonly SqlFile[],
  base: RlsBase,
): Promise<RlsRun | null> {
  if (files.length === 0) return null;
  await executor.renew();
  return applyRls(executor, files, base);
}

/** With another mode it is the user who says how files are sent. */
function sendingOf({ applier }: History, transaction: TransactionMode): Sending {
  return { parts: applier === 'drizzle', asCli: applier === 'supabase' && transaction === 'each' };
}
