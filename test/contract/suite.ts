/** The contract on one server: one boot, every row run once, then each row's answer compared by itself. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Server, Session } from '../../src/database/database.ts';
import { parseSql } from '../../src/history/statements.ts';
import { deadlines } from '../../src/replay/deadline.ts';
import { type Answer, type Executor, openExecutor } from '../../src/replay/executor.ts';
import { hosted } from '../../src/replay/hosted/hosted.ts';
import { notingStandIns } from '../../src/replay/stand-ins/noting.ts';
import { apartOn, type ContractRow, hostedOutcome, type Outcome } from './row.ts';
import { contract } from './rows/index.ts';

/** What became of a row; its transaction is over. */
interface Found {
  readonly outcome: Outcome;
  readonly message: string;
  readonly standIn: boolean;
  readonly owner: unknown;
  readonly seen: unknown;
}

/** A server, or why there is none here. */
export type Open = () => Promise<Server | string>;

export function contractOn(name: string, open: Open): void {
  describe(`the contract on ${name}`, () => {
    let missing = '';
    let server: Server;
    let available: ReadonlySet<unknown>;
    const found = new Map<string, Found>();

    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') {
        missing = opened;
        console.warn(`The contract was not run on ${name}: ${missing}`);
        return;
      }
      server = opened;
      try {
        const observer = await server.connect('supabase_admin');
        const extensions = await observer.query('select name::text from pg_catalog.pg_available_extensions');
        available = new Set(extensions.map((extension) => extension.name));
        const executor = await executorOn(server, observer);
        for (const { rows } of contract) {
          for (const row of rows) found.set(row.id, await answerTo(executor, row));
        }
        await executor.close();
        await observer.close();
      } finally {
        await server.stop();
      }
    });

    describe.each(contract)('$title', ({ rows }) => {
      test.for(rows)('$id', (row, { skip }) => {
        skip(missing !== '', missing);
        const answer = found.get(row.id);
        const wanted = hostedOutcome(row, server.majorVersion);
        const apart = apartOn(row, server.source, server.majorVersion);
        if (apart !== null) expect(apart.outcome, 'no exception is needed any more').not.toBe(wanted);
        const isLacking = row.extension !== undefined && !available.has(row.extension);
        const outcome = apart?.outcome ?? (isLacking ? 'not executed' : wanted);
        expect(answer, answer?.message).toMatchObject({ outcome });
        if (answer?.standIn === true) expect(server.standIns).toContain(row.standIn ?? row.extension);
        if (outcome !== 'ok') return;
        if (row.owner !== undefined) expect(answer?.owner).toBe(row.owner.is);
        if (row.seen !== undefined) expect(answer?.seen).toEqual(row.seen.answers);
      });
    });
  });
}

async function executorOn(server: Server, observer: Session): Promise<Executor> {
  const { majorVersion, foundation, standIns } = server;
  const limits = deadlines(60_000, 600_000);
  const plain = await openExecutor(server, 'postgres', observer, limits);
  return notingStandIns(
    hosted(plain, observer, { platform: 'supabase', majorVersion, foundation, standIns }),
    standIns,
  );
}

async function answerTo(executor: Executor, row: ContractRow): Promise<Found> {
  if (row.alone !== true) await ours(executor, 'begin');
  try {
    for (const { sql, node } of await statementsOf(row.before ?? '')) {
      const { error, treated } = await executor.run(sql, node);
      if (error !== null || treated?.outcome === 'not-executed') {
        const outcome = error === null ? 'not executed' : 'not reached';
        return nothing(outcome, `${sql}: ${error?.message ?? treated?.because}`);
      }
    }
    const [statement, ...more] = await statementsOf(row.sql);
    if (statement === undefined || more.length > 0) throw new Error(`${row.id} is not one statement`);
    const answer = await executor.run(statement.sql, statement.node);
    const outcome = outcomeOf(answer);
    const isThere = outcome === 'ok';
    return {
      outcome,
      message: answer.error?.message ?? answer.treated?.because ?? '',
      standIn: answer.treated?.outcome === 'stand-in',
      owner: isThere && row.owner !== undefined ? await value(executor, ownerName(row.owner.of)) : null,
      seen: isThere && row.seen !== undefined ? await value(executor, row.seen.asks) : null,
    };
  } finally {
    if (row.alone !== true) await ours(executor, 'rollback');
  }
}

function outcomeOf({ error, treated }: Answer): Outcome {
  if (error !== null) return error.sqlstate;
  return treated?.outcome === 'not-executed' ? 'not executed' : 'ok';
}

function nothing(outcome: Outcome, message: string): Found {
  return { outcome, message, standIn: false, owner: null, seen: null };
}

const ownerName = (owner: string) => `select rolname::text from pg_catalog.pg_roles where oid = (${owner})`;

async function value(executor: Executor, sql: string): Promise<unknown> {
  const [row] = await executor.look(sql);
  return row === undefined ? null : Object.values(row)[0];
}

async function ours(executor: Executor, sql: string): Promise<void> {
  const { error } = await executor.run(sql);
  if (error !== null) throw new Error(`${sql}: ${error.message}`);
}

async function statementsOf(sql: string): Promise<readonly { sql: string; node: string }[]> {
  const parsed = await parseSql(sql);
  if ('error' in parsed) throw new Error(`${parsed.error}: ${sql}`);
  return parsed.statements.map(({ node, start, end }) => ({ node, sql: sql.slice(start, end) }));
}
