/** Runs a file's commands up to the first that fails. */
import type { Answer, Executor, Sent } from './executor.ts';
import type { Command } from './script.ts';

export interface Ran {
  /** As many as were tried; the last one has the error, if there is one. */
  readonly answers: readonly Answer[];
  /** Index of the command that failed. */
  readonly failedAt: number | null;
}

/** SQLSTATEs that say: not inside a transaction, or not inside this one. */
const becauseOfTransaction = new Set(['25001', '55P04', '2D000']);

export function failedForTheTransaction(ran: Ran): boolean {
  const error = ran.answers.at(-1)?.error ?? null;
  return error !== null && becauseOfTransaction.has(error.sqlstate);
}

export async function runScript(executor: Executor, commands: readonly Command[]): Promise<Ran> {
  const ran = pipelines(commands)
    ? upToFailure(await executor.pipeline(commands.map(sentAs)))
    : await oneByOne(executor, commands);
  // A pipeline that failed ends with its own COMMIT, which rolls back.
  if (ran.failedAt !== null) await executor.run('rollback');
  return ran;
}

/** Our own commands have no node: nobody looks for what they may have brought about. */
function sentAs({ sql, statement }: Command): Sent {
  return statement === null ? sql : { sql, node: statement.node };
}

/** In one transaction from first to last nothing runs after a failure, so that all can be sent at once. */
function pipelines(commands: readonly Command[]): boolean {
  return commands.every(
    ({ alone, ends }, index) => (index === 0 || !alone) && (ends === null || index === commands.length - 1),
  );
}

function upToFailure(answers: readonly Answer[]): Ran {
  const failedAt = answers.findIndex(({ error }) => error !== null);
  if (failedAt === -1) return { answers, failedAt: null };
  return { answers: answers.slice(0, failedAt + 1), failedAt };
}

async function oneByOne(executor: Executor, commands: readonly Command[]): Promise<Ran> {
  const answers: Answer[] = [];
  for (const [index, { sql, statement }] of commands.entries()) {
    const answer = await (statement === null ? executor.run(sql) : executor.run(sql, statement.node));
    answers.push(answer);
    if (answer.error !== null) return { answers, failedAt: index };
  }
  return { answers, failedAt: null };
}
