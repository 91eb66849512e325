/** `rls.sql`: all its files in one transaction, or statement by statement where only the transaction is in the way. */
import type { SqlFile } from '../history/migration.ts';
import { applyLeniently } from './base.ts';
import { type Draft, draftOfOurs, draftsOf, note } from './draft.ts';
import type { Executor } from './executor.ts';
import type { FileRecord, RlsRun, StatementRecord } from './record.ts';
import { failedForTheTransaction, type Ran, runScript } from './run-script.ts';
import { type Command, ours, scriptOf } from './script.ts';

/** As a deploy would: stops at the first statement that fails. */
export async function applyRls(executor: Executor, files: readonly SqlFile[]): Promise<RlsRun> {
  const together = await attempt(executor, files, { together: true });
  return failedForTheTransaction(together.ran)
    ? (await attempt(executor, files, { together: false })).run
    : together.run;
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
