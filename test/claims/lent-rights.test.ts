/** Claims about Postgres on which lending rights for one statement rests, on every major version we run. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MajorVersion, Server, Session } from '../../src/database/database.ts';
import { StatementError } from '../../src/database/database.ts';
import { single, startIfThere } from '../server.ts';

describe.each<MajorVersion>([15, 16, 17, 18])('Postgres %i', (majorVersion) => {
  let server: Server | null = null;
  let missing = '';
  let observer: Session;
  let postgres: Session;
  let schema = '';

  beforeAll(async () => {
    ({ server, missing } = await startIfThere(majorVersion));
    if (server === null) return;
    observer = await server.connect('supabase_admin');
    postgres = await server.connect('postgres');
    await observer.execute(`create function pg_temp.do(command text) returns void language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$ begin execute command; end $$`);
    schema = String(await single(observer, 'select pg_my_temp_schema()::regnamespace::text'));
    await observer.execute(`grant usage on schema ${schema} to postgres`);
  });

  afterAll(async () => {
    await server?.stop();
  });

  beforeEach(async ({ skip }) => {
    skip(server === null, missing);
    await postgres.execute('rollback');
  });

  const outcome = (session: Session, sql: string) =>
    session.execute(sql).then(
      () => 'ok',
      (error: unknown) => (error instanceof StatementError ? error.sqlstate : String(error)),
    );
  const as = (command: string) => `select ${schema}.do($x$${command}$x$)`;
  const read = "select pg_catalog.pg_get_object_address('language', '{sql}', '{}')";

  test('a backend in a transaction knows of a membership once it reads what is new, and of its end likewise', async () => {
    const change = 'comment on table storage.objects is null';
    await postgres.execute('begin');
    await outcome(postgres, `savepoint s; ${change}`);
    await postgres.execute('rollback to s');
    await observer.execute('grant supabase_storage_admin to postgres');
    await postgres.execute(read);
    expect(await outcome(postgres, change)).toBe('ok');
    await observer.execute('revoke supabase_storage_admin from postgres');
    await postgres.execute(read);
    expect(await outcome(postgres, change)).toBe('42501');
  });

  test('a membership without SET is inherited, and nobody becomes the role by it, since 16', async () => {
    const how = majorVersion === 15 ? '' : ' with inherit true, set false';
    await observer.execute(`grant supabase_storage_admin to postgres${how}`);
    await postgres.execute('begin');
    expect(await outcome(postgres, 'comment on table storage.objects is null')).toBe('ok');
    expect(await outcome(postgres, 'set local role supabase_storage_admin')).toBe(
      majorVersion === 15 ? 'ok' : '42501',
    );
    await postgres.execute('rollback');
    await observer.execute('revoke supabase_storage_admin from postgres');
  });

  test('a function of the superuser’s session serves others, who are nothing more before and after', async () => {
    await postgres.execute('begin');
    expect(await outcome(postgres, as('create publication p for all tables'))).toBe('ok');
    expect(
      await postgres.query(
        "select session_user::text, current_user::text, current_setting('is_superuser') as super",
      ),
    ).toEqual([{ session_user: 'postgres', current_user: 'postgres', super: 'off' }]);
    expect(await outcome(postgres, "select pg_read_file('PG_VERSION')")).toBe('42501');
    await postgres.execute('rollback');
    expect(await outcome(postgres, as('select 1 / 0'))).toBe('22012');
    expect(await outcome(postgres, "select pg_read_file('PG_VERSION')")).toBe('42501');
    for (const become of ['set role supabase_admin', 'set session authorization supabase_admin', 'commit'])
      expect(await outcome(postgres, as(become))).not.toBe('ok');
  });

  test('it goes with that session', async () => {
    if (server === null) return;
    const other = await server.connect('supabase_admin');
    await other.execute("create function pg_temp.f() returns int language sql as 'select 1'");
    const its = String(await single(other, 'select pg_my_temp_schema()::regnamespace::text'));
    await other.execute(`grant usage on schema ${its} to postgres`);
    expect(await single(postgres, `select ${its}.f()`)).toBe(1);
    const { pid } = other;
    await other.close();
    while ((await single(observer, `select count(*)::int from pg_stat_activity where pid = ${pid}`)) !== 0);
    expect(await outcome(postgres, `select ${its}.f()`)).toBe('42883');
  });

  test('only superusers are given these; the attribute, given and taken in a transaction, is seen by nobody else', async () => {
    await postgres.execute(`begin;
      create function public.e() returns event_trigger language plpgsql as $$ begin end $$;
      ${as('create event trigger e on sql_drop execute function public.e()')};
      ${as('create foreign data wrapper w')}; ${as('create publication p for all tables')};
      savepoint s`);
    expect(await outcome(postgres, as('alter publication p owner to postgres'))).toBe('ok');
    for (const owned of ['event trigger e', 'foreign data wrapper w']) {
      expect(await outcome(postgres, as(`alter ${owned} owner to postgres`))).toBe('42501');
      await postgres.execute('rollback to s');
    }
    await postgres.execute(as('alter role postgres superuser'));
    expect(await single(observer, "select rolsuper from pg_roles where rolname = 'postgres'")).toBe(false);
    await postgres.execute(as('alter event trigger e owner to postgres'));
    await postgres.execute(as('alter foreign data wrapper w owner to postgres'));
    await postgres.execute(as('alter role postgres nosuperuser'));
    await postgres.execute('savepoint s');
    expect(await outcome(postgres, "select pg_read_file('PG_VERSION')")).toBe('42501');
    await postgres.execute('rollback to s');
    expect(await outcome(postgres, 'alter event trigger e rename to f')).toBe('ok');
    // The row of the role is locked by now: lending a membership must not wait for it.
    await observer.execute("set lock_timeout = '5s'; grant supabase_storage_admin to postgres");
    await observer.execute('revoke supabase_storage_admin from postgres; reset lock_timeout');
  });

  test('a message of several statements is one transaction, or a part of the one that is open', async () => {
    const statement = `${as('alter role postgres nocreaterole')}; select 1 / 0; ${as('alter role postgres createrole')}`;
    const makes = "select rolcreaterole from pg_roles where rolname = 'postgres'";
    expect(await outcome(postgres, statement)).toBe('22012');
    expect(await single(observer, makes)).toBe(true);
    await postgres.execute('begin; savepoint s');
    expect(await outcome(postgres, statement)).toBe('22012');
    await postgres.execute('rollback to s');
    expect(await single(postgres, makes)).toBe(true);
    expect(await outcome(postgres, 'select 1')).toBe('ok');
  });

  test('an advisory lock is seen at once, with its owner, also in a transaction with a snapshot of its own', async () => {
    const locks = `select count(*)::int from pg_catalog.pg_locks
      where locktype = 'advisory' and objsubid = 1 and pid = ${observer.pid} and classid = 4294967295 and objid = 4294967290`;
    await postgres.execute('begin isolation level repeatable read');
    expect(await single(postgres, locks)).toBe(0);
    await observer.execute("select pg_advisory_lock('-6'::int8)");
    expect(await single(postgres, locks)).toBe(1);
    await observer.execute('select pg_advisory_unlock_all()');
    expect(await single(postgres, locks)).toBe(0);
  });

  test('an event trigger fires for a superuser too, unless it is disabled, which fires none', async () => {
    await postgres.execute(`begin;
      create function public.e() returns event_trigger language plpgsql as $$ begin raise 'as %', current_user using errcode = 'ZZ001'; end $$;
      ${as('create event trigger e on ddl_command_start execute function public.e()')};
      ${as('alter event trigger e enable always')};
      savepoint s`);
    expect(await outcome(postgres, as('create schema x'))).toBe('ZZ001');
    await postgres.execute('rollback to s');
    expect(await outcome(postgres, as('grant pg_monitor to anon'))).toBe('ok');
    await postgres.execute(as('alter event trigger e disable'));
    expect(await outcome(postgres, as('create schema x'))).toBe('ok');
    expect(await outcome(postgres, as('alter event trigger e enable always'))).toBe('ok');
    expect(await outcome(postgres, 'create schema y')).toBe('ZZ001');
    expect(await outcome(observer, 'begin; set local event_triggers = off; rollback')).toBe(
      majorVersion < 17 ? '42704' : 'ok',
    );
    await observer.execute('rollback');
  });

  test('a literal is read, and a domain checked, while a statement is only understood', async () => {
    await postgres.execute(`begin;
      create function public.c(text) returns bool language plpgsql as $$ begin raise 'as %', current_user using errcode = 'ZZ001'; end $$;
      create domain public.d as text check (public.c(value));
      create type public.t as (x public.d);
      create table public.r (id int);
      savepoint s`);
    const filter = "create publication p for table public.r where ('(x)'::public.t is not null)";
    expect(await outcome(postgres, as(filter))).toBe('ZZ001');
    await postgres.execute('rollback to s');
    await postgres.execute(
      `create function public.v(text[], oid) returns void language plpgsql as $$ begin raise 'as %', current_user using errcode = 'ZZ001'; end $$`,
    );
    expect(await outcome(postgres, as('create foreign data wrapper w validator public.v'))).toBe('ZZ001');
  });

  test('a version that the server does not have is an error of Postgres’; hosted leaves the version out', async () => {
    await postgres.execute('begin');
    expect(await outcome(postgres, "create extension tcn version '99'")).toBe('22023');
  });
});
