/** What role postgres and the API roles meet on a fresh project. Over 300 lines: it is one list, tried on one server. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MajorVersion, type Server, type Session, StatementError } from '../../src/database/database.ts';
import { describeProject, projectRoles } from '../../src/database/describe.ts';
import { startOther } from '../contract/other-versions.ts';
import { freshProject, single, startServer } from '../server.ts';

let server: Server;
let postgres: Session;
let superuser: Session;

beforeAll(async () => {
  server = await startServer();
  postgres = await server.connect('postgres');
  superuser = await server.connect('supabase_admin');
});

afterAll(async () => {
  await server.stop();
});

/** Runs in a transaction that is rolled back; answers the SQLSTATE, or null when it ran. */
async function attempt(sql: string, session = postgres): Promise<string | null> {
  await session.execute('begin');
  try {
    await session.execute(sql);
    return null;
  } catch (error) {
    if (error instanceof StatementError) return error.sqlstate;
    throw error;
  } finally {
    await session.execute('rollback');
  }
}

async function answer(sql: string, before = ''): Promise<unknown> {
  await postgres.execute(`begin; ${before}`);
  try {
    return await single(postgres, sql);
  } finally {
    await postgres.execute('rollback');
  }
}

/** Everything there is, as lines of text. */
async function portrait(session: Session): Promise<readonly unknown[]> {
  await session.execute('set search_path = pg_catalog');
  const rows = await session.query(readFileSync(new URL('./portrait.sql', import.meta.url), 'utf8'));
  await session.execute('reset search_path');
  return rows.map(({ line }) => line);
}

const denied = '42501';

describe('role postgres', () => {
  test('is no superuser, creates roles and databases, bypasses RLS and owns the database', async () => {
    const [row] =
      await postgres.query(`select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
      pg_get_userbyid(datdba)::text as owner from pg_roles, pg_database
      where rolname = current_user and datname = current_database()`);
    expect(row).toEqual({
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
      rolreplication: true,
      rolbypassrls: true,
      owner: 'postgres',
    });
  });

  test.each([
    ['create table auth.mine ()'],
    ['create function auth.mine() returns int language sql as $$ select 1 $$'],
    ['create or replace function auth.uid() returns uuid language sql as $$ select null::uuid $$'],
    ['create table storage.mine ()'],
    ['create table realtime.mine ()'],
    ['alter table auth.users add column mine text'],
    ['create index on auth.users (email)'],
    ['alter table storage.objects enable row level security'],
    ['alter table public.profile owner to supabase_admin'],
    ['create schema theirs authorization supabase_auth_admin'],
    ['set role supabase_auth_admin'],
    ['set role supabase_admin'],
    ['alter default privileges for role supabase_admin grant select on tables to anon'],
    ['alter database postgres set app.settings.jwt_secret = $$x$$'],
    ['create role mighty superuser'],
    ['alter role postgres superuser'],
    ["create function c_code() returns int language c as 'x', 'y'"],
    ['create function leaky(text) returns bool language sql leakproof as $$ select true $$'],
    ['alter table public.profile owner to authenticated'],
    ['comment on trigger protect_objects_delete on storage.objects is $$mine$$'],
    ['grant supabase_storage_admin to postgres'],
  ])('is refused: %s', async (sql) => {
    expect(await attempt(`create table public.profile (); ${sql}`)).toBe(denied);
  });

  test.each([
    ['create table public.profiles (id uuid primary key references auth.users (id) on delete cascade)'],
    ['create schema app; create table app.t (id int); grant usage on schema app to anon'],
    ['grant select on auth.users to authenticated'],
    ['grant all on storage.objects to authenticated'],
    ['create publication mine; alter publication supabase_realtime add table public.profile'],
    ['create extension citext with schema extensions; create extension pg_trgm'],
    ['create extension if not exists "uuid-ossp"; create extension if not exists pgcrypto'],
    [
      "alter role authenticated set statement_timeout = '10s'; alter role authenticator set pgrst.db_schemas = 'app'",
    ],
    ['set local session_replication_role = replica'],
    ["create role worker login password 'x'; grant worker to authenticator"],
    ['alter default privileges in schema public grant select on tables to anon'],
    ['create policy p on public.profile for select to authenticated using ((select auth.uid()) is not null)'],
    ["insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)"],
    ['set role anon'],
    ['set role service_role'],
    ["set local pgrst.db_schemas = 'public'"],
    ['create type extensions.mood as enum ($$ok$$)'],
  ])('may: %s', async (sql) => {
    expect(await attempt(`create table public.profile (); ${sql}`)).toBeNull();
  });

  test('granting writes on auth.users only warns, and grants nothing', async () => {
    const sql = "select has_table_privilege('anon', 'auth.users', 'insert')";
    expect(await answer(sql, 'grant insert on auth.users to anon')).toBe(false);
  });

  test('finds uuid_generate_v4() with and without its schema', async () => {
    expect(await single(postgres, 'select uuid_generate_v4() <> extensions.uuid_generate_v4()')).toBe(true);
    expect(await single(postgres, "select length(crypt('x', gen_salt('bf', 4)))")).toBe(60);
  });

  test('has the settings of a hosted project', async () => {
    const [row] = await postgres.query(`select current_setting('search_path') as path,
      current_setting('statement_timeout') as timeout, current_setting('timezone') as zone,
      current_setting('server_encoding') as encoding, current_setting('pgrst.db_schemas') as exposed`);
    expect(row).toEqual({
      path: '"\\$user", public, extensions',
      timeout: '2min',
      zone: 'UTC',
      encoding: 'UTF8',
      exposed: 'public, graphql_public',
    });
  });
});

