/** What a session promises the rooms to its right. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Server, type Session, StatementError } from '../../src/database/database.ts';
import { single, startServer } from '../server.ts';

let server: Server;
let session: Session;
let observer: Session;

beforeAll(async () => {
  server = await startServer();
  observer = await server.connect('supabase_admin');
});

afterAll(async () => {
  await server.stop();
});

async function fresh(): Promise<Session> {
  session = await server.connect('postgres');
  return session;
}

async function failureOf(promise: Promise<unknown>): Promise<StatementError> {
  const outcome = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!(outcome instanceof StatementError)) throw outcome;
  return outcome;
}

test('a session is its login role, on a backend whose process id it says', async () => {
  const own = await fresh();
  expect(await single(own, 'select session_user::text')).toBe('postgres');
  expect(await single(own, 'select pg_backend_pid()')).toBe(own.pid);
  expect(await single(observer, 'select session_user::text')).toBe('supabase_admin');
});

test('execute takes several statements at once, and the ones before an error are undone with it', async () => {
  const own = await fresh();
  await own.execute('create table one (); create table two ();');
  const error = await failureOf(own.execute('drop table one; select 1/0; drop table two;'));
  expect(error.sqlstate).toBe('22012');
  expect(await single(own, "select count(*)::int from pg_class where relname in ('one', 'two')")).toBe(2);
  await own.execute('drop table one, two');
});

test('an error says SQLSTATE, message, position, detail and hint, and the session goes on', async () => {
  const own = await fresh();
  const column = await failureOf(own.execute('select relnam from pg_class'));
  expect(column).toMatchObject({ sqlstate: '42703', position: 8, message: 'column "relnam" does not exist' });
  expect(column.hint).toContain('relname');
  await own.execute('create temp table keyed (id int primary key); insert into keyed values (1)');
  const duplicate = await failureOf(own.execute('insert into keyed values (1)'));
  expect(duplicate).toMatchObject({
    sqlstate: '23505',
    position: null,
    detail: 'Key (id)=(1) already exists.',
  });
  expect(await single(own, 'select 1')).toBe(1);
});

test('statements sent together are answered in order, errors among them', async () => {
  const own = await fresh();
  const order: string[] = [];
  const sent = ['select 1', 'select broken', 'select pg_sleep(0.05)', 'select 3'].map((sql) =>
    own.execute(sql).then(
      () => order.push(`${sql}: ran`),
      (error: unknown) => order.push(`${sql}: ${error instanceof StatementError ? error.sqlstate : 'other'}`),
    ),
  );
  await Promise.all(sent);
  expect(order).toEqual([
    'select 1: ran',
    'select broken: 42703',
    'select pg_sleep(0.05): ran',
    'select 3: ran',
  ]);
});

test('three hundred statements sent together in one transaction all count', async () => {
  const own = await fresh();
  await own.execute('begin; create temp table many (n int)');
  await Promise.all(Array.from({ length: 300 }, (_, n) => own.execute(`insert into many values (${n})`)));
  await own.execute('commit');
  expect(await single(own, 'select count(*)::int from many')).toBe(300);
});

test('query gives values by type and takes parameters, arrays among them', async () => {
  const own = await fresh();
  const [row] = await own.query(
    `select true as yes, 7::int4 as four, 8::int8 as eight, 'pg_class'::regclass::oid as oid,
      '{"a":[1]}'::jsonb as json, array['x', null, 'NULL', 'a"b\\c,d', '']::text[] as list,
      '{}'::name[] as empty, null::text as nothing, $1::text as given, $2::int + 1 as sum`,
    ["it's", 41],
  );
  expect(row).toEqual({
    yes: true,
    four: 7,
    eight: '8',
    oid: 1259,
    json: { a: [1] },
    list: ['x', null, 'NULL', 'a"b\\c,d', ''],
    empty: [],
    nothing: null,
    given: "it's",
    sum: 42,
  });
  const rows = await own.query('select n from unnest($1::text[]) as n', [['a', 'b"', 'c\\', null]]);
  expect(rows).toEqual([{ n: 'a' }, { n: 'b"' }, { n: 'c\\' }, { n: null }]);
  expect(Object.getPrototypeOf(rows)).toBe(Array.prototype);
});

test('notices are never printed', async () => {
  const own = await fresh();
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await own.execute("do $$ begin raise notice '##[set-output name=verdict]pass'; end $$");
    expect(printed).not.toHaveBeenCalled();
  } finally {
    printed.mockRestore();
  }
});

test('rows of a large select are dropped, not kept', async () => {
  const own = await fresh();
  const before = process.memoryUsage().heapUsed;
  await own.execute("select repeat('x', 1000) from generate_series(1, 200000)");
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
});

test('COPY from stdin fails at once instead of waiting for input, and what follows still runs', async () => {
  const own = await fresh();
  await own.execute('create temp table copied (id int)');
  const [copy, next, last] = await Promise.allSettled([
    own.execute('copy copied from stdin'),
    own.execute('insert into copied values (1)'),
    own.query('select id from copied'),
  ]);
  expect(copy).toMatchObject({ status: 'rejected', reason: { sqlstate: '57014' } });
  expect(next.status).toBe('fulfilled');
  expect(last).toMatchObject({ value: [{ id: 1 }] });
});

test('COPY to stdout runs, and an error behind it in the same text is not lost', async () => {
  const own = await fresh();
  await own.execute('copy (select generate_series(1, 50000)) to stdout');
  const error = await failureOf(own.execute('copy (select 1) to stdout; select 1/0'));
  expect(error.sqlstate).toBe('22012');
  expect(await single(own, 'select 1')).toBe(1);
});

test('a terminated backend rejects what runs and what waits, and no second connection takes over', async () => {
  const own = await fresh();
  await own.execute('begin; create table in_lost_transaction ()');
  const running = failureOf(own.execute('select pg_sleep(600)'));
  const waiting = failureOf(own.execute('create table outside_of_it ()'));
  await observer.query('select pg_terminate_backend($1)', [own.pid]);
  expect((await running).sqlstate).toBe('08006');
  expect((await waiting).sqlstate).toBe('08006');
  expect((await failureOf(own.execute('select 1'))).sqlstate).toBe('08006');
  expect(
    await single(
      observer,
      "select count(*)::int from pg_class where relname in ('in_lost_transaction', 'outside_of_it')",
    ),
  ).toBe(0);
});

test('hundreds of statements that wait when the backend goes are all rejected', async () => {
  const own = await fresh();
  const sent = ['select pg_sleep(600)', ...Array.from({ length: 400 }, () => "select repeat('x', 5000)")];
  const outcomes = Promise.allSettled(sent.map((sql) => own.execute(sql)));
  await observer.query('select pg_terminate_backend($1)', [own.pid]);
  expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
});

test('a closed session refuses, and closing twice is fine', async () => {
  const own = await fresh();
  await own.close();
  await own.close();
  expect((await failureOf(own.execute('select 1'))).message).toContain('closed');
});

test('what a migration sets for the database does not reach the superuser', async () => {
  const own = await fresh();
  await own.execute(`
    alter database postgres set statement_timeout = '1ms';
    alter database postgres set default_transaction_read_only = on;
    alter database postgres set quote_all_identifiers = on;
    alter database postgres set datestyle = 'SQL, DMY'`);
  try {
    const late = await server.connect('supabase_admin');
    const [row] = await late.query(`select current_setting('statement_timeout') as timeout,
      current_setting('default_transaction_read_only') as readonly, current_setting('quote_all_identifiers') as quoted,
      current_setting('datestyle') as dates, current_setting('default_transaction_isolation') as isolation`);
    expect(row).toEqual({
      timeout: '0',
      readonly: 'off',
      quoted: 'off',
      dates: 'ISO, MDY',
      isolation: 'read committed',
    });
  } finally {
    await observer.execute('alter database postgres reset all');
  }
});
