/** The executor that says of a statement that ran which stand-ins it ran against. */
import { StatementError } from '../../database/database.ts';
import { fieldsOf } from '../../history/parse-tree.ts';
import { treesOf } from '../../history/statements.ts';
import type { Answer, Executor, Sent } from '../executor.ts';
import type { StatementFailure } from '../record.ts';
import { broughtBy, missingName } from './brought-by.ts';
import { type Member, membersQuery } from './members.ts';
import { standInsUsed } from './uses.ts';

/** Statements after which other stand-ins may be installed, or other columns have a type of theirs. */
const mayInstall = new Set(['AlterExtensionStmt', 'CreateExtensionStmt', 'CallStmt', 'DoStmt']);

/** Most of them drop policies and tables: after those no stand-in has another name. */
function changesMembers(sql: string, node: string | null): boolean {
  if (node === null || mayInstall.has(node)) return true;
  if (node !== 'DropStmt') return false;
  const [tree] = treesOf(sql) ?? [];
  const { removeType } = fieldsOf(tree, node);
  return removeType === 'OBJECT_EXTENSION' || removeType === 'OBJECT_SCHEMA';
}

/** A stand-in has every name that we know of; the extension may have more. A wrong call of what it has is wrong. */
function blamed(error: StatementFailure, members: readonly Member[]): StatementFailure {
  const missing = missingName(error.message);
  if (missing === null || members.some(({ kind, name }) => kind === missing.kind && name === missing.name))
    return error;
  const installed = [...new Set(members.map(({ extension }) => extension))].sort();
  const beyondStandIn = installed.find((name) => broughtBy(name, error.message) === 'yes');
  return beyondStandIn === undefined ? error : { ...error, beyondStandIn };
}

type Row = { [Field in keyof Member]: Member[Field] };

/** `available`: the extensions that are stand-ins on this server. Without any nothing is looked at. */
export function notingStandIns(executor: Executor, available: readonly string[]): Executor {
  if (available.length === 0) return executor;
  const query = membersQuery(available);
  let members: readonly Member[] = [];
  let isStale = true;
  /** What was read belongs to a transaction that may yet be undone. */
  let isUncommitted = false;

  /** Seen from inside the transaction that is open, where the extension may have been made. */
  async function read(): Promise<void> {
    if (!isStale) return;
    try {
      members = await executor.look<Row>(query);
      isStale = false;
    } catch (error) {
      // The transaction has failed: it will be undone, and the next one tells.
      if (!(error instanceof StatementError)) throw error;
    }
  }

  function expire(sql: string, node: string | null | undefined): void {
    const ends = node === undefined ? sql === 'commit' || sql === 'rollback' : node === 'TransactionStmt';
    if (ends && isUncommitted) {
      isStale = true;
      isUncommitted = false;
    }
    if (node !== undefined && changesMembers(sql, node)) {
      isStale = true;
      isUncommitted = true;
    }
  }

  async function noted(answer: Answer, sql: string, known: readonly Member[]): Promise<Answer> {
    if (known.length === 0 || answer.treated != null) return answer;
    if (answer.error !== null) return { ...answer, error: blamed(answer.error, known) };
    const used = await standInsUsed(sql, known);
    if (used.length === 0) return answer;
    // From now on the table may have a column of such a type.
    isStale = true;
    isUncommitted = true;
    return { ...answer, treated: { outcome: 'stand-in', because: used.join(', ') } };
  }

  return {
    ...executor,
    async run(sql, node) {
      if (node === undefined) {
        // Before it begins: SET TRANSACTION has to stand before the first query.
        if (sql === 'begin') await read();
        const answer = await executor.run(sql);
        expire(sql, node);
        return answer;
      }
      const isControl = node === 'TransactionStmt' || node === 'VariableSetStmt';
      if (!isControl) await read();
      const answer = await executor.run(sql, node);
      expire(sql, node);
      return isControl ? answer : noted(answer, sql, members);
    },
    async pipeline(statements: readonly Sent[]) {
      await read();
      const before = new Set(members.map(({ extension }) => extension));
      const earlier = members;
      const answers = await executor.pipeline(statements);
      let installs = statements.length;
      for (const [index, sent] of statements.slice(0, answers.length).entries()) {
        const [sql, node] = typeof sent === 'string' ? [sent, undefined] : [sent.sql, sent.node];
        expire(sql, node);
        if (node === 'CreateExtensionStmt') installs = Math.min(installs, index);
      }
      await read();
      const known = [...earlier, ...members];
      const knownBefore = known.filter(({ extension }) => before.has(extension));
      const result: Answer[] = [];
      for (const [index, answer] of answers.entries()) {
        const sent = statements[index];
        const isOurs = sent === undefined || typeof sent === 'string' || sent.node === 'TransactionStmt';
        result.push(isOurs ? answer : await noted(answer, sent.sql, index > installs ? known : knownBefore));
      }
      return result;
    },
    async renew() {
      // A new session: what was not committed is gone.
      if (isUncommitted) isStale = true;
      isUncommitted = false;
      await executor.renew();
    },
  };
}
