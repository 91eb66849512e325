/** Attempts to become a superuser; over 300 lines because they are one list, tried on two servers. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { MajorVersion } from '../../src/database/database.ts';
import { trustedExtensions } from '../../src/database/extensions/hosted.ts';
import { administration } from '../../src/replay/hosted/administration.ts';
import { replayedOn } from '../replay/project.ts';
import { withServer } from '../server.ts';
import { attempt, ground, isCaught, mighty, outcomeOf, trap } from './attempt.ts';

/** Every kind of statement that is run with more rights than `postgres` has. */
const helped = [
  'create publication everything for all tables',
  'create publication of_a_schema for tables in schema public',
  'create foreign data wrapper wrapper no validator',
  'create extension moddatetime',
  'alter extension moddatetime set schema extensions',
  'alter extension moddatetime update',
  "comment on extension moddatetime is 'x'",
  'drop extension moddatetime',
  'create extension earthdistance cascade',
  'create event trigger another on ddl_command_end execute function public.noting()',
  'create policy p on storage.objects using (true)',
  'drop policy p on storage.objects',
];

const events = ['ddl_command_start', 'ddl_command_end', 'sql_drop', 'table_rewrite'].flatMap((event) => [
  `create event trigger on_${event} on ${event} execute function public.noting()`,
  `alter event trigger on_${event} enable always`,
]);

/** Functions and operators that Postgres would find before its own, if it looked here. */
const shadows = [
  'create schema shadow',
  ...[
    'set_config(text, text, bool) returns text',
    'to_regprocedure(text) returns regprocedure',
    'current_setting(text) returns text',
    'concat(text, text) returns text',
    'format(text, name) returns text',
    'quote_ident(text) returns text',
    'unnest(oid[]) returns oid',
    'sha256(bytea) returns bytea',
    'cube(float8, int) returns text',
    'll_to_earth(float8, float8) returns text',
  ].map(
    (head) =>
      `create function shadow.${head} language plpgsql as $$ begin perform public.note(); return null; end $$`,
  ),
  ...['text, text', 'oid, oid', 'name, text', 'name, name', 'int8, int8', 'bool, bool', 'int4, int8'].flatMap(
    (types, index) => [
      `create function shadow.same${index}(${types}) returns bool language plpgsql as $$ begin perform public.note(); return true; end $$`,
      ...['=', '<>'].map((operator) => {
        const [left, right] = types.split(', ');
        return `create operator shadow.${operator} (function = shadow.same${index}, leftarg = ${left}, rightarg = ${right})`;
      }),
    ],
  ),
];

const forged = (work: object) =>
  `do $x$ declare
    work text := $w$${JSON.stringify(work)}$w$;
    s text;
    digest text := encode(sha256(convert_to('n ' || work, 'UTF8')), 'hex');
  begin
    perform pg_advisory_lock(('x' || substr(digest, 1, 16))::bit(64)::int8), pg_advisory_lock(('x' || substr(digest, 17, 16))::bit(64)::int8);
    for s in select quote_ident(nspname) from pg_namespace where nspname ~ '^pg_temp_' loop
      execute format('select %s.gatekeeper_carry_out($1, $2, $3)', s) using 'x', work, 'n';
    end loop;
  end $x$`;

/** `%1$s` stands for each schema of temporary objects, the observer's among them. */
function inObserversSchema(sql: string): string {
  return `do $x$ declare s text; begin
    for s in select quote_ident(nspname) from pg_namespace where nspname ~ '^pg_temp_' loop
      begin
        execute format($f$${sql}$f$, s);
        perform nextval('public.caught');
      exception when others then null;
      end;
    end loop;
  end $x$`;
}

const superuser = {
  path: '""',
  pauses: true,
  before: ['alter role postgres superuser'],
  statement: null,
  after: [],
  calls: [],
  sets: [],
};

const dynamic = (sql: string) => `do $x$ begin execute $y$${sql}$y$; end $x$`;

