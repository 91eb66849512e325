/** The base history: what production has. It goes on past what does not replay from nothing, and says what is missing. */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import { failure } from '../errors.ts';
import type { CommentedOut } from '../history/commented-out.ts';
import type { Migration, SqlFile, Statement } from '../history/migration.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import { cliScriptOf } from './cli-script.ts';
import { type Draft, draftsOf, migrationRecord, note } from './draft.ts';
import type { Answer, Executor } from './executor.ts';
import { madeBy, missingAmong, nameOf, retypedBy } from './made.ts';
import type { BaseGap, MigrationRecord, StatementRecord } from './record.ts';
import { runScript } from './run-script.ts';
import { type Command, ours, scriptOf } from './script.ts';
import { asFailure, isLeftOut } from './stand-ins/left-out.ts';

/** How an applier sends a file. */
export interface Sending {
  /** Drizzle's migrator: in the parts that breakpoints make. */
  readonly parts: boolean;
  /** The Supabase CLI: in transactions that it makes around what cannot stand in one. */
  readonly asCli: boolean;
}

export interface BaseRun {
  readonly records: readonly MigrationRecord[];
  /** Statements that failed even outside the transaction, and those that were left out, in order. */
  readonly failed: readonly Draft[];
}

/** One transaction and one fresh session per migration, as one deploy after the other. */
export async function applyBase(
  executor: Executor,
  migrations: readonly Migration[],
  bookkeeping: Bookkeeping | null,
  how: Sending,
): Promise<BaseRun> {
  const records: MigrationRecord[] = [];
  const failed: Draft[] = [];
  let settings = await settingsOf(executor);
  let discarding: Promise<Answer> | null = null;
  for (const migration of migrations) {
    const drafts = draftsOf(migration);
    const row = bookkeeping?.record(migration) ?? null;
    const commands = await deployOf(migration, row, how);
    const ran = await runScript(executor, commands);
    await discarding;
    for (const [index, answer] of ran.answers.entries()) {
      const draft = draftFor(drafts, commands[index]?.statement);
      if (draft !== null) note(draft, answer);
      stopWhenOverdue(migration, commands[index]?.statement ?? null, answer);
    }
    if (ran.failedAt !== null) {
      const kept = commands.slice(0, ran.failedAt).findLastIndex(({ ends }) => ends === 'commit');
      const again = commands.slice(kept + 1).flatMap(({ statement }) => statement ?? []);
      await goOn(executor, migration, again, drafts);
      if (row !== null) await executor.run(row);
    }
    failed.push(...[...drafts.values()].filter(isMissing));
    records.push(migrationRecord(migration, drafts.values()));
    // The next deploy is another connection: nothing set in this one may reach it. The answer is not waited for.
    discarding = executor.run('discard all');
    if (migration.statements.some(({ node }) => maySet.has(node))) {
      const now = await settingsOf(executor);
      if (now !== settings) await executor.renew();
      settings = now;
    }
  }
  await discarding;
  return { records, failed };
}

/** From first to last in one deploy: what is still open at its end, nothing could follow upon. */
async function deployOf(migration: Migration, row: string | null, how: Sending): Promise<readonly Command[]> {
  if (how.asCli) {
    const transaction = { open: false };
    const commands = await cliScriptOf(migration, transaction, row);
    return transaction.open ? [...commands, ours('commit', false)] : commands;
  }
  return [
    ours('begin', true),
    ...(await scriptOf(migration, { open: true }, how)),
    ...(row === null ? [] : [ours(row, false)]),
    ours('commit', false),
  ];
}

/** With a baseline the migrations are only noted, as in a database that was restored from a dump. */
export async function recordBase(
  executor: Executor,
  migrations: readonly Migration[],
  bookkeeping: Bookkeeping | null,
): Promise<readonly MigrationRecord[]> {
  await executor.pipeline(migrations.flatMap((migration) => bookkeeping?.record(migration) ?? []));
  return migrations.map((migration) => migrationRecord(migration, draftsOf(migration).values()));
}

