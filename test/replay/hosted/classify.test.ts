/** The contract of supabase.md §1.3, row by row, and what stands beside each row: over 300 lines, for it is one table. */
import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/replay/hosted/classify.ts';
import type { Ground, Handling } from '../../../src/replay/hosted/handling.ts';
import { nodeOf } from './node.ts';

const hosted17: Ground = { platform: 'supabase', majorVersion: 17, foundation: 'own' };
const hosted15: Ground = { ...hosted17, majorVersion: 15 };
const shared15: Ground = { ...hosted15, foundation: 'shared' };
const elsewhere: Ground = { ...hosted17, platform: 'postgres' };

async function handling(sql: string, ground = hosted17): Promise<Handling> {
  return classify(sql, await nodeOf(sql), ground);
}

async function how(sql: string, ground = hosted17): Promise<string> {
  return (await handling(sql, ground)).how;
}

describe('plain: what postgres may do by itself, and what a hosted project lets fail as well', () => {
  test.each([
    'create table public.profile (id uuid primary key references auth.users (id) on delete cascade)',
    'create trigger t after insert on auth.users for each row execute function public.f()',
    'create view public.v as select id from auth.users',
    'create function f() returns trigger language plpgsql security definer as $$ begin return new; end $$',
    'create function f() returns int as $$ select 1 $$ language sql leakproof',
    'grant select on auth.users to authenticated',
    'grant insert on auth.users to authenticated',
    "comment on trigger t on auth.users is 'x'",
    'alter table storage.objects enable row level security',
    'create index on storage.objects (name)',
    'create table auth.mine (id int)',
    'create or replace function auth.uid() returns uuid language sql as $$ select null::uuid $$',
    'delete from storage.objects',
    "insert into storage.buckets (id, name) values ('a', 'a')",
    'create publication p',
    'create publication p for table public.t where (a > 1)',
    'alter publication supabase_realtime add table public.t',
    'alter publication supabase_realtime drop table public.t',
    'drop publication if exists supabase_realtime',
    'drop event trigger if exists e',
    'alter event trigger e disable',
    'drop foreign data wrapper w',
    "alter foreign data wrapper w options (add a 'b')",
    'create server s foreign data wrapper w',
    'set session_replication_role = replica',
    "alter role authenticator set pgrst.db_schemas = 'public, api'",
    "alter role anon set statement_timeout = '3s'",
    "alter role authenticator set statement_timeout = '8s'",
    "alter role postgres set statement_timeout = '5min'",
    "alter database postgres set app.settings.secret = 'x'",
    "alter database postgres set search_path = 'public'",
    'alter database postgres reset session_replication_role',
    'alter database postgres reset all',
    'alter default privileges for role supabase_admin in schema public grant all on tables to anon',
    'alter table public.t owner to supabase_admin',
    'create schema s authorization supabase_auth_admin',
    'set role supabase_admin',
    'set session authorization supabase_admin',
    'reset role',
    'create role worker login',
    "create role worker login password 'x' in role service_role",
    'create role worker role authenticator',
    'grant worker to authenticator',
    'grant anon to worker',
    'revoke authenticator from worker',
    'create role worker bypassrls',
    'alter role worker createdb',
    'alter role worker rename to helper',
    'drop role worker',
    'create role worker nosuperuser',
    'alter group worker drop user helper',
    'create operator class oc for type int4 using btree as operator 1 <',
    'create cast (int4 as bool) with inout',
    'create access method am type index handler bthandler',
    'create text search template tt (lexize = dsimple_lexize)',
    "create conversion c for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1",
    "security label on table public.t is 'x'",
    "select lo_import('/etc/passwd')",
    'copy public.t from stdin',
    'copy public.t to stdout',
    'alter extension pgcrypto add table public.t',
    'alter function public.f() set schema extensions',
    "comment on table public.t is 'create extension x'",
    'create function f() returns int language plpgsql as $$ begin return 1; end $$',
  ])('%s', async (sql) => {
    expect(await handling(sql)).toEqual({ how: 'plain' });
  });

  test('what does not parse, and what is more than one statement', async () => {
    expect(await how('create policy p on storage.objects using (')).toBe('plain');
    const two = 'create policy p on storage.objects using (true); drop table t';
    expect(await classify(two, 'CreatePolicyStmt', hosted17)).toEqual({ how: 'plain' });
    expect(await classify('drop table t', 'CreatePolicyStmt', hosted17)).toEqual({ how: 'plain' });
    expect(await classify("copy t from program 'x'", null, hosted17)).toEqual({ how: 'plain' });
  });
});