const attempts: Readonly<Record<string, readonly string[]>> = {
  'event triggers that are always on': [...events, ...helped],
  'event triggers in a session of a replica': [
    ...events.map((sql) => sql.replace('enable always', 'enable replica')),
    'set session_replication_role = replica',
    ...helped,
  ],
  'event triggers within the script of an extension that a block makes': [
    'create extension hstore version $$1.8$$ schema extensions',
    ...events,
    ...['citext', 'tablefunc', 'moddatetime', 'hstore'].flatMap((name) => [
      `create extension ${name}`,
      `drop extension ${name}`,
      dynamic(`create extension ${name}`),
      dynamic(`alter extension ${name} update`),
      `create or replace function public.makes() returns void language sql as $$ create extension ${name} $$`,
      'select public.makes()',
      dynamic(`drop extension ${name} cascade`),
    ]),
  ],
  'functions and operators before those of pg_catalog': [
    ...shadows,
    'set search_path = shadow, pg_catalog, public',
    ...helped,
  ],
  'a schema full of shadows as the target of an extension': [
    ...shadows,
    'create extension moddatetime schema shadow',
    'create extension earthdistance schema shadow cascade',
    'create extension tablefunc schema shadow',
    'create extension pgstattuple schema shadow',
    'create extension pg_buffercache schema shadow',
    'alter extension pgstattuple set schema pg_catalog',
  ],
  'temporary relations called as those of pg_catalog': [
    ...['pg_locks', 'pg_event_trigger', 'pg_roles', 'pg_proc', 'pg_extension', 'pg_namespace'].map(
      (name) =>
        `create temporary view ${name} as select *, public.noted('x') as sprung from pg_catalog.${name}`,
    ),
    'set search_path = pg_temp, pg_catalog, public',
    ...helped,
  ],
  'its own functions in pg_catalog and pg_temp': [
    'alter function public.note() set schema pg_catalog',
    'alter function public.noted(text) set schema pg_catalog',
    "create function pg_catalog.lpad(text, int8, unknown) returns text language sql as 'select public.note()::text'",
    "create function pg_temp.quote_ident(name) returns text language sql as 'select public.note()::text'",
    ...helped,
  ],
  'a check that runs while a literal is read': [
    'create table public.t (id int, x text)',
    "create publication filtered for tables in schema extensions, table public.t where ('(x)'::public.trapping is not null)",
    "create publication filtered for table public.t where ('(x)'::public.trapping is not null)",
    "create policy p on storage.objects using ('(x)'::public.trapping is not null)",
  ],
  'a validator of its own': [
    'create function public.validate(text[], oid) returns void language plpgsql as $$ begin perform public.note(); end $$',
    "create foreign data wrapper w validator public.validate options (a 'b')",
    "create foreign data wrapper w validator validate options (a 'b')",
    'create schema pg_catalogue',
  ],
  'the script of earthdistance among types of its own': [
    'create extension cube schema extensions',
    'create schema planted',
    'create type planted.cube as (x public.trapped)',
    "create function planted.cube_is_point(planted.cube) returns bool language sql as 'select true'",
    "create function planted.cube_dim(planted.cube) returns int language sql as 'select 1'",
    'create extension earthdistance schema planted',
    'create extension earthdistance with schema planted cascade',
  ],
  'calls of the function that does a superuser’s work': [
    'create publication everything for all tables',
    forged(superuser),
    ...[
      'create or replace function %1$s.gatekeeper_carry_out(original text, work text, nonce text) returns void language plpgsql security definer as $$begin perform public.note(); end$$',
      'alter function %1$s.gatekeeper_carry_out(text, text, text) owner to postgres',
      'alter function %1$s.gatekeeper_carry_out(text, text, text) set search_path = public',
      'create function %1$s.gatekeeper_carry_out(text, text, unknown) returns void language sql as $$select public.note()$$',
      'create event trigger e on ddl_command_end execute function %1$s.gatekeeper_carry_out()',
    ].map(inObserversSchema),
    ...helped.slice(1),
  ],
  'roles, by name and in blocks': [
    'set role supabase_admin',
    'set session authorization supabase_admin',
    ...[
      'alter role postgres superuser',
      'create role thief superuser',
      'grant supabase_admin to postgres',
      'set role supabase_admin',
      'set local session authorization supabase_admin',
      'grant pg_execute_server_program to postgres',
      'grant pg_read_server_files to postgres with admin option',
      "alter role supabase_admin password 'mine'",
      'alter role supabase_admin rename to thief',
      "update pg_catalog.pg_authid set rolsuper = true where rolname = 'postgres'",
      'create trigger t after insert on pg_catalog.pg_event_trigger execute function public.noting()',
      'alter default privileges for role supabase_admin grant all on functions to postgres',
      'reassign owned by supabase_admin to postgres',
      'drop owned by supabase_admin',
      'alter function auth.uid() owner to postgres',
      'create or replace function storage.foldername(name text) returns text[] language sql as $f$ select null $f$',
      'alter function public.note() owner to supabase_admin',
      'alter event trigger on_sql_drop owner to supabase_admin',
    ].flatMap((sql) => [sql, dynamic(sql)]),
    'select public.note()',
  ],
  'rights kept for a later statement': [
    'create publication everything for all tables',
    'select public.note()',
    dynamic('select public.note()'),
    'create event trigger e on ddl_command_end execute function public.noting()',
    'create table public.later ()',
    'alter extension pgcrypto add function public.note()',
    'create policy p on storage.objects using (true)',
    'alter table storage.objects disable row level security',
    'select public.note()',
    'set role supabase_storage_admin',
  ],
  'another statement that only the server reads': [
    'set standard_conforming_strings = off',
    "create publication p for all tables with (publish = '\\' = ' ); select public.note(); --' )",
    "comment on extension pgcrypto is '\\'; select public.note(); --'",
    "create policy p on storage.objects using ('\\' = ' ); alter role postgres superuser; --' )",
    'set client_encoding = sjis',
    "comment on extension pgcrypto is E'Á\\'; select public.note(); --'",
  ],
  'transactions within a statement': [
    'create procedure public.commits() language plpgsql as $$ begin commit; perform public.note(); end $$',
    'call public.commits()',
    'do $$ begin commit; create policy p on storage.objects using (true); commit; perform public.note(); end $$',
    'create publication everything for all tables',
  ],
  'deferred triggers': [
    'create table public.t (id int)',
    'create function public.later() returns trigger language plpgsql as $$ begin perform public.note(); return null; end $$',
    'create constraint trigger later after insert on public.t deferrable initially deferred for each row execute function public.later()',
    'insert into public.t values (1)',
    ...helped,
  ],
  'prepared statements, rules and views': [
    'prepare p as select public.note()',
    'create publication everything for all tables',
    'execute p',
    "create view public.v as select public.noted('x') as x",
    "create rule r as on insert to public.v do instead select public.noted('x')",
    ...helped.slice(1),
    'insert into public.v default values',
  ],
  libraries: [
    "load '/tmp/evil.so'",
    "set local_preload_libraries = '/tmp/evil'",
    "set session_preload_libraries = '/tmp/evil'",
    "alter role postgres set session_preload_libraries = '/tmp/evil'",
    "create function public.f() returns int language c as '/tmp/evil.so', 'f'",
    "select pg_create_logical_replication_slot('s', '/tmp/evil')",
    "select pg_copy_logical_replication_slot('s', 't', false, '/tmp/evil')",
    'create extension plpython3u',
    'create extension plperlu',
    'create extension file_fdw',
    "create function public.i() returns int language internal as 'pg_reload_conf'",
  ],
};