describe('who is asking', () => {
  const claims = '{"sub":"0b1f1de8-9d4b-4a5f-8f6d-0d5c2a1e7f3a","role":"authenticated","email":"a@b.c"}';

  test('auth.uid(), auth.role(), auth.email() and auth.jwt() read the claims', async () => {
    const before = `set local role authenticated; set local request.jwt.claims = '${claims}'`;
    const sql =
      "select auth.uid() || ' ' || auth.role() || ' ' || auth.email() || ' ' || (auth.jwt() ->> 'sub')";
    expect(await answer(sql, before)).toBe(
      '0b1f1de8-9d4b-4a5f-8f6d-0d5c2a1e7f3a authenticated a@b.c 0b1f1de8-9d4b-4a5f-8f6d-0d5c2a1e7f3a',
    );
  });

  test('without claims auth.uid() is null, also when the setting was emptied', async () => {
    expect(await answer('select auth.uid() is null')).toBe(true);
    expect(await answer('select auth.uid() is null', "set local request.jwt.claims = ''")).toBe(true);
  });

  test('a sub that is no uuid is an error', async () => {
    const sql = `set local request.jwt.claims = '{"sub":"auth0|1"}'; select auth.uid()`;
    expect(await attempt(sql)).toBe('22P02');
  });

  test('comparing auth.uid() with text is refused when the policy is made', async () => {
    const sql = 'create table n (user_id text); create policy p on n using (auth.uid() = user_id)';
    expect(await attempt(sql)).toBe('42883');
  });
});