/** Statement by statement, each by itself, past those that fail. */
export async function applyLeniently(executor: Executor, file: SqlFile): Promise<readonly Draft[]> {
  const drafts = draftsOf(file);
  await goOn(executor, file, file.statements, drafts);
  return [...drafts.values()];
}

/** Once more, in order, for what failed: something made since may have been what was missing. */
export async function retry(executor: Executor, failed: readonly Draft[]): Promise<readonly Draft[]> {
  for (const draft of failed) note(draft, await executor.run(draft.sql, draft.node));
  return failed.filter(isMissing);
}

/** It failed, or it was left out: either way what it makes is not here. */
export function isMissing(statement: StatementRecord): boolean {
  return statement.outcome === 'failed' || isLeftOut(statement);
}

/** What the failed statements leave missing, as the database is now. */
export async function gapsOf(
  observer: Session,
  failed: readonly StatementRecord[],
): Promise<readonly BaseGap[]> {
  const made = await Promise.all(failed.map(({ sql }) => madeBy(sql)));
  const missing = await missingAmong(observer, made.flat());
  const retyped = await Promise.all(failed.map(({ sql }) => retypedBy(sql)));
  let next = 0;
  return failed.flatMap((statement, index) => {
    const { file, line } = statement;
    const error = isLeftOut(statement) ? asFailure(statement) : statement.error;
    const objects = made[index] ?? [];
    const names = objects.filter((_, at) => missing[next + at] === true).map(nameOf);
    next += objects.length;
    if (error === null) return [];
    return [{ place: { file, line }, error, missing: names, oldType: retyped[index] ?? [] }];
  });
}

/** What comments of the first migrations would have made, had they been SQL; one gap for each of them. */
export async function gapsOfComments(
  observer: Session,
  commentedOut: readonly CommentedOut[],
): Promise<readonly BaseGap[]> {
  const gaps: BaseGap[] = [];
  for (const { file, line, sql } of commentedOut) {
    const made = (await Promise.all(sql.map((statement) => madeBy(statement)))).flat();
    const missing = await missingAmong(observer, made);
    const names = made.filter((_, at) => missing[at] === true).map(nameOf);
    // A bootstrap file has made it all.
    if (names.length === 0) continue;
    const error = { sqlstate: '', message: 'it is commented out', hint: null, deadline: false };
    gaps.push({ place: { file, line }, error, missing: [...new Set(names)], isCommentedOut: true });
  }
  return gaps;
}

async function goOn(
  executor: Executor,
  file: SqlFile,
  statements: readonly Statement[],
  drafts: ReadonlyMap<Statement, Draft>,
): Promise<void> {
  for (const statement of statements) {
    const draft = draftFor(drafts, statement);
    if (draft === null) continue;
    // There is no transaction to begin or to end here.
    const answer =
      statement.node === 'TransactionStmt'
        ? { error: null, durationMs: 0 }
        : await executor.run(statement.sql, statement.node);
    note(draft, answer);
    stopWhenOverdue(file, statement, answer);
  }
}

function draftFor(
  drafts: ReadonlyMap<Statement, Draft>,
  statement: Statement | null | undefined,
): Draft | null {
  return statement == null ? null : (drafts.get(statement) ?? null);
}

function stopWhenOverdue(file: SqlFile, statement: Statement | null, answer: Answer): void {
  if (answer.error?.deadline !== true) return;
  const line = statement?.line ?? file.statements.at(-1)?.line ?? 1;
  throw failure('replay-deadline', { file: file.file, line, seconds: Math.round(answer.durationMs / 1000) });
}

/** Statements that can change what a new connection starts with; the others need no look. */
const maySet = new Set([
  'AlterRoleSetStmt',
  'AlterDatabaseSetStmt',
  'DoStmt',
  'SelectStmt',
  'CallStmt',
  null,
]);

async function settingsOf(executor: Executor): Promise<string> {
  const query = readFileSync(new URL('./queries/stored-settings.sql', import.meta.url), 'utf8');
  return JSON.stringify(await executor.look(query));
}