describe.each<MajorVersion>([15, 17])('on Postgres %i nobody becomes a superuser', (majorVersion) => {
  const held = ground(majorVersion);

  beforeEach(async () => {
    if (held.server !== null) await held.observer.execute('alter sequence public.caught restart');
  });

  test('the trap works', async ({ skip }) => {
    skip(held.server === null, held.missing);
    await held.observer.execute('begin; select public.note(); rollback');
    expect(await isCaught(held.observer)).toBe(true);
  });

  test.for(Object.entries(attempts))('by %s', async ([, statements], { skip }) => {
    skip(held.server === null, held.missing);
    const answers = await attempt(held.executor, statements);
    const seen = answers.map((answer, index) => `${outcomeOf(answer)} ${statements[index]}`);
    expect(await isCaught(held.observer), seen.join('\n')).toBe(false);
    expect(await mighty(held.observer)).toEqual([{ role: 'supabase_admin' }]);
    expect(
      await held.executor.look(
        "select session_user::text, current_user::text, current_setting('is_superuser') as super",
      ),
    ).toEqual([{ session_user: 'postgres', current_user: 'postgres', super: 'off' }]);
    await held.executor.renew();
  });

  test('the script of no extension runs anything that waits for it in its schema', async ({ skip }) => {
    if (held.server === null) return skip(held.missing);
    const names = [...held.server.standIns, ...trustedExtensions(majorVersion), 'cube', 'earthdistance'];
    const statements = names.flatMap((name) =>
      [`create extension "${name}" schema shadow cascade`, `create extension "${name}" cascade`].flatMap(
        (sql) => [
          sql,
          `drop extension if exists "${name}" cascade`,
          dynamic(sql),
          `drop extension if exists "${name}" cascade`,
        ],
      ),
    );
    const answers = await attempt(held.executor, [
      ...shadows,
      'create type shadow.cube as (x public.trapped)',
      "create function shadow.cube_is_point(shadow.cube) returns bool language sql as 'select true'",
      "create function shadow.cube_dim(shadow.cube) returns int language sql as 'select 1'",
      ...['cron', 'net', 'pgmq', 'vault', 'graphql'].map((name) => `create schema if not exists ${name}`),
      'set search_path = shadow, pg_catalog, public',
      ...statements,
    ]);
    const seen = answers.map(
      (answer, index) => `${outcomeOf(answer)} ${answer.error?.message ?? ''} ${index}`,
    );
    expect(await isCaught(held.observer), seen.join('\n')).toBe(false);
    await held.executor.renew();
  });

  test('with the trap set, what is helped works all the same', async ({ skip }) => {
    skip(held.server === null, held.missing);
    const answers = await attempt(held.executor, [...events, ...helped]);
    expect(answers.map(outcomeOf)).toEqual([...events, ...helped].map(() => 'ok'));
  });

  test('a function of the project’s is not called where one of the superuser’s is asked for', async ({
    skip,
  }) => {
    skip(held.server === null, held.missing);
    const work = { ...superuser, before: [], statement: 'select 1', calls: ['public.noted(text)'] };
    const { error } = await administration(held.observer).during('x', [work], ([call = '']) =>
      held.executor.run(call),
    );
    expect(error).toMatchObject({
      sqlstate: '42501',
      message: 'permission denied for function public.noted(text)',
    });
  });

  test('the function that does a superuser’s work does nothing for anybody else, whatever locks he holds', async ({
    skip,
  }) => {
    skip(held.server === null, held.missing);
    const answers = await attempt(held.executor, [
      'create publication everything for all tables',
      forged(superuser),
    ]);
    expect(answers.map(({ error }) => error?.message)).toEqual([
      undefined,
      'permission denied for function gatekeeper_carry_out',
    ]);
  });

  test('a second session of postgres has nothing while the first is helped', async ({ skip }) => {
    if (held.server === null) return skip(held.missing);
    const other = await held.server.connect('postgres');
    await held.executor.run('begin');
    const sql = 'create publication everything for all tables';
    expect((await held.executor.run(sql, 'CreatePublicationStmt')).error).toBeNull();
    await other.execute('select public.note()');
    await held.executor.run('rollback');
    await other.close();
    expect(await isCaught(held.observer)).toBe(false);
  });

  test('in a whole replay, by event triggers that look like the gate’s own', async ({ skip }) => {
    skip(held.server === null, held.missing);
    await withServer(
      async (server) => {
        const names = ['gatekeeper_on_drop', 'gatekeeper_on_command', 'gatekeeper_witness_on_drop'];
        const triggers = names.flatMap((name, index) => [
          `create event trigger ${name} on ${['ddl_command_start', 'ddl_command_end', 'sql_drop'][index]} execute function public.noting();`,
          `alter event trigger ${name} enable always;`,
        ]);
        const login =
          majorVersion === 17
            ? ['create event trigger at_login on login execute function public.noting();']
            : [];
        const {
          failed,
          headRls,
          new: records,
        } = await replayedOn(server, {
          base: [`${trap}\n${triggers.join('\n')}`, 'create table public.t (id int, x public.trapped);'],
          seed: "insert into public.t values (1, 'x');",
          new: [
            ...login,
            `drop event trigger if exists nothing;\n${helped.join(';\n')};\ndrop table public.t;`,
          ],
          headRls:
            'drop policy if exists r on storage.objects;\ncreate policy r on storage.objects using (true);',
        });
        expect([failed?.error, headRls?.failed]).toEqual([undefined, null]);
        if (majorVersion === 17) expect(records[0]?.statements[0]?.outcome).toBe('not-executed');
        const observer = await server.connect('supabase_admin');
        expect(await isCaught(observer)).toBe(false);
        expect(await mighty(observer)).toEqual([{ role: 'supabase_admin' }]);
      },
      { majorVersion },
    );
  });
});
