/** `bootstrap-file`: what was made outside the repository is there before the base history; roles end with their server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../src/database/database.ts';
import { single, startServer, withServer } from '../server.ts';
import { outcomes, replayedOn } from './project.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.stop();
});

async function roles(at: Server, pattern: string): Promise<unknown> {
  const session = await at.connect('supabase_admin');
  try {
    return await single(
      session,
      `select array(select rolname::text from pg_roles where rolname like '${pattern}' order by 1)`,
    );
  } finally {
    await session.close();
  }
}

test('roles, schemas, functions and extensions of the bootstrap file serve base and new', async () => {
  const replay = await replayedOn(server, {
    bootstrap: `create role reader_of_one;
create schema one;
create function one.owner() returns uuid language sql stable as $$ select auth.uid() $$;
create extension pg_trgm schema extensions;`,
    base: [
      'create table one.note (id int primary key, author uuid default one.owner(), body text);\nalter table one.note enable row level security;\ngrant usage on schema one to reader_of_one;',
    ],
    new: [
      'create policy mine on one.note for select to reader_of_one using (author = one.owner());\ncreate index on one.note using gin (body extensions.gin_trgm_ops);',
    ],
  });
  expect([replay.gaps, replay.failed]).toEqual([[], null]);
  expect(outcomes(replay.base)).toEqual([['executed', 'executed', 'executed']]);
  expect(outcomes(replay.new)).toEqual([['executed', 'executed']]);
});

test('without it the base history names what is missing', async () => {
  const replay = await replayedOn(server, {
    base: [
      'create table public.two (id int);\ngrant select on public.two to reader_of_two;\nselect two.f();',
    ],
    new: ['alter table public.two add column title text;'],
  });
  expect(replay.gaps.map(({ place, error }) => [place.line, error.sqlstate])).toEqual([
    [2, '42704'],
    [3, '3F000'],
  ]);
  expect(replay.failed).toBeNull();
});

test('a role of the base history is there for the new migrations, and one of a failed set is not left behind', async () => {
  const replay = await replayedOn(server, {
    base: ['create role of_three_base;'],
    new: ['create role of_three_new;\ncreate role of_three_base;'],
  });
  expect(outcomes(replay.new)).toEqual([['executed', '42710']]);
  expect(await roles(server, 'of_three%')).toEqual(['of_three_base']);
});

test('a role that a migration makes is neither seen by another replay nor left for the next', async () => {
  const texts = {
    base: ['create table four (id int);'],
    new: ['create role of_four; grant select on four to of_four;'],
  };
  const made = async (): Promise<unknown> =>
    withServer(async (own) => {
      const replay = await replayedOn(own, texts);
      expect(outcomes(replay.new)).toEqual([['executed', 'executed']]);
      return roles(own, 'of_four');
    });
  expect(await Promise.all([made(), made()])).toEqual([['of_four'], ['of_four']]);
  expect(await roles(server, 'of_four')).toEqual([]);
});

test('on plain Postgres it makes what other projects find in place', async () => {
  await withServer(
    async (plain) => {
      const replay = await replayedOn(plain, {
        bootstrap:
          'create role anon nologin; create schema auth; create table auth.users (id uuid primary key);',
        base: ['create table public.profile (id uuid primary key references auth.users (id));'],
        new: ['grant select on public.profile to anon;'],
      });
      expect([replay.gaps, replay.failed]).toEqual([[], null]);
    },
    { platform: 'postgres' },
  );
});
