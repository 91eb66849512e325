/** Sends the generated rows, all tables at once, and tries again what a neighbour's failure spoiled. */
import { readFileSync } from 'node:fs';
import { literal } from '../database/quoting.ts';
import type { Answer, Executor } from './executor.ts';
import type { Replay } from './record.ts';
import { type SeedState, seedInsert } from './seed-plan.ts';
import type { SeedTable } from './seed-tables.ts';

/** What is learned from one round of INSERTs to the next. */
type Attempt = SeedState & { readonly planned: Set<number>; readonly cautious: Set<number> };

/** SQLSTATE of a check constraint that says no. */
const checkViolation = '23514';

/** In one transaction; gives back the tables that stay empty, and why. */
export async function insertRows(executor: Executor, state: Attempt): Promise<Replay['unseeded']> {
  const unseeded = new Map<string, Replay['unseeded'][number]>();
  await executor.pipeline(['begin', 'set local session_replication_role = replica', 'savepoint seed']);
  const done = new Set<number>();
  // A table that stays empty takes its children's keys away: those are planned again without it.
  for (let todo = inOrder(state); todo.length > 0; ) {
    const { lost, refused } = await insertOnce(executor, state, todo, done, unseeded);
    for (const oid of lost) state.planned.delete(oid);
    for (const { oid } of refused) state.cautious.add(oid);
    const orphaned = [...done]
      .filter((oid) =>
        state.tables.get(oid)?.foreignKeys.some(({ parent }) => parent !== oid && lost.has(parent)),
      )
      .flatMap((oid) => state.tables.get(oid) ?? []);
    await executor.pipeline(orphaned.flatMap(({ name }) => [`delete from ${name}`, 'savepoint seed']));
    for (const { oid } of orphaned) done.delete(oid);
    todo = [...refused, ...orphaned];
  }
  await advanceSequences(executor, state, done);
  const { error } = await executor.run('commit');
  if (error !== null) return [{ table: 'all tables', why: `${error.sqlstate}: ${error.message}` }];
  return [...unseeded.values()].sort((one, other) => (one.table < other.table ? -1 : 1));
}

/** All INSERTs in one go. Whatever one of them does, the next starts from the last savepoint that holds. */
async function insertOnce(
  executor: Executor,
  state: Attempt,
  todo: readonly SeedTable[],
  done: Set<number>,
  unseeded: Map<string, Replay['unseeded'][number]>,
): Promise<{ readonly lost: ReadonlySet<number>; readonly refused: readonly SeedTable[] }> {
  const lost = new Set<number>();
  const refused: SeedTable[] = [];
  const sent: SeedTable[] = [];
  const commands: string[] = [];
  for (const table of todo) {
    const insert = seedInsert(state, table);
    if ('why' in insert) {
      lost.add(table.oid);
      unseeded.set(table.name, { table: table.name, why: insert.why });
      continue;
    }
    sent.push(table);
    commands.push(`${insert.sql}; release savepoint seed; savepoint seed`, 'rollback to savepoint seed');
  }
  const answers = await executor.pipeline(commands);
  for (const [index, table] of sent.entries()) {
    const answer = answers[index * 2];
    const error = errorOf(answer);
    if (error === null) done.add(table.oid);
    else if (answer?.error?.sqlstate === checkViolation && !state.cautious.has(table.oid))
      refused.push(table);
    else {
      lost.add(table.oid);
      unseeded.set(table.name, { table: table.name, why: error });
    }
  }
  return { lost, refused };
}

function errorOf(answer: Answer | undefined): string | null {
  if (answer === undefined) return 'not tried';
  return answer.error === null ? null : `${answer.error.sqlstate}: ${answer.error.message}`;
}

/** Parents first is not needed (keys are not looked at); by name, so that every run does the same. */
function inOrder({ tables, planned }: SeedState): readonly SeedTable[] {
  return [...planned]
    .flatMap((oid) => tables.get(oid) ?? [])
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** So that the next row the migrations or the tests insert does not meet a generated number. */
async function advanceSequences(
  executor: Executor,
  state: SeedState,
  done: ReadonlySet<number>,
): Promise<void> {
  const query = readFileSync(new URL('./queries/seed-sequence.sql', import.meta.url), 'utf8');
  const sequences = [...done].flatMap((oid) =>
    (state.tables.get(oid)?.columns ?? []).flatMap(({ sequence }) => sequence ?? []),
  );
  await executor.pipeline(
    sequences.flatMap((sequence) => {
      const set = query
        .replaceAll(':name', () => literal(sequence))
        .replaceAll(':sequence', () => sequence)
        .replaceAll(':rows', () => String(state.rows));
      return [`${set}; release savepoint seed; savepoint seed`, 'rollback to savepoint seed'];
    }),
  );
}
