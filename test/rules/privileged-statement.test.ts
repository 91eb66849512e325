/** What Postgres refuses to postgres is told from other failures, and the words are those for the statement. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/catalog/snapshot.ts';
import { type Server, type Session, StatementError } from '../../src/database/database.ts';
import type { StatementRecord } from '../../src/replay/record.ts';
import type { FailureWords } from '../../src/rules/failure-words.ts';
import { privilegeWords } from '../../src/rules/privilege-words.ts';
import type { State } from '../../src/rules/rule.ts';
import { nodeOf } from '../replay/hosted/node.ts';
import { startServer } from '../server.ts';

let server: Server;
let postgres: Session;
let state: State;

beforeAll(async () => {
  server = await startServer();
  postgres = await server.connect('postgres');
  await postgres.execute(`create table public.note (id int);
    create function public.refuse() returns trigger language plpgsql
      as $$ begin raise 'not today' using errcode = '42501'; end $$;
    create trigger refuse before insert or delete on public.note execute function public.refuse();
    create trigger refuse before insert on auth.users for each row execute function public.refuse()`);
  const observer = await server.connect('supabase_admin');
  const catalog = await takeSnapshot(observer);
  state = {
    catalog,
    exposedSchemas: ['public'],
    platform: 'supabase',
    migrationsTable: null,
    place: () => null,
  };
});

afterAll(async () => {
  await server.stop();
});

/** Sent by postgres as it is, in a transaction that is rolled back. */
async function wordsOf(sql: string, platform: State['platform'] = 'supabase'): Promise<FailureWords | null> {
  const node = await nodeOf(sql);
  await postgres.execute('begin');
  const error = await postgres.execute(sql).then(
    () => null,
    (reason: unknown) => reason,
  );
  await postgres.execute('rollback');
  if (!(error instanceof StatementError)) throw new Error(`${sql} did not fail: ${String(error)}`);
  const { sqlstate, message, hint } = error;
  expect(sqlstate).toBe('42501');
  return privilegeWords(recordOf(sql, node, { sqlstate, message, hint, deadline: false }), {
    base: { ...state, platform },
    head: null,
  });
}

function recordOf(sql: string, node: string | null, error: StatementRecord['error']): StatementRecord {
  return {
    file: 'drizzle/0001.sql',
    line: 1,
    sql,
    node,
    outcome: 'failed',
    because: null,
    error,
    locks: [],
    rewrites: [],
    durationMs: 1,
  };
}