describe('as-owner: policies and triggers of the listed tables', () => {
  test.each([
    ['create policy p on storage.objects for select to authenticated using (true)', 'storage.objects'],
    ['create policy p on "storage"."objects" using (bucket_id = \'a\') with check (true)', 'storage.objects'],
    ['alter policy p on realtime.messages using (true)', 'realtime.messages'],
    ['drop policy if exists p on storage.buckets', 'storage.buckets'],
    [
      "comment on policy p on storage.s3_multipart_uploads_parts is 'x'",
      'storage.s3_multipart_uploads_parts',
    ],
    ['drop trigger on_auth_user_created on auth.users', 'auth.users'],
    ['drop trigger if exists t on storage.objects cascade', 'storage.objects'],
  ])('%s', async (sql, table) => {
    const [schema, name] = table.split('.');
    expect(await handling(sql)).toEqual({ how: 'as-owner', table: { schema, name } });
    expect(await how(sql, elsewhere)).toBe('plain');
  });

  test.each([
    'alter policy p on auth.mfa_factors rename to q',
    'create policy p on objects using (true)',
    'create policy p on public.objects using (true)',
    'create policy p on "storage.objects" using (true)',
    'create policy p on "Storage".objects using (true)',
    'create policy p on elsewhere.storage.objects using (true)',
    'create policy p on storage.migrations using (true)',
    'create policy p on auth.schema_migrations using (true)',
    'create policy p on realtime.messages_default using (true)',
    "comment on table storage.objects is 'x'",
    'alter trigger t on auth.users rename to u',
    'alter table storage.objects disable trigger all',
    'alter table storage.objects rename to things',
    'drop table storage.objects',
    'drop rule r on storage.objects',
    "insert into t values ('create policy p on storage.objects using (true)')",
  ])('and what is not: %s', async (sql) => {
    expect(await how(sql)).toBe('plain');
  });
});

describe('as-admin: what Postgres keeps for superusers and supautils gives to postgres', () => {
  test.each([
    ['create event trigger e on ddl_command_end execute function public.f()', 'event trigger', 'e'],
    ['create publication supabase_realtime for all tables', 'publication', 'supabase_realtime'],
    ["create publication p for all tables with (publish = 'insert')", 'publication', 'p'],
    ['create publication p for tables in schema public', 'publication', 'p'],
    ['create publication p for table a, tables in schema public', 'publication', 'p'],
    ['create foreign data wrapper "W"', 'foreign data wrapper', 'W'],
    ['create foreign data wrapper w handler extensions.h no validator', 'foreign data wrapper', 'w'],
    [
      'create foreign data wrapper w validator pg_catalog.postgresql_fdw_validator',
      'foreign data wrapper',
      'w',
    ],
  ])('%s', async (sql, kind, name) => {
    expect(await handling(sql)).toEqual({ how: 'as-admin', handOver: { kind, name } });
    expect(await handling(sql, elsewhere)).toEqual({ how: 'as-admin', handOver: { kind, name } });
  });

  test.each([
    'alter publication supabase_realtime add tables in schema public',
    'alter publication supabase_realtime set tables in schema current_schema',
    'alter publication supabase_realtime drop tables in schema public',
  ])('%s', async (sql) => {
    expect(await handling(sql)).toEqual({ how: 'as-admin', handOver: null });
  });

  test('the tables of the services may be published, and on a project without them they are the user’s', async () => {
    expect(await how('create publication p for table auth.users')).toBe('as-admin');
    expect(await how('alter publication supabase_realtime add table auth.users')).toBe('as-admin');
    expect(await how('create publication p for table auth.users', elsewhere)).toBe('plain');
  });

  test('who a validator belongs to is looked up where the wrapper is made', async () => {
    expect(await how('create foreign data wrapper w handler h validator v')).toBe('as-admin');
  });

  test('no expression of the user’s is read with these rights', async () => {
    expect(await how('create publication p for table t where (a > 1), tables in schema s')).toBe('unproved');
    expect(await how('alter publication p add table auth.users where (id is null)')).toBe('unproved');
  });
});

describe('extensions', () => {
  test.each([
    ['create extension if not exists vector with schema extensions', 'vector', 'create'],
    ['create extension "uuid-ossp"', 'uuid-ossp', 'create'],
    ['create extension nobody_knows', 'nobody_knows', 'create'],
    ["alter extension vector update to '0.8.0'", 'vector', 'alter'],
    ['alter extension vector set schema public', 'vector', 'alter'],
    ['drop extension if exists pgcrypto cascade', 'pgcrypto', 'drop'],
    ['drop extension pgcrypto, citext', 'pgcrypto', 'drop'],
    ["comment on extension vector is 'x'", 'vector', 'comment'],
  ])('%s', async (sql, name, command) => {
    expect(await handling(sql)).toEqual({ how: 'extension', name, command });
    expect(await handling(sql, elsewhere)).toEqual({ how: 'extension', name, command });
  });

  test('several of which one is on no list are left to postgres', async () => {
    expect(await how('drop extension pgcrypto, nobody_knows')).toBe('plain');
  });

  test.each(['file_fdw', 'adminpack', 'plpython3u'])('%s leads out of the database', async (name) => {
    expect(await how(`create extension ${name}`)).toBe('refused');
    expect(await how(`create extension ${name}`, elsewhere)).toBe('refused');
  });

  test.each(['amcheck', 'pageinspect', 'pg_surgery', 'xml2'])('%s is withheld by hosted', async (name) => {
    expect(await how(`create extension ${name}`)).toBe('refused');
    expect(await how(`create extension ${name}`, elsewhere)).toBe('extension');
  });

  test('some are offered on one version only', async () => {
    expect(await how('create extension plv8', hosted15)).toBe('extension');
    expect(await handling('create extension plv8')).toMatchObject({
      how: 'refused',
      why: 'extension "plv8" is not available on a hosted project with Postgres 17',
    });
  });

  test('CREATE LANGUAGE without a handler is CREATE EXTENSION', async () => {
    expect(await how('create language plpython3u')).toBe('refused');
    expect(await how('create or replace language plpgsql')).toBe('extension');
  });
});

