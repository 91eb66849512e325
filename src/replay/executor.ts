/** A connection that runs other people's SQL: errors come back as values, and a deadline ends what does not end. */
import { performance } from 'node:perf_hooks';
import type { LoginRole, Row, Server, Session } from '../database/database.ts';
import { StatementError } from '../database/database.ts';
import { failure } from '../errors.ts';
import { type Deadlines, late, within } from './deadline.ts';
import type { StatementFailure } from './record.ts';

export interface Answer {
  /** null: it ran. */
  readonly error: StatementFailure | null;
  readonly durationMs: number;
  /** Absent or null: it ran as it stands. */
  readonly treated?: Treated | null;
}

/** A statement without an error that did not, or not really, do what it says. */
export interface Treated {
  readonly outcome: 'stand-in' | 'not-executed';
  /** For `StatementRecord.because`. */
  readonly because: string;
}

/** With its node tag where it is the user's: some kinds of statements need more than to be sent. */
export type Sent = string | { readonly sql: string; readonly node: string | null };

export interface Executor {
  /** Of the backend in use; changes when the connection was lost or renewed. */
  pid(): number;
  run(sql: string, node?: string | null): Promise<Answer>;
  /**
   * Sends all at once and collects the answers in order: one wait instead of many. Answers may be fewer: then the last
   * one is a failure, and the rest was not sent.
   */
  pipeline(statements: readonly Sent[]): Promise<readonly Answer[]>;
  /** One of our own queries, seen with the eyes of the transaction that is open. */
  look<Result extends Row>(sql: string): Promise<readonly Result[]>;
  /** A new connection: role and database settings are read only there. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** How long a backend may take to die once it was told to. */
const graceMs = 5_000;

/** SQLSTATEs after which the server has closed the connection. */
const fatal = new Set(['57P01', '57P02', '57P03', '57P05', '25P03']);

export async function openExecutor(
  server: Server,
  role: LoginRole,
  observer: Session,
  limits: Deadlines,
): Promise<Executor> {
  let session = await server.connect(role);
  let lost = false;

  async function usable(): Promise<Session> {
    if (lost) {
      await session.close().catch(() => undefined);
      session = await server.connect(role);
      lost = false;
    }
    return session;
  }

  async function end(pending: Promise<unknown>): Promise<void> {
    lost = true;
    await observer.execute(`select pg_catalog.pg_terminate_backend(${session.pid})`);
    // A backend that does not look at its signals may hold locks on anything: nothing more can be asked of it.
    if ((await within(pending, graceMs)) === late)
      throw failure('database-stuck', { seconds: graceMs / 1000 });
  }

  async function pipeline(statements: readonly Sent[]): Promise<readonly Answer[]> {
    const current = await usable();
    const pending = statements.map((sent) =>
      current.execute(typeof sent === 'string' ? sent : sent.sql).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    const answers: Answer[] = [];
    let since = performance.now();
    for (const promise of pending) {
      const outcome = await within(promise, Math.min(limits.statementMs, limits.left()));
      const now = performance.now();
      const durationMs = now - since;
      since = now;
      if (outcome === late) {
        await end(promise);
        answers.push({ error: overdue(durationMs), durationMs });
      } else {
        const error = outcome === null ? null : statementFailure(outcome);
        if (error !== null && isFatal(outcome)) lost = true;
        answers.push({ error, durationMs });
      }
    }
    return answers;
  }

  return {
    pid: () => session.pid,
    pipeline,
    async run(sql) {
      const [answer] = await pipeline([sql]);
      if (answer === undefined) throw new Error('a pipeline of one statement gave no answer');
      return answer;
    },
    async look<Result extends Row>(sql: string) {
      return (await usable()).query<Result>(sql);
    },
    async renew() {
      lost = true;
      await usable();
    },
    async close() {
      await session.close().catch(() => undefined);
    },
  };
}

function overdue(ms: number): StatementFailure {
  return {
    sqlstate: '57014',
    message: `not finished after ${(ms / 1000).toFixed(1)} s, stopped by the gate`,
    hint: null,
    deadline: true,
  };
}

function isFatal(error: unknown): boolean {
  return !(error instanceof StatementError) || fatal.has(error.sqlstate) || error.sqlstate.startsWith('08');
}

/** RAISE can say any number of megabytes, which would all stand in the report. */
const longestText = 4_000;

function clipped(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** Postgres' DETAIL is left out: it may quote rows. */
export function statementFailure(error: unknown): StatementFailure {
  if (error instanceof StatementError) {
    const { sqlstate, message, hint } = error;
    return {
      sqlstate,
      message: clipped(message),
      hint: hint === null ? null : clipped(hint),
      deadline: false,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { sqlstate: '08006', message: `connection lost: ${message}`, hint: null, deadline: false };
}
