/**
 * Stands in for hosted Supabase's supautils: for one statement that it lets through, and while nothing else runs,
 * `postgres` is a member of the role that owns the table.
 */
import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import { StatementError } from '../database/database.ts';
import type { Answer, Executor, Sent } from './executor.ts';
import { type ManagedTable, managedTableOf } from './managed-tables.ts';

type Owner = { readonly owner: string; readonly version: number };
type Settings = { readonly role: string; readonly strings: string; readonly encoding: string };

/** The executor of `postgres` with the rights of a hosted project. `observer` is the superuser that lends them. */
export function elevating(executor: Executor, observer: Session): Executor {
  const ownerQuery = readFileSync(new URL('./queries/managed-owner.sql', import.meta.url), 'utf8');
  const acknowledge = readFileSync(new URL('./queries/acknowledge-membership.sql', import.meta.url), 'utf8');

  async function run(sql: string, node: string | null = null): Promise<Answer> {
    const table = await managedTableOf(sql, node);
    return table === null ? executor.run(sql) : elevated(sql, table);
  }

  async function elevated(sql: string, { schema, name }: ManagedTable): Promise<Answer> {
    const [[owned], before] = await Promise.all([
      observer.query<Owner>(ownerQuery, [schema, name]),
      settings(),
    ]);
    // Where the server reads strings otherwise than the parser did, there may be more in the text than one statement.
    const readAlike = before?.strings === 'on' && before.encoding === 'UTF8';
    if (owned === undefined || !readAlike || !(await lend(observer, owned))) return executor.run(sql);
    let answer: Answer | undefined;
    try {
      [, answer] = await executor.pipeline([acknowledge, sql]);
    } finally {
      await takeBack(observer, owned);
    }
    if (answer === undefined) throw new Error('a pipeline of two statements gave no second answer');
    const after = await settings();
    if (answer.error !== null || after === null || after.role === before.role) return answer;
    // A domain's checks run while a literal is read. On 15 they could become the owner here, and stay it.
    await executor.renew();
    const message = `permission denied to set role "${after.role}"`;
    return { ...answer, error: { sqlstate: '42501', message, hint: null, deadline: false } };
  }

  /** Makes memberships known, too. null: the transaction has failed, and the next one begins by reading what is new. */
  async function settings(): Promise<Settings | null> {
    try {
      const [row] = await executor.look<Settings>(acknowledge);
      return row ?? null;
    } catch (error) {
      if (error instanceof StatementError) return null;
      throw error;
    }
  }

  /** Up to the first failure where a statement is elevated: nothing may be under way around that one. */
  async function pipeline(statements: readonly Sent[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    let from = 0;
    const failed = () => answers.some(({ error }) => error !== null);
    for (const [index, sent] of statements.entries()) {
      if (typeof sent === 'string') continue;
      const table = await managedTableOf(sent.sql, sent.node);
      if (table === null) continue;
      answers.push(...(await executor.pipeline(statements.slice(from, index))));
      if (failed()) return answers;
      answers.push(await elevated(sent.sql, table));
      if (failed()) return answers;
      from = index + 1;
    }
    return [...answers, ...(await executor.pipeline(statements.slice(from)))];
  }

  return { ...executor, run, pipeline };
}

/** False where it cannot be lent: a transaction of the user's has granted it and is still open, or the other way round. */
async function lend(observer: Session, { owner, version }: Owner): Promise<boolean> {
  // SET false: since 16 not even code that runs inside the statement can become the owner.
  const how = version < 160_000 ? '' : ' with inherit true, set false';
  try {
    await observer.execute(`set local lock_timeout = '1s'; grant ${owner} to postgres${how}`);
    return true;
  } catch (error) {
    if (error instanceof StatementError && notLent.has(error.sqlstate)) return false;
    throw error;
  }
}

/** lock_not_available and invalid_grant_operation. */
const notLent = new Set(['55P03', '0LP01']);

/** Commands on roles fire no event triggers, so that no code of the project's runs as the superuser. */
async function takeBack(observer: Session, { owner }: Owner): Promise<void> {
  await observer.execute(`revoke ${owner} from postgres`);
}