describe('the schema auth', () => {
  test.each(['anon', 'authenticated', 'service_role'])('%s cannot read auth.users', async (role) => {
    expect(await attempt(`set local role ${role}; select 1 from auth.users`)).toBe(denied);
  });

  test('a policy that reads auth.users is made, and fails when it is used', async () => {
    const sql = `create table t (); grant select on t to authenticated; alter table t enable row level security;
      create policy p on t using (exists (select from auth.users)); set local role authenticated; select from t`;
    expect(await attempt(sql)).toBe(denied);
  });

  test('sixteen tables have RLS, and no policy stands on any', async () => {
    const sql = `select count(*)::int from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'
      and relrowsecurity`;
    expect(await single(postgres, sql)).toBe(16);
    expect(await single(postgres, "select count(*)::int from pg_policies where schemaname = 'auth'")).toBe(0);
  });

  test('auth.users has thirty-five columns, its keys, and no foreign key to its email can be made', async () => {
    const sql =
      "select count(*)::int from pg_attribute where attrelid = 'auth.users'::regclass and attnum > 0";
    expect(await single(postgres, sql)).toBe(35);
    expect(await attempt('create table t (email varchar references auth.users (email))')).toBe('42830');
    expect(await attempt('create table t (phone text references auth.users (phone))')).toBeNull();
  });

  test('confirmed_at is generated, and cannot be inserted', async () => {
    const insert =
      "insert into auth.users (id, email_confirmed_at) values (gen_random_uuid(), '2026-01-02 03:04Z')";
    expect(await answer('select confirmed_at::text from auth.users', insert)).toBe('2026-01-02 03:04:00+00');
    const given = 'insert into auth.users (id, confirmed_at) values (gen_random_uuid(), now())';
    expect(await attempt(given)).toBe('428C9');
  });

  test('the usual signup trigger works: security definer, after insert, a row in public', async () => {
    const before = `
      create table profiles (id uuid primary key references auth.users (id), name text);
      alter table profiles enable row level security;
      create function handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
      begin
        insert into public.profiles (id, name) values (new.id, new.raw_user_meta_data ->> 'name');
        return new;
      end $$;
      create trigger on_auth_user_created after insert on auth.users
        for each row execute function handle_new_user();
      insert into auth.users (id, email, raw_user_meta_data)
        values (gen_random_uuid(), 'a@b.c', '{"name":"Ada"}')`;
    expect(await answer('select name from profiles', before)).toBe('Ada');
  });
});

describe('storage and realtime', () => {
  test('rows of storage cannot be deleted, unless the setting allows it', async () => {
    expect(await attempt('delete from storage.objects')).toBe(denied);
    expect(await attempt("delete from storage.buckets where id = 'none'")).toBe(denied);
    expect(
      await attempt("set local storage.allow_delete_query = 'true'; delete from storage.objects"),
    ).toBeNull();
  });

  test('buckets and objects have RLS without policies, so the API roles see nothing', async () => {
    const before = `insert into storage.buckets (id, name) values ('a', 'a');
      insert into storage.objects (bucket_id, name) values ('a', 'x/y.png'); set local role anon`;
    expect(await answer('select count(*)::int from storage.objects', before)).toBe(0);
  });

  test.each([
    ["storage.foldername('a/b/c.png')::text", '{a,b}'],
    ["storage.foldername('c.png')::text", '{}'],
    ["storage.filename('a/b/c.png')", 'c.png'],
    ["storage.extension('a/b/c.tar.gz')", 'gz'],
    ["storage.allow_only_operation('x')", false],
    ["storage.get_common_prefix('a/b/c', 'a/', '/')", 'a/b/'],
  ])('%s is %s', async (call, expected) => {
    expect(await single(postgres, `select ${call}`)).toBe(expected);
  });

  test('comparing auth.uid() with owner_id is refused: text = uuid', async () => {
    expect(await attempt('select from storage.objects where auth.uid() = owner_id')).toBe('42883');
    expect(await attempt('select from storage.objects where auth.uid() = owner')).toBeNull();
  });

  test('a trigger that broadcasts its changes works, and the message is there', async () => {
    const before = `
      create table room (id int);
      create function tell() returns trigger language plpgsql security definer as $$
      begin
        perform realtime.broadcast_changes('room:1', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$;
      create trigger tell after insert on room for each row execute function tell();
      insert into room values (7)`;
    const sql = "select topic || ' ' || (payload -> 'record' ->> 'id') from realtime.messages";
    expect(await answer(sql, before)).toBe('room:1 7');
  });

  test('supabase_realtime belongs to postgres and is empty', async () => {
    const sql = `select pg_get_userbyid(pubowner) || ' ' || (select count(*) from pg_publication_tables)
      from pg_publication where pubname = 'supabase_realtime'`;
    expect(await single(postgres, sql)).toBe('postgres 0');
  });

  test('a secret goes into the vault by its function only', async () => {
    expect(
      await answer('select name from vault.decrypted_secrets', "select vault.create_secret('s', 'key')"),
    ).toBe('key');
    expect(await attempt("insert into vault.secrets (secret) values ('s')")).toBe(denied);
  });
});