describe('refused before it runs', () => {
  describe('out of the database, wherever production is', () => {
    test.each([
      "copy (select 1) to program 'id'",
      "copy public.t from program 'id'",
      "copy public.t from '/etc/passwd'",
      "copy public.t to '/tmp/t'",
      "load 'auto_explain'",
      "load '$libdir/plugins/x'",
      "alter system set work_mem = '1MB'",
      'alter system reset all',
      "create tablespace t location '/tmp/t'",
      "create function f() returns int language c as 'x', 'y'",
      "create function f() returns int language \"C\" as 'x', 'y'",
      "create function f() returns int as 'int4pl' language internal",
      "create procedure f() language plpython3u as 'x'",
      "do language plperlu 'x'",
      'create language mine handler public.h',
      'create role mighty superuser',
      'create user mighty with login superuser',
      'alter role worker superuser',
      'alter role postgres nosuperuser',
      'grant pg_read_server_files to postgres',
      'grant anon, pg_execute_server_program to worker',
      'create role worker in role pg_write_server_files',
      'alter group pg_read_server_files add user postgres',
      "create subscription s connection 'host=other' publication p",
      "alter role postgres password 'x'",
      'alter role current_user nologin',
      'alter user postgres with bypassrls',
    ])('%s', async (sql) => {
      for (const ground of [hosted17, hosted15, shared15, elsewhere]) {
        const { how, ...said } = await handling(sql, ground);
        expect(how).toBe('refused');
        // In Postgres' manner, and a sentence.
        expect(said).toEqual({
          why: expect.stringMatching(/^["a-z][^\n]*[^.\n]$/),
          hint: expect.stringMatching(/^[^\n]+\.$/),
        });
      }
    });
  });

  describe('what belongs to a hosted project', () => {
    test.each([
      'grant supabase_admin to postgres',
      'grant supabase_auth_admin to worker',
      'grant dashboard_user to worker',
      'grant authenticator to worker',
      'create role worker in role supabase_storage_admin',
      'create role worker in role authenticator',
      'alter group authenticator add user worker',
      'alter role supabase_auth_admin nologin',
      "alter role pgbouncer password 'x'",
      "alter role supabase_admin set statement_timeout = '1s'",
      'alter role supabase_storage_admin rename to mine',
      'alter role worker rename to supabase_admin',
      'drop role worker, supabase_auth_admin',
      'alter database postgres set session_replication_role = replica',
      "alter database postgres set pgrst.db_schemas = 'public'",
    ])('%s', async (sql) => {
      expect(await how(sql)).toBe('refused');
      expect(await how(sql, hosted15)).toBe('refused');
      expect(await how(sql, elsewhere)).toBe('plain');
    });
  });

  test.each([
    'alter role authenticator nologin',
    'drop role anon',
    'alter role service_role rename to mine',
    'grant worker to supabase_auth_admin',
    'revoke anon from supabase_realtime_admin',
  ])('on 15, where Postgres itself asks for less or more: %s', async (sql) => {
    expect(await how(sql, hosted15)).toBe('refused');
    expect(await how(sql, shared15)).toBe('refused');
    expect(await how(sql)).toBe('plain');
  });
});

test.each([
  'create role worker bypassrls',
  'create role worker login replication',
  'alter role worker with replication',
  'alter role worker nobypassrls',
])('on 15 supautils lends a superuser’s rights for it: %s', async (sql) => {
  expect(await handling(sql, hosted15)).toEqual({ how: 'as-admin', handOver: null });
  // Its superusers could be altered like that, too.
  expect(await how(sql, shared15)).toBe('unproved');
  expect(await how(sql)).toBe('plain');
});

describe('as-role-maker: on somebody else’s server of 15', () => {
  test.each([
    'create role worker login',
    "alter role worker set statement_timeout = '1s'",
    'alter role worker nologin',
    'alter role worker rename to helper',
    'drop role worker',
    'grant worker to authenticator',
    'revoke anon from worker',
  ])('%s', async (sql) => {
    expect(await handling(sql, shared15)).toEqual({ how: 'as-role-maker' });
    expect(await how(sql, hosted15)).toBe('plain');
    expect(await how(sql, { ...shared15, majorVersion: 17 })).toBe('plain');
  });

  test('and nothing else that is renamed or granted', async () => {
    expect(await how('alter table t rename to u', shared15)).toBe('plain');
    expect(await how('grant select on t to worker', shared15)).toBe('plain');
  });
});
