/**
 * Stands in for hosted Supabase's supautils: each statement of the user's ends as it would for `postgres` there, and
 * what it needs for that it has while it alone runs.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Session, StatementError } from '../../database/database.ts';
import { projectRoles } from '../../database/describe.ts';
import { identifier } from '../../database/quoting.ts';
import { failure } from '../../errors.ts';
import { nodeOf } from '../../history/parse-tree.ts';
import { parseSql } from '../../history/statements.ts';
import type { Answer, Executor, Sent, Treated } from '../executor.ts';
import { admissible } from './admin-work.ts';
import { administration, type Work } from './administration.ts';
import { classify } from './classify.ts';
import { type Available, availableExtensions, decide } from './extensions.ts';
import { handedOver } from './hand-over.ts';
import type { Handling, HandOver, HostedGround, ManagedTable } from './handling.ts';
import { lend, takeBack } from './lending.ts';
import { rolesNamed } from './roles-named.ts';

type Standing = {
  readonly session_user: string;
  readonly current_user: string;
  readonly role: string;
  readonly is_superuser: string;
  readonly strings: string;
  readonly encoding: string;
  /** The setting by which it knows the tables of services; null without one. */
  readonly supautils: string | null;
  readonly path: readonly string[];
  readonly super: boolean;
  readonly makes_roles: boolean;
  readonly memberships: readonly string[];
  /** Commands for the project's event triggers that are on. */
  readonly switching_on: readonly string[];
  readonly switching_off: readonly string[];
};

/** The user's statement with the tag by which the history knows it. */
type Statement = { readonly sql: string; readonly node: string };