describe('default grants', () => {
  const privileges = `select string_agg(p, ',' order by p) from unnest(array['select', 'insert', 'update', 'delete',
    'truncate', 'references', 'trigger']) as p where has_table_privilege('anon', 'public.made', p)`;
  const make = 'create table public.made (id serial); create function public.f() returns int return 1';

  test('explicit: a new table in public is not granted to the API roles, except what the regime leaves', async () => {
    expect(await answer(privileges, make)).toBe('references,trigger,truncate');
    expect(await answer("select has_sequence_privilege('anon', 'public.made_id_seq', 'usage')", make)).toBe(
      false,
    );
    expect(await answer("select has_table_privilege('service_role', 'public.made', 'select')", make)).toBe(
      false,
    );
  });

  test('explicit: a new function is still callable by anon, through PUBLIC', async () => {
    expect(await answer("select has_function_privilege('anon', 'public.f()', 'execute')", make)).toBe(true);
  });

  test('automatic: a new table in public is granted to the API roles', async () => {
    const automatic = await startServer({ dataApiGrants: 'automatic' });
    try {
      const session = await automatic.connect('postgres');
      await session.execute(make);
      expect(await single(session, privileges)).toBe(
        'delete,insert,references,select,trigger,truncate,update',
      );
      expect(
        await single(session, "select has_sequence_privilege('anon', 'public.made_id_seq', 'usage')"),
      ).toBe(true);
    } finally {
      await automatic.stop();
    }
  });

  test('a new schema gives the API roles nothing', async () => {
    expect(await attempt('create schema app; create table app.t (); set role anon; select from app.t')).toBe(
      denied,
    );
  });
});

test('a parameter that a loaded library does not know cannot be granted, so ours are granted one by one', async () => {
  const other = await server.connect('supabase_admin');
  await other.execute("load 'auto_explain'");
  expect(await attempt('grant set on parameter auto_explain.log_wal to postgres', other)).toBeNull();
  expect(await attempt('grant set on parameter auto_explain.of_tomorrow to postgres', other)).toBe('42602');
  await other.close();
});

test('every role of the contract has its attributes', async () => {
  const rows = await superuser.query(`select rolname::text as name, concat(
      case when rolcanlogin then 'L' end, case when rolinherit then 'I' end, case when rolsuper then 'S' end,
      case when rolcreaterole then 'CR' end, case when rolcreatedb then 'CD' end,
      case when rolreplication then 'R' end, case when rolbypassrls then 'B' end) as attributes
    from pg_roles where rolname not like 'pg\\_%' order by rolname`);
  expect(Object.fromEntries(rows.map(({ name, attributes }) => [name, attributes]))).toEqual({
    anon: 'I',
    authenticated: 'I',
    authenticator: 'L',
    dashboard_user: 'ICRCDR',
    pgbouncer: 'LI',
    postgres: 'LICRCDRB',
    service_role: 'IB',
    supabase_admin: 'LISCRCDRB',
    supabase_auth_admin: 'L',
    supabase_etl_admin: 'LIRB',
    supabase_privileged_role: 'I',
    supabase_read_only_user: 'LIB',
    supabase_realtime_admin: 'LCRR',
    supabase_replication_admin: 'LIR',
    supabase_storage_admin: 'LCR',
  });
});

test('with ensure_rls, a new table in public has row-level security, and another has not', async () => {
  const watched = await startServer({ ensureRls: true });
  try {
    const session = await watched.connect('postgres');
    await session.execute(`create table one (); create table two as select 1 as a; create table parts (a int) partition
      by list (a); create schema app; create table app.three (); create temporary table four ()`);
    expect(
      await single(
        session,
        `select string_agg(relname || ' ' || relrowsecurity, ', ' order by relname) from pg_class
          where relname in ('one', 'two', 'parts', 'three', 'four')`,
      ),
    ).toBe('four false, one true, parts true, three false, two true');
    expect(
      await single(
        session,
        `select concat_ws(' ', evtowner::regrole, proowner::regrole, rolsuper) from pg_event_trigger
          join pg_proc on pg_proc.oid = evtfoid join pg_roles on rolname = current_user`,
      ),
    ).toBe('postgres postgres f');
  } finally {
    await watched.stop();
  }
});