describe('what hosted Supabase refuses', () => {
  test.each([
    ['alter table storage.objects enable row level security', /^Delete this line; the policies/],
    ['alter table "realtime"."messages" enable row level security', /^Delete this line; the policies/],
    ['alter table storage.objects add column note text', /^Leave storage\.objects as it is\. Keep columns/],
    ['alter table auth.users rename column email to mail', /^Leave auth\.users as it is\. Keep columns/],
    ['create index on auth.users (email)', /own queries on auth\.users are slow/],
    ['drop index auth.users_email_partial_key', /^Leave auth\.users_email_partial_key alone/],
    ['drop table public.note, auth.users', /^Leave auth\.users alone/],
    ["comment on table storage.objects is 'x'", /^Delete this line\.$/],
    ["comment on column auth.users.email is 'x'", /^Delete this line\.$/],
    ["comment on trigger refuse on auth.users is 'x'", /^Delete this line\.$/],
    ['alter trigger refuse on auth.users rename to refused', /^Drop the trigger and create it again/],
    ["alter type auth.aal_level add value 'aal4'", /^Leave auth\.aal_level as it is/],
    ['alter function auth.uid() security definer', /^Leave auth\.uid as it is/],
    ['drop function auth.uid()', /^Leave auth\.uid alone/],
    ['create rule r as on insert to auth.users do nothing', /^Leave auth\.users as it is/],
    ['create policy p on storage.migrations using (true)', /^Leave storage\.migrations as it is/],
    ['alter policy p on storage.objects rename to q', /^Drop the policy and create it again/],
    ["select pg_read_file('/etc/passwd')", /^Leave the call out/],
    ["select lo_import('/etc/passwd')", /^Leave the call out/],
    ['create table auth.mine (id int)', /^Make it in a schema of your own/],
    [
      'create table "auth"."users" ("id" uuid primary key)',
      /^Import `authUsers` where a foreign key needs it/,
    ],
    ['create view storage.mine as select 1 as one', /^Make it in a schema of your own/],
    ['create table realtime.mine as select 1 as one', /^Make it in a schema of your own/],
    ["create type auth.mine as enum ('a')", /^Make it in a schema of your own/],
    ['create type auth.mine as (a int)', /^Make it in a schema of your own/],
    ['create sequence auth.mine', /^Make it in a schema of your own/],
    ["create or replace function auth.uid() returns uuid language sql as 'select null::uuid'", /^Make it in/],
    ['drop schema storage cascade', /^Leave it as it is/],
    ['alter schema auth rename to old', /^Leave it as it is/],
    [
      'alter default privileges for role supabase_admin in schema public grant all on tables to anon',
      /`for role supabase_admin`/,
    ],
    ['alter table public.note owner to supabase_admin', /^Delete this line, which comes with dumps/],
    ['create schema mine authorization supabase_auth_admin', /^Delete this line, which comes with dumps/],
    ['set role supabase_admin', /^Delete this line: migrations run as postgres/],
    ['set session authorization supabase_admin', /^Delete this line: migrations run as postgres/],
    ['reassign owned by postgres to supabase_admin', /^Delete this line, which comes with dumps/],
    ["alter database postgres set app.settings.secret = 'x'", /Supabase Vault/],
    ["alter role anon set app.settings.secret = 'x'", /Supabase Vault/],
    ['set zero_damaged_pages = on', /in the settings of the project/],
    ["create function public.f() returns int leakproof language sql as 'select 1'", /needs no superuser/],
    ['create cast (int4 as bool) with inout', /needs no superuser/],
    ['create operator family public.f using btree', /needs no superuser/],
    ['create access method am type index handler bthandler', /needs no superuser/],
    ['delete from storage.objects', /through the Storage API/],
    ["insert into vault.secrets (name) values ('x')", /vault\.create_secret/],
    [
      'do $$ begin if true then create index on storage.objects (name); end if; end $$',
      /queries on storage\.objects/,
    ],
    [
      "do $$ begin execute format('alter table storage.objects add %I int', 'x'); end $$",
      /^Leave storage\.objects/,
    ],
  ])('%s', async (sql, remedy) => {
    const words = await wordsOf(sql);
    expect(words).toMatchObject({ why: expect.stringMatching(/^[A-Za-z.]\S* [^\n]+\.$/) });
    expect(words).toMatchObject({ remedy: expect.stringMatching(remedy) });
    if (!sql.startsWith('do')) expect(await wordsOf(sql, 'postgres')).toBeNull();
  });
});

describe('what merely looks like it', () => {
  test.each([
    "do $$ begin raise 'no' using errcode = '42501'; end $$",
    'insert into public.note values (1)',
    'delete from public.note',
    'insert into auth.users (id) values (gen_random_uuid())',
    'alter table pg_catalog.pg_class add column x int',
  ])('%s', async (sql) => {
    expect(await wordsOf(sql)).toBeNull();
  });

  test('another SQLSTATE, and no failure at all', () => {
    const sql = 'alter table storage.objects add column x int';
    const states = { base: state, head: null };
    expect(privilegeWords(recordOf(sql, 'AlterTableStmt', null), states)).toBeNull();
    const error = {
      sqlstate: '42P01',
      message: 'must be owner of table objects',
      hint: null,
      deadline: false,
    };
    expect(privilegeWords(recordOf(sql, 'AlterTableStmt', error), states)).toBeNull();
  });
});

test('what was not sent is said with the hint it was refused with, wherever production is', () => {
  const refusal = { sqlstate: '42501', message: 'x', hint: 'Do this.', deadline: false, refused: true };
  for (const platform of ['supabase', 'postgres'] as const) {
    const words = privilegeWords(recordOf("load 'x'", 'LoadStmt', refusal), {
      base: { ...state, platform },
      head: null,
    });
    expect(words).toMatchObject({ why: expect.stringMatching(/not run/), remedy: 'Do this.' });
  }
});
