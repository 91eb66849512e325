import { expect, test } from 'vitest';
import type { Server } from '../../src/database/database.ts';
import { single, withServer } from '../server.ts';
import { outcomes, replayed, replayedOn } from './project.ts';

test('a base that does not replay is passed over, with what later statements will miss', async () => {
  const { gaps, base, failed } = await replayed({
    base: [
      'create table a (id int references nowhere (id));\ncreate table b (id int);',
      'alter table a add column z int;\ncreate policy "own" on a using (true);\ncreate table "Odd name" (x vector);',
      'create table b (id int);',
    ],
    new: ['alter table b add column x int;'],
  });
  expect(outcomes(base)).toEqual([['42P01', 'executed'], ['42P01', '42P01', '42704'], ['42P07']]);
  expect(gaps.map(({ place, error, missing }) => [place.file, place.line, error.sqlstate, missing])).toEqual([
    ['drizzle/0000_step.sql', 1, '42P01', ['public.a']],
    ['drizzle/0001_step.sql', 1, '42P01', ['public.a.z']],
    ['drizzle/0001_step.sql', 2, '42P01', ['public.a.own']],
    ['drizzle/0001_step.sql', 3, '42704', ['public."Odd name"']],
    ['drizzle/0002_step.sql', 1, '42P07', []],
  ]);
  expect(failed).toBeNull();
});

test('what fails only because of the transaction passes by itself and is no gap', async () => {
  const { gaps, base } = await replayed({
    base: [
      "create type mood as enum ('sad');\ncreate table t (id int);",
      "alter type mood add value 'happy';\ncreate table feeling (mood mood default 'happy');\ncreate index concurrently on t (id);",
    ],
  });
  expect(gaps).toEqual([]);
  expect(outcomes(base)[1]).toEqual(['executed', 'executed', 'executed']);
});

test('what was committed by the file itself before a failure is not done twice', async () => {
  await withServer(async (server) => {
    const { gaps } = await replayedOn(server, {
      base: [
        'create table t (id int);\ninsert into t values (1);\nCOMMIT;\nselect 1 / 0;\ninsert into t values (2);',
      ],
    });
    expect(gaps.map(({ error }) => error.sqlstate)).toEqual(['22012']);
    const session = await server.connect('supabase_admin');
    expect(await single(session, 'select array_agg(id order by id)::text from t')).toBe('{1,2}');
  });
});

test('a migration may need what only rls.sql makes', async () => {
  const { gaps, base, baseRls } = await replayed({
    base: ['create table app.secret (id int);', 'create policy "own" on app.secret using (true);'],
    baseRls: 'create schema if not exists app;\nalter table app.secret enable row level security;',
  });
  expect(gaps).toEqual([]);
  expect(outcomes(base)).toEqual([['executed'], ['executed']]);
  expect(baseRls?.failed).toBeNull();
});

test('nothing set in one base migration reaches the next, role and database settings excepted', async () => {
  const { gaps } = await replayed({
    base: [
      'create schema app;\nset search_path = app;',
      'create table public_one (id int);\nselect 1 / (to_regclass($$public.public_one$$) is not null)::int;',
      'alter role postgres set search_path = app, public;',
      'create table app_one (id int);\nselect 1 / (to_regclass($$app.app_one$$) is not null)::int;',
    ],
  });
  expect(gaps).toEqual([]);
});

test('a baseline stands in for the base migrations, which are only noted', async () => {
  await withServer(async (server) => {
    const { base, gaps, failed } = await replayedOn(server, {
      baseline:
        "select pg_catalog.set_config('search_path', '', false);\ncreate schema auth;\ncreate table public.made_by_hand (id int);",
      base: ['create table never_run (id int);'],
      new: ['alter table made_by_hand add column x int;'],
    });
    expect(outcomes(base)).toEqual([['not-executed']]);
    expect(gaps).toEqual([]);
    expect(failed).toBeNull();
    const session = await server.connect('supabase_admin');
    expect(await single(session, 'select count(*)::int from drizzle.__drizzle_migrations')).toBe(2);
    expect(await single(session, "select to_regclass('public.never_run')::text")).toBeNull();
  });
});

const bootstrap =
  'create table before_all (id int);\ncreate extension no_such_thing;\nalter table auth.users add column extra int;\ncreate extension file_fdw schema extensions;';

test('the bootstrap file runs as postgres, and never as the superuser', async () => {
  const { gaps } = await replayed({ bootstrap, base: ['alter table before_all add column x int;'] });
  expect(gaps.map(({ place, error }) => [place.file, place.line, error.sqlstate])).toEqual([
    ['bootstrap.sql', 2, '0A000'],
    ['bootstrap.sql', 3, '42501'],
    ['bootstrap.sql', 4, '42501'],
  ]);
});

test('of a long base nothing is read again and again', async () => {
  await withServer(async (server) => {
    const queries: string[] = [];
    const counting: Server = {
      ...server,
      async connect(role) {
        const session = await server.connect(role);
        if (role !== 'postgres') return session;
        return {
          ...session,
          query: (sql, parameters) => {
            queries.push(sql);
            return session.query(sql, parameters);
          },
        };
      },
    };
    const base = Array.from({ length: 12 }, (_, index) => `create table t${index} (id int);`);
    await replayedOn(counting, { base }, { seedRows: 0 });
    expect(queries.length).toBeGreaterThan(0);
    expect(Math.max(...queries.map((sql) => queries.filter((other) => other === sql).length))).toBeLessThan(
      base.length,
    );
  });
});