test('the list of roles an adapter has to clear away is the list of those that are made', async () => {
  const sql =
    "select array_agg(rolname::text order by rolname) from pg_roles where rolname not like 'pg\\_%'";
  expect(await single(superuser, sql)).toEqual(projectRoles);
});

describe('without a project of our own', () => {
  let plain: Server;
  let admin: Session;

  beforeAll(async () => {
    plain = await startServer({ platform: 'postgres' });
    admin = await plain.connect('supabase_admin');
  });

  afterAll(async () => {
    await plain.stop();
  });

  test('platform postgres has the login role and nothing of Supabase', async () => {
    const session = await plain.connect('postgres');
    await session.execute('begin; create schema auth; create role anon');
    expect(
      await single(session, "select count(*)::int from pg_roles where rolname like 'supabase\\_%'"),
    ).toBe(1);
    expect(await single(session, 'select current_setting($$pgrst.db_schemas$$, true)')).toBeNull();
    await session.execute('rollback');
    await session.close();
  });

  async function shared(before: string): Promise<unknown> {
    await admin.execute('begin');
    try {
      await admin.execute(before);
      await describeProject(admin, freshProject, 'shared');
      return await portrait(admin);
    } catch (error) {
      return error instanceof Error ? error.message : error;
    } finally {
      await admin.execute('rollback');
    }
  }

  test("on somebody else's server another's role is neither used nor changed", async () => {
    // Without LOGIN, as we make her there; a session that is open does not need it.
    const ours = `alter role supabase_admin nologin;`;
    const refused = 'our description of a project does not apply: roles: the server has a role';
    expect(await shared('')).toBe(`${refused} "supabase_admin" that is not a project's: it is login`);
    expect(await shared(`${ours} create role anon superuser login noinherit`)).toBe(
      `${refused} "anon" that is not a project's: it is superuser, noinherit, login`,
    );
    expect(await shared(`${ours} alter role postgres superuser`)).toBe(
      `${refused} "postgres" that is not a project's: it is superuser`,
    );
    expect(await shared(ours)).toBe(
      `${refused} "postgres" that is not a project's: it is no member of supabase_privileged_role`,
    );
  });

  test("on somebody else's server who logs in under another name makes the same project", async () => {
    const wanted = await portrait(superuser);
    const made = await shared(`create role theirs superuser; set session authorization theirs;
      alter role supabase_admin rename to first; alter role postgres rename to second`);
    expect(made).toBeInstanceOf(Array);
    const lines = (made as string[]).filter((line) => !/^(role|setting) (theirs|first|second) /.test(line));
    expect(lines.filter((line) => !wanted.includes(line))).toEqual([
      'extension plpgsql 1.0 pg_catalog first',
      'role supabase_admin t t t t f t t',
    ]);
    // Other people's sessions are neither to be read nor to be ended, and nobody is to log in as our superuser.
    expect(wanted.filter((line) => !lines.includes(String(line)))).toEqual([
      'extension plpgsql 1.0 pg_catalog supabase_admin',
      'member postgres pg_monitor t',
      'member postgres pg_signal_backend t',
      'role supabase_admin t t t t t t t',
    ]);
  });
});

describe.each<MajorVersion>([17, 15])(
  'an image of Postgres %i with a project in older shapes',
  (majorVersion) => {
    test('ends as one of our own, also the second time', async ({ skip }) => {
      const own = await startOther({ majorVersion });
      if (typeof own === 'string') {
        skip(true, own);
        return;
      }
      const image = await startServer({ majorVersion, platform: 'postgres' });
      try {
        const wanted = await portrait(await own.connect('supabase_admin'));
        const admin = await image.connect('supabase_admin');
        await admin.execute(readFileSync(new URL('./bare-image.sql', import.meta.url), 'utf8'));
        for (const time of ['first', 'second']) {
          await describeProject(admin, freshProject, 'image');
          // What the image's own event triggers do stays its business.
          const lines = (await portrait(admin)).filter((line) => !String(line).includes('pgrst_ddl_watch'));
          expect(lines, time).toEqual(wanted);
        }
        const events = "select string_agg(evtname::text, ' ') from pg_event_trigger";
        expect(await single(admin, events)).toBe('pgrst_ddl_watch');
      } finally {
        await image.stop();
        await own.stop();
      }
    });
  },
);
