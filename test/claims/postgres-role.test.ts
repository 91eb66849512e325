/** Claims about Postgres: what a login role that is no superuser cannot do, on every major version we run. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MajorVersion, Server, Session } from '../../src/database/database.ts';
import { StatementError } from '../../src/database/database.ts';
import { single, startIfThere } from '../server.ts';

/** Ways out of the database, or up to the superuser. All of them 42501 unless another SQLSTATE stands here. */
const escapes: readonly (readonly [sql: string, ...sqlstates: string[]])[] = [
  ["copy (select 1) to program 'id'"],
  ["copy (select 1) to '/tmp/gatekeeper-claim'"],
  ['create table t (x text); copy t from program $$id$$'],
  ["create table t (x text); copy t from '/etc/passwd'"],
  ["do $$ begin execute 'copy (select 1) to program ''id'''; end $$"],
  ["select pg_read_file('/etc/passwd')"],
  ["select pg_read_binary_file('postgresql.conf')"],
  ["select pg_ls_dir('/')"],
  ["select pg_stat_file('/etc/passwd')"],
  ["select lo_import('/etc/passwd')"],
  ["select lo_export(1, '/tmp/gatekeeper-claim')"],
  ["load '/tmp/evil.so'"],
  ["create function f() returns int language c as '/tmp/evil.so', 'f'"],
  ["create function f() returns int language internal as 'int4pl'"],
  ['create language mine handler plpgsql_call_handler'],
  ['create extension file_fdw'],
  ['create extension amcheck'],
  ['create extension pageinspect'],
  ['create extension pg_freespacemap'],
  ['create extension pg_surgery'],
  ['create extension pg_visibility'],
  ['create extension intagg'],
  ['create extension xml2'],
  ['create extension plperlu'],
  ['create extension plpython3u', '42501', '0A000'],
  ['create extension adminpack', '42501', '0A000'],
  ["set session_preload_libraries = 'evil'"],
  ['set temp_file_limit = -1'],
  ['set allow_system_table_mods = on'],
  ["update pg_authid set rolsuper = true where rolname = 'postgres'"],
  ['alter role postgres superuser'],
  ['alter role supabase_admin nologin'],
  ["alter role supabase_admin password 'mine'"],
  ['grant supabase_admin to postgres'],
  ['set role supabase_admin'],
  ['set session authorization supabase_admin'],
  ['create role mighty superuser'],
  ['alter database postgres owner to supabase_admin'],
  [
    'create event trigger e on ddl_command_start execute function suppress_redundant_updates_trigger()',
    '42501',
    '42P17',
  ],
  ['create publication p for all tables'],
  ['create foreign data wrapper w'],
  // Reserved on 16 and later; on 15 these roles are not there.
  ['grant pg_execute_server_program to postgres', '42501', '42704'],
  ['grant pg_read_server_files to postgres', '42501', '42704'],
  ['grant pg_write_server_files to postgres', '42501', '42704'],
  ['create role helper; grant pg_execute_server_program to helper', '42501', '42704'],
];

describe.each<MajorVersion>([15, 16, 17, 18])('Postgres %i', (majorVersion) => {
  let server: Server | null = null;
  let missing = '';
  let postgres: Session;
  let superuser: Session;

  beforeAll(async () => {
    ({ server, missing } = await startIfThere(majorVersion));
    if (server === null) return;
    postgres = await server.connect('postgres');
    superuser = await server.connect('supabase_admin');
  }, 240_000);

  afterAll(async () => {
    await server?.stop();
  });

  async function outcomeOf(sql: string): Promise<unknown> {
    return postgres.execute(sql).then(
      () => 'it ran',
      (error: unknown) => (error instanceof StatementError ? error.sqlstate : error),
    );
  }

  test.for(escapes)('refuses to a role that is no superuser: %s', async ([sql, ...sqlstates], { skip }) => {
    skip(server === null, missing);
    await postgres.execute('begin');
    const outcome = await outcomeOf(sql);
    await postgres.execute('rollback');
    expect(sqlstates.length === 0 ? ['42501'] : sqlstates).toContain(outcome);
  });

  test('refuses ALTER SYSTEM and CREATE TABLESPACE, which no transaction may hold', async ({ skip }) => {
    skip(server === null, missing);
    expect(await outcomeOf("alter system set work_mem = '1MB'")).toBe('42501');
    expect(await outcomeOf("create tablespace t location '/tmp/gatekeeper-claim'")).toBe('42501');
  });

  test('dblink, a stand-in on our servers, connects to nothing', async ({ skip }) => {
    if (server === null) return skip(missing);
    await superuser.execute('create extension if not exists dblink with schema extensions');
    const directory = await single(superuser, "select current_setting('unix_socket_directories')");
    const socket = String(directory).replaceAll('"', '');
    const target = `host=''${socket}'' user=supabase_admin dbname=postgres`.replaceAll("''", "\\'");
    const call = `select * from extensions.dblink(E'${target}', 'select 1') as t (x int)`;
    await expect(postgres.execute(call)).rejects.toMatchObject({ sqlstate: '08001' });
  });

  test('what the description says of versions holds: memberships with ADMIN OPTION since 16', async ({
    skip,
  }) => {
    if (server === null) return skip(missing);
    expect(server.version.startsWith(`${majorVersion}.`)).toBe(true);
    const administered = await single(
      superuser,
      "select count(*)::int from pg_auth_members where member = 'postgres'::regrole and admin_option",
    );
    if (majorVersion === 15) expect(administered).toBe(0);
    else expect(administered).toBeGreaterThan(6);
    await postgres.execute("alter role authenticator set statement_timeout = '8s'");
    await postgres.execute("alter role anon set statement_timeout = '3s'");
  });

  test('a role made by postgres may bypass RLS only since 16', async ({ skip }) => {
    if (server === null) return skip(missing);
    await postgres.execute('begin');
    const outcome = await outcomeOf('create role bypasser bypassrls');
    await postgres.execute('rollback');
    expect(outcome).toBe(majorVersion === 15 ? '42501' : 'it ran');
  });

  test('an attribute that only a superuser may touch is refused on 15 even where it is taken away', async ({
    skip,
  }) => {
    skip(server === null, missing);
    await postgres.execute('begin; create role worker nobypassrls noreplication');
    const outcome = await outcomeOf('alter role worker nobypassrls');
    await postgres.execute('rollback');
    expect(outcome).toBe(majorVersion === 15 ? '42501' : 'it ran');
  });
});
