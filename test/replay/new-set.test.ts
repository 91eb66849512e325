import { expect, test } from 'vitest';
import { single, withServer } from '../server.ts';
import { outcomes, replayed, replayedOn } from './project.ts';

const base = [
  'create table parent (id int primary key, at timestamp);\ncreate table child (id int primary key, parent int references parent (id));',
];
const half = [
  'create table first (id int);',
  'create table second (id int);\nselect 1 / 0;\nselect 2;',
  'select 3;',
];

test('locks and rewrites are those of the statement that took them first, on tables that existed', async () => {
  const { new: files } = await replayed({
    base,
    new: [
      'alter table parent add column x int;\nalter table parent alter column id type bigint;\ndrop table child;\ncreate table fresh (id int);\nalter table fresh add column y int;',
    ],
  });
  expect(files[0]?.statements.map(({ locks }) => locks)).toEqual([
    [{ object: 'public.parent', mode: 'AccessExclusiveLock' }],
    expect.arrayContaining([{ object: 'public.child', mode: 'AccessExclusiveLock' }]),
    [],
    [],
    [],
  ]);
  expect(files[0]?.statements.map(({ rewrites }) => rewrites)).toEqual([[], ['public.parent'], [], [], []]);
});

test.each([
  ['all', 0],
  ['each', 1],
  ['none', 2],
] as const)('a failure with transaction: %s leaves %i of the two tables', async (transaction, left) => {
  await withServer(async (server) => {
    const { new: files, failed } = await replayedOn(server, { base, new: half }, { transaction });
    expect(outcomes(files)).toEqual([['executed'], ['executed', '22012', 'not-executed'], ['not-executed']]);
    expect(failed).toMatchObject({ file: 'drizzle/0002_step.sql', line: 2, sql: 'select 1 / 0' });
    const session = await server.connect('supabase_admin');
    const tables = "select count(*)::int from pg_class where relname in ('first', 'second')";
    expect(await single(session, tables)).toBe(left);
  });
});

test('without a transaction a statement still shows its locks', async () => {
  const { new: files } = await replayed(
    { base, new: ['alter table parent add column x int;\ncreate index concurrently on parent (at);'] },
    { transaction: 'none' },
  );
  expect(files[0]?.statements.map(({ locks, outcome }) => [outcome, locks])).toEqual([
    ['executed', [{ object: 'public.parent', mode: 'AccessExclusiveLock' }]],
    ['executed', []],
  ]);
});

test('what COMMIT finds wrong is said of the last statement of the set', async () => {
  const { failed } = await replayed({
    base: [
      'create table p (id int primary key);\ncreate table c (p int references p deferrable initially deferred);',
    ],
    new: ['insert into c values (99);\nselect 1;', 'select 2;'],
  });
  expect(failed).toMatchObject({
    file: 'drizzle/0002_step.sql',
    sql: 'commit',
    error: { sqlstate: '23503' },
  });
});

test('SQL that does not parse fails as one statement, and nothing stays', async () => {
  const { failed, new: files } = await replayed({ base, new: ['create tabel x (id int);'] });
  expect(failed).toMatchObject({ node: null, error: { sqlstate: '42601' } });
  expect(outcomes(files)).toEqual([['42601']]);
});

test('SET TRANSACTION may stand first: looking comes after it', async () => {
  const { failed } = await replayed({
    base,
    new: ['set transaction isolation level serializable;\ninsert into parent values (100);'],
  });
  expect(failed).toBeNull();
});