/** The executor of `postgres` with the rights of a hosted project. `observer` is the superuser that lends them. */
export function hosted(executor: Executor, observer: Session, ground: HostedGround): Executor {
  const standingQuery = readFileSync(new URL('./queries/standing.sql', import.meta.url), 'utf8');
  const installedQuery = readFileSync(new URL('./queries/installed-extensions.sql', import.meta.url), 'utf8');
  const admin = administration(observer);
  let others: Promise<ReadonlySet<string>> | null = null;
  let extensions: Promise<ReadonlyMap<string, Available>> | null = null;

  async function run(sql: string, node: string | null = null): Promise<Answer> {
    if (node === null) return executor.run(sql);
    const handling = await classify(sql, node, ground);
    return handling.how === 'plain' ? executor.run(sql) : handled({ sql, node }, handling);
  }

  /** Up to the first failure where a statement is not plain: nothing may be under way around that one. */
  async function pipeline(statements: readonly Sent[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    let from = 0;
    const failed = () => answers.some(({ error }) => error !== null);
    for (const [index, sent] of statements.entries()) {
      if (typeof sent === 'string' || sent.node === null) continue;
      const { sql, node } = sent;
      const handling = await classify(sql, node, ground);
      if (handling.how === 'plain') continue;
      answers.push(...(await executor.pipeline(statements.slice(from, index))));
      if (failed()) return answers;
      answers.push(await handled({ sql, node }, handling));
      if (failed()) return answers;
      from = index + 1;
    }
    return [...answers, ...(await executor.pipeline(statements.slice(from)))];
  }

  async function handled(statement: Statement, handling: Handling): Promise<Answer> {
    switch (handling.how) {
      case 'plain':
        return executor.run(statement.sql);
      case 'as-owner':
        return asOwner(statement, handling.table);
      case 'as-admin':
        return asAdmin(statement, handling.handOver);
      case 'extension':
        return onExtension(statement, handling.name);
      case 'as-role-maker':
        return asRoleMaker(statement);
      case 'refused':
        return refused(handling.why, handling.hint);
      case 'unproved':
        return leftOut(handling.why);
    }
  }

  /** Makes memberships known, too. null: the transaction has failed, and the next one begins by reading what is new. */
  async function standing(): Promise<Standing | null> {
    try {
      const [row] = await executor.look<Standing>(standingQuery);
      return row ?? null;
    } catch (error) {
      if (error instanceof StatementError) return null;
      throw error;
    }
  }

  /**
   * Nobody but `postgres` is helped; a superuser needs no help, and one of somebody else's stays as it is. An image may
   * have supautils itself, which then sees to all of it.
   */
  function isHelped(before: Standing | null): before is Standing {
    if (before === null || before.current_user !== 'postgres' || before.super) return false;
    return ground.foundation !== 'image' || before.supautils === null;
  }

  async function asOwner({ sql }: Statement, table: ManagedTable): Promise<Answer> {
    const before = await standing();
    if (!isHelped(before) || !readAlike(before)) return executor.run(sql);
    const owner = await lend(observer, table);
    if (owner === null) return executor.run(sql);
    let answer: Answer;
    try {
      answer = await withoutEventTriggers(sql, before, async (text) => {
        const [, second] = await executor.pipeline([standingQuery, text]);
        if (second === undefined) throw new Error('a pipeline of two statements gave no second answer');
        return second;
      });
    } finally {
      await takeBack(observer, owner);
    }
    return asBefore(before, answer);
  }

  /** A hosted project skips its own where it helps; here they would have part in what was lent. */
  async function withoutEventTriggers(
    sql: string,
    { switching_off: off, switching_on: on }: Standing,
    send: (text: string) => Promise<Answer>,
  ): Promise<Answer> {
    if (off.length === 0) return send(sql);
    return admin.during(sql, [only(off), only(on)], ([before, after]) =>
      send(`${before};\n${sql}\n;${after}`),
    );
  }

  async function asAdmin({ sql, node }: Statement, handOver: HandOver | null): Promise<Answer> {
    const parsed = await parseSql(sql);
    const read = 'statements' in parsed ? nodeOf(parsed.statements[0]?.tree) : null;
    const allowed = read === null ? null : admissible(node, read.fields, ground.majorVersion);
    if (allowed === null) return executor.run(sql);
    if ('leftOut' in allowed) return leftOut(allowed.leftOut);
    const before = await standing();
    if (!isHelped(before)) return executor.run(sql);
    return byAdmin(sql, before, {
      path: pathOf(before),
      pauses: true,
      before: [],
      statement: sql,
      after: handOver === null ? [] : handedOver(handOver),
      ...allowed,
    });
  }

  async function onExtension({ sql, node }: Statement, name: string): Promise<Answer> {
    const before = await standing();
    if (before === null) return executor.run(sql);
    extensions ??= availableExtensions(observer);
    const installed = await executor.look<{ name: string }>(installedQuery);
    const decision = await decide(sql, node, {
      available: await extensions,
      installed: new Set(installed.map((row) => row.name)),
      path: before.path,
      ground,
      emptySchema: `gatekeeper_${randomBytes(8).toString('hex')}`,
    });
    if (decision.do === 'leave out') return leftOut(decision.because);
    const answer =
      decision.do === 'work' && isHelped(before)
        ? await byAdmin(sql, before, decision.work)
        : await executor.run(sql);
    if (answer.error !== null || !ground.standIns.includes(name)) return answer;
    return { ...answer, treated: { outcome: 'stand-in', because: name } };
  }

  async function byAdmin(sql: string, before: Standing, work: Work): Promise<Answer> {
    const answer = await admin.during(sql, [work], ([call = '']) => executor.run(call));
    return asBefore(before, answer);
  }

  /** The attribute is given and taken in the same message, which Postgres runs as one transaction or part of one. */
  async function asRoleMaker({ sql, node }: Statement): Promise<Answer> {
    const before = await standing();
    if (!isHelped(before) || before.makes_roles || !readAlike(before)) return executor.run(sql);
    // Asked before the first role is made here: all others are the server's own, and CREATEROLE would reach them.
    others ??= rolesOfOthers(observer);
    const theirs = await others;
    const named = rolesNamed(sql, node);
    if (named === null || [...named].some((role) => theirs.has(role))) return executor.run(sql);
    const answer = await admin.during(sql, attribute, ([give, take]) =>
      executor.run(`${give};\n${sql}\n;${take}`),
    );
    return asBefore({ ...before, memberships: null }, answer);
  }

  /** What was lent is gone, or the run is over. */
  async function asBefore(
    before: Omit<Standing, 'memberships'> & { readonly memberships: readonly string[] | null },
    answer: Answer,
  ): Promise<Answer> {
    const after = await standing();
    if (after === null) return answer;
    if (after.is_superuser === 'on' || after.super || after.makes_roles !== before.makes_roles)
      throw failure('rights-kept', { what: 'an attribute of role postgres' });
    const more = after.memberships.filter((role) => before.memberships?.includes(role) === false);
    if (after.session_user !== before.session_user) throw failure('rights-kept', { what: 'the session' });
    if (after.role === before.role && after.current_user === before.current_user) {
      if (more.length > 0) throw failure('rights-kept', { what: 'a membership of role postgres' });
      return answer;
    }
    if (answer.error !== null) throw failure('rights-kept', { what: `the role ${after.role}` });
    // A domain's checks run while a literal is read. On 15 they could become the owner here, and stay it.
    await executor.renew();
    const message = `permission denied to set role "${after.role}"`;
    return { ...answer, error: { sqlstate: '42501', message, hint: null, deadline: false } };
  }

  return { ...executor, run, pipeline };
}

/** Predefined ones, too: some read what every database of the server has. */
async function rolesOfOthers(observer: Session): Promise<ReadonlySet<string>> {
  const roles = await observer.query<{ name: string }>(
    'select rolname::text as name from pg_catalog.pg_roles',
  );
  const ours = new Set(projectRoles);
  return new Set(roles.map(({ name }) => name).filter((name) => !ours.has(name)));
}

/** Where the server reads strings otherwise than the parser did, there may be more in the text than one statement. */
function readAlike({ strings, encoding }: Standing): boolean {
  return strings === 'on' && encoding === 'UTF8';
}

function pathOf({ path }: Standing): string {
  return path.length === 0 ? '""' : path.map((schema) => identifier(schema)).join(', ');
}

/** Commands on roles and event triggers, which fire none. */
function only(before: readonly string[]): Work {
  return { path: '""', pauses: false, before, statement: null, after: [], calls: [], sets: [] };
}

const attribute = [only(['alter role postgres createrole']), only(['alter role postgres nocreaterole'])];

function refused(message: string, hint: string | null): Answer {
  return { error: { sqlstate: '42501', message, hint, deadline: false, refused: true }, durationMs: 0 };
}

function leftOut(because: string): Answer {
  const treated: Treated = { outcome: 'not-executed', because };
  return { error: null, durationMs: 0, treated };
}
