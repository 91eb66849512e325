/** `rls.sql`: all its files in one transaction, or statement by statement where only the transaction is in the way. */
import type { SqlFile } from '../history/migration.ts';
import { applyLeniently } from './base.ts';
import { type Draft, draftOfOurs, draftsOf, note } from './draft.ts';
import type { Executor } from './executor.ts';
import { gapsAtBase, neededFromBase } from './needed-from-base.ts';
import type { BaseGap, FileRecord, RlsRun, StatementRecord } from './record.ts';
import { failedForTheTransaction, type Ran, runScript } from './run-script.ts';
import { type Command, ours, scriptOf } from './script.ts';

/** How the base state came about: where it went on past a failure, so does head. */
export interface RlsBase {
  readonly gaps: readonly BaseGap[];
  readonly baseRls: RlsRun | null;
  /** The new migrations: what was left out of them is missing too. */
  readonly new?: readonly FileRecord[];
}

/**
 * As a deploy would: stops at the first statement that fails. Statements that fail as they did for the base state, or
 * only miss what the base history could not make here, are left out, so that those below them are tried; `failed` is
 * then the first of them that base's `rls.sql` does not have, if nothing else failed.
 */
export async function applyRls(
  executor: Executor,
  files: readonly SqlFile[],
  base: RlsBase = { gaps: [], baseRls: null },
): Promise<RlsRun> {
  const gaps = gapsAtBase(base);
  const leftOut = new Map<string, StatementRecord>();
  for (;;) {
    const tried = files.map((file) => ({
      ...file,
      statements: file.statements.filter((statement) => !leftOut.has(keyOf(file.file, statement))),
    }));
    const { run, isUndone } = await applyOnce(executor, tried);
    const { failed } = run;
    const isOfBase =
      failed !== null && (hasFailedIn(base.baseRls, failed) || neededFromBase(failed, gaps) !== null);
    if (!isOfBase || !isUndone || leftOut.has(keyOf(failed.file, failed)))
      return withLeftOut(run, [...leftOut.values()], base.baseRls);
    leftOut.set(keyOf(failed.file, failed), failed);
  }
}

function hasFailedIn(run: RlsRun | null, { sql, error }: StatementRecord): boolean {
  const all = run?.files.flatMap(({ statements }) => statements) ?? [];
  return all.some((one) => one.sql === sql && one.error !== null && one.error.sqlstate === error?.sqlstate);
}

function keyOf(file: string, { line, sql }: { readonly line: number; readonly sql: string }): string {
  return `${file}:${line} ${sql}`;
}

function withLeftOut(run: RlsRun, leftOut: readonly StatementRecord[], base: RlsRun | null): RlsRun {
  if (leftOut.length === 0) return run;
  const old = new Set(base?.files.flatMap(({ statements }) => statements.map(({ sql }) => sql)));
  const files = run.files.map(({ file, statements }) => ({
    file,
    statements: [...statements, ...leftOut.filter((one) => one.file === file)].toSorted(
      (one, other) => one.line - other.line,
    ),
  }));
  const failed = run.failed ?? leftOut.find(({ sql }) => !old.has(sql)) ?? leftOut[0] ?? null;
  return { files, failed };
}

/** `isUndone`: where it failed, nothing of it stayed. */
async function applyOnce(
  executor: Executor,
  files: readonly SqlFile[],
): Promise<{ readonly run: RlsRun; readonly isUndone: boolean }> {
  const together = await attempt(executor, files, { together: true });
  if (failedForTheTransaction(together.ran))
    return { run: (await attempt(executor, files, { together: false })).run, isUndone: false };
  const isUndone = files.every(({ statements }) =>
    statements.every(({ node }) => node !== 'TransactionStmt'),
  );
  return { run: together.run, isUndone };
}

/** For the base state: what fails is passed over, since production has the rest. */
export async function applyRlsLeniently(executor: Executor, files: readonly SqlFile[]): Promise<RlsRun> {
  const { run } = await attempt(executor, files, { together: true });
  if (run.failed === null) return run;
  const records: FileRecord[] = [];
  for (const file of files)
    records.push({ file: file.file, statements: await applyLeniently(executor, file) });
  const failed = records.flatMap(({ statements }) => statements).find(({ outcome }) => outcome === 'failed');
  return { files: records, failed: failed ?? null };
}

async function attempt(
  executor: Executor,
  files: readonly SqlFile[],
  { together }: { readonly together: boolean },
): Promise<{ readonly run: RlsRun; readonly ran: Ran }> {
  const transaction = { open: together };
  const drafts: Map<SqlFile, readonly Draft[]> = new Map();
  const slots: (Draft | null)[] = together ? [null] : [];
  const commands: Command[] = together ? [ours('begin', true)] : [];
  for (const file of files) {
    const byStatement = draftsOf(file);
    drafts.set(file, [...byStatement.values()]);
    for (const command of await scriptOf(file, transaction, { parts: false })) {
      commands.push(command);
      slots.push(command.statement === null ? null : (byStatement.get(command.statement) ?? null));
    }
  }
  if (together) commands.push(ours('commit', false));
  const ran = await runScript(executor, commands);
  // As when the connection ends; its locks would stop everybody until then.
  if (transaction.open && !together && ran.failedAt === null) await executor.run('rollback');
  for (const [index, answer] of ran.answers.entries()) {
    const draft = slots[index];
    if (draft != null) note(draft, answer);
  }
  const run = {
    files: files.map((file) => ({ file: file.file, statements: drafts.get(file) ?? [] })),
    failed: failedOf(files, ran, slots, commands),
  };
  return { run, ran };
}

function failedOf(
  files: readonly SqlFile[],
  { answers, failedAt }: Ran,
  slots: readonly (Draft | null)[],
  commands: readonly Command[],
): StatementRecord | null {
  const answer = answers.at(-1);
  if (failedAt === null || answer === undefined) return null;
  const draft = slots[failedAt];
  if (draft != null) return draft;
  // What was put off until COMMIT failed there.
  const last = files.at(-1);
  if (last === undefined) return null;
  const ofOurs = draftOfOurs(last, commands[failedAt]?.sql ?? '', 'TransactionStmt');
  note(ofOurs, answer);
  return ofOurs;
}
