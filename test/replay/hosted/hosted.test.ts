/** What each handling comes to; over 300 lines because two servers serve all of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../../src/catalog/snapshot.ts';
import type { MajorVersion, Server, Session } from '../../../src/database/database.ts';
import { parseSql } from '../../../src/history/statements.ts';
import { deadlines } from '../../../src/replay/deadline.ts';
import { type Executor, openExecutor } from '../../../src/replay/executor.ts';
import { hosted } from '../../../src/replay/hosted/hosted.ts';
import { single, startIfThere, withServer } from '../../server.ts';
import { outcomes, replayedOn } from '../project.ts';

async function nodeOf(sql: string): Promise<string | null> {
  const parsed = await parseSql(sql);
  return 'statements' in parsed ? (parsed.statements[0]?.node ?? null) : null;
}

const membership =
  "select count(*)::int from pg_auth_members where member = 'postgres'::regrole and roleid::regrole::text like 'supabase%admin'";

describe.each<MajorVersion>([15, 17])('on Postgres %i', (majorVersion) => {
  let server: Server | null = null;
  let missing = '';
  let observer: Session;
  let executor: Executor;

  beforeAll(async () => {
    ({ server, missing } = await startIfThere(majorVersion));
    if (server === null) return;
    observer = await server.connect('supabase_admin');
    executor = hosted(await openExecutor(server, 'postgres', observer, deadlines(2_000, 120_000)), observer, {
      platform: 'supabase',
      majorVersion,
      foundation: 'own',
      standIns: server.standIns,
    });
  }, 240_000);

  afterAll(async () => {
    await executor?.close();
    await server?.stop();
  });

  /** Everything in one transaction that is rolled back; the SQLSTATE of each, or `ok`. */
  async function together(...statements: string[]): Promise<string[]> {
    const seen: string[] = [];
    await executor.run('begin');
    for (const sql of statements) {
      const { error } = await executor.run(sql, await nodeOf(sql));
      seen.push(error?.sqlstate ?? 'ok');
      if (error !== null) break;
    }
    await executor.run('rollback');
    expect(await single(observer, membership)).toBe(0);
    return seen;
  }

  const policy = (name: string, using = 'true') =>
    `create policy ${name} on storage.objects using (${using})`;

  test('it works again and again in one transaction, also when a refusal is remembered', async ({ skip }) => {
    skip(server === null, missing);
    expect(
      await together(
        'do $$ begin alter table storage.objects add x int; exception when insufficient_privilege then null; end $$',
        policy('a'),
        policy('b'),
        'alter policy a on storage.objects using (false)',
        "comment on policy a on storage.objects is 'a'",
        'drop policy a on storage.objects',
        'create policy m on realtime.messages using (true)',
        'create policy u on auth.users using (true)',
        'create function f() returns trigger language plpgsql as $$ begin return new; end $$',
        'create trigger t after insert on auth.users for each row execute function f()',
        'drop trigger t on auth.users',
      ),
    ).toEqual(Array.from({ length: 11 }, () => 'ok'));
  });

  test.for([
    'alter table storage.objects enable row level security',
    'alter table storage.objects add column x int',
    'create index on storage.objects (name)',
    'set role supabase_storage_admin',
    'set session authorization supabase_storage_admin',
    'drop table storage.objects',
    'create policy q on objects using (true)',
    'alter policy p on storage.objects rename to q',
    'create policy q on storage.migrations using (true)',
    'create policy q on storage.buckets_vectors using (true)',
    'create function storage.f() returns int language sql as $$ select 1 $$',
  ])('in the same transaction, right behind, it is still refused: %s', async (sql, { skip }) => {
    skip(server === null, missing);
    expect(await together('set local search_path = storage, public', policy('p'), sql)).toEqual([
      'ok',
      'ok',
      '42501',
    ]);
  });

  test('a table of the project’s own with such a name needs no help', async ({ skip }) => {
    skip(server === null, missing);
    expect(
      await together(
        'create table public.objects (id int)',
        'create policy p on public.objects using (true)',
        'create policy q on objects using (true)',
      ),
    ).toEqual(['ok', 'ok', 'ok']);
  });

  test('COMMENT ON TRIGGER on auth.users fails as on a hosted project', async ({ skip }) => {
    skip(server === null, missing);
    expect(
      await together(
        'create function f() returns trigger language plpgsql as $$ begin return new; end $$',
        'create trigger t after insert on auth.users for each row execute function f()',
        "comment on trigger t on auth.users is 'x'",
      ),
    ).toEqual(['ok', 'ok', '42501']);
  });

  test('after a failed one, and a savepoint to go back to, nothing is left', async ({ skip }) => {
    skip(server === null, missing);
    await executor.run('begin');
    await executor.run('savepoint s');
    const failed = await executor.run(policy('p', 'nothing'), 'CreatePolicyStmt');
    expect(failed.error?.sqlstate).toBe('42703');
    expect(await single(observer, membership)).toBe(0);
    await executor.run('rollback to s');
    await executor.run(policy('p'), 'CreatePolicyStmt');
    expect((await executor.run('alter table storage.objects add x int')).error?.sqlstate).toBe('42501');
    await executor.run('rollback');
  });

  test('a function that the policy calls has no part in it', async ({ skip }) => {
    skip(server === null, missing);
    const seen = await together(
      "create function public.keep() returns bool language plpgsql as $$ begin execute 'grant all on storage.migrations to postgres'; perform set_config('role', 'supabase_storage_admin', false); return true; end $$",
      policy('p', 'public.keep()'),
      'set role supabase_storage_admin',
    );
    expect(seen).toEqual(['ok', 'ok', '42501']);
  });

  test('a check that runs while a literal of the policy is read cannot become the owner', async ({
    skip,
  }) => {
    skip(server === null, missing);
    const seen = await together(
      "create function public.become(x text) returns bool language plpgsql as $$ begin perform set_config('role', 'supabase_storage_admin', false); return true; end $$",
      'create domain public.d as text check (public.become(value))',
      'create type public.c as (x public.d)',
      policy('p', "'(x)'::public.c is not null"),
    );
    expect(seen).toEqual(['ok', 'ok', 'ok', '42501']);
    expect(await executor.look('select current_user::text as name')).toEqual([{ name: 'postgres' }]);
  });

  const hiding = {
    'strings whose backslashes escape': [
      'set local standard_conforming_strings = off',
      "create policy p on storage.objects using ('\\' = ' ); alter table storage.objects add x int; --' )",
    ],
    'an encoding in which a backslash is half of a letter': [
      'set local client_encoding = sjis',
      "create policy p on storage.objects using (E'Á\\' is null); alter table storage.objects add x int; --' is null)",
    ],
  } as const;

  test.for(Object.entries(hiding))(
    'a second statement hidden from the parser by %s is not let through',
    async ([, [setting, sql]], { skip }) => {
      skip(server === null, missing);
      expect(await parseSql(sql)).toMatchObject({ statements: [{ node: 'CreatePolicyStmt' }] });
      expect(await together(setting, sql)).toEqual(['ok', '42501']);
    },
  );

  test('who has become another role is not helped, as on a hosted project', async ({ skip }) => {
    skip(server === null, missing);
    expect(await together('set local role authenticated', policy('p'))).toEqual(['ok', '42501']);
    expect(await together('set local role authenticated', 'reset role', policy('p'))).toEqual([
      'ok',
      'ok',
      'ok',
    ]);
  });

  test('it is taken back when the deadline ends the statement', async ({ skip }) => {
    if (server === null) return skip(missing);
    const blocker = await server.connect('supabase_admin');
    await blocker.execute('begin; lock table storage.objects in access exclusive mode');
    const { error } = await executor.run(policy('p'), 'CreatePolicyStmt');
    await blocker.close();
    expect(error?.deadline).toBe(true);
    expect(await single(observer, membership)).toBe(0);
    expect((await executor.run('set role supabase_storage_admin')).error?.sqlstate).toBe('42501');
  });

  test('in a pipeline nothing is sent behind one that failed, and all is answered in order', async ({
    skip,
  }) => {
    skip(server === null, missing);
    const sent = (sql: string, node: string) => ({ sql, node });
    const all = await executor.pipeline([
      'begin',
      sent(policy('p'), 'CreatePolicyStmt'),
      'select 1',
      sent(policy('q'), 'CreatePolicyStmt'),
      'rollback',
    ]);
    expect(all.map(({ error }) => error)).toEqual([null, null, null, null, null]);
    const some = await executor.pipeline(['begin', sent(policy('p', 'x'), 'CreatePolicyStmt'), 'rollback']);
    expect(some.map(({ error }) => error?.sqlstate ?? null)).toEqual([null, '42703']);
    await executor.run('rollback');
  });

  const helper =
    'create function public.noticed() returns event_trigger language plpgsql as $$ begin insert into public.seen values (current_user); end $$';

  test('what a superuser makes is postgres’ afterwards, and works', async ({ skip }) => {
    skip(server === null, missing);
    await executor.run('begin');
    for (const sql of [
      'create table public.seen (who text)',
      helper,
      "create event trigger mine on ddl_command_end when tag in ('CREATE TABLE') execute function noticed()",
      'drop publication supabase_realtime',
      'create publication supabase_realtime for all tables',
      'create publication schemas for tables in schema public',
      'create foreign data wrapper mine no validator',
      'create table public.after ()',
    ])
      expect([sql, (await executor.run(sql, await nodeOf(sql))).error]).toEqual([sql, null]);
    expect(
      await executor.look(`select 'event' as kind, evtowner::regrole::text as owner from pg_event_trigger where evtname = 'mine'
        union all select pubname, pubowner::regrole::text from pg_publication
        union all select fdwname, fdwowner::regrole::text from pg_foreign_data_wrapper where fdwname = 'mine'
        union all select 'seen', who from public.seen
        union all select 'superuser', rolsuper::text from pg_roles where rolname = 'postgres'
        order by 1`),
    ).toEqual([
      { kind: 'event', owner: 'postgres' },
      { kind: 'mine', owner: 'postgres' },
      { kind: 'schemas', owner: 'postgres' },
      { kind: 'seen', owner: 'postgres' },
      { kind: 'supabase_realtime', owner: 'postgres' },
      { kind: 'superuser', owner: 'false' },
    ]);
    await executor.run('drop event trigger mine', 'DropStmt');
    await executor.run('rollback');
    expect(await single(observer, "select count(*)::int from pg_event_trigger where evtname = 'mine'")).toBe(
      0,
    );
  });

  test('an event trigger of the project’s has no part in what is lent, and is on again afterwards', async ({
    skip,
  }) => {
    skip(server === null, missing);
    await executor.run('begin');
    const statements = [
      'create table public.seen (who text)',
      'create function public.takes() returns event_trigger language plpgsql as $$ begin insert into public.seen values (tg_tag); alter table storage.objects owner to postgres; exception when insufficient_privilege then null; end $$',
      "create event trigger takes on ddl_command_end when tag in ('CREATE POLICY', 'COMMENT') execute function public.takes()",
      'alter event trigger takes enable always',
      policy('p'),
      "comment on policy p on storage.objects is 'x'",
      'drop policy p on storage.objects',
      'create schema after',
    ];
    for (const sql of statements)
      expect([sql, (await executor.run(sql, await nodeOf(sql))).error]).toEqual([sql, null]);
    expect(
      await executor.look(`select evtenabled::text as state, relowner::regrole::text as owner
        from pg_event_trigger, pg_class where evtname = 'takes' and pg_class.oid = 'storage.objects'::regclass`),
    ).toEqual([{ state: 'A', owner: 'supabase_storage_admin' }]);
    await executor.run('rollback');
  });

  test('a superuser’s statement that fails is the user’s failure, and undone to the savepoint', async ({
    skip,
  }) => {
    skip(server === null, missing);
    await executor.run('begin');
    await executor.run('savepoint s');
    const twice = 'create publication supabase_realtime for all tables';
    expect((await executor.run(twice, 'CreatePublicationStmt')).error?.sqlstate).toBe('42710');
    await executor.run('rollback to s');
    const policies = [policy('p'), 'create publication p for all tables', policy('q')];
    for (const sql of policies)
      expect((await executor.run(sql, await nodeOf(sql))).error?.sqlstate ?? 'ok').toBe('ok');
    await executor.run('rollback');
  });

  test('an extension is the superuser’s, wherever it is put, and can be changed and dropped', async ({
    skip,
  }) => {
    skip(server === null, missing);
    await executor.run('begin');
    for (const sql of [
      'create schema elsewhere',
      "create extension moddatetime with schema extensions version '99'",
      'create extension if not exists moddatetime',
      'create extension earthdistance schema elsewhere cascade',
      "comment on extension moddatetime is 'it''s \\\\ mine'",
      "alter extension moddatetime update to '98'",
      'alter extension moddatetime set schema public',
      'create extension tablefunc',
    ])
      expect([sql, (await executor.run(sql, await nodeOf(sql))).error]).toEqual([sql, null]);
    expect(
      await executor.look(`select extname::text as name, extowner::regrole::text as owner, extnamespace::regnamespace::text as schema
        from pg_extension where extname in ('moddatetime', 'cube', 'earthdistance', 'tablefunc') order by 1`),
    ).toEqual([
      { name: 'cube', owner: 'supabase_admin', schema: 'elsewhere' },
      { name: 'earthdistance', owner: 'supabase_admin', schema: 'elsewhere' },
      { name: 'moddatetime', owner: 'supabase_admin', schema: 'public' },
      { name: 'tablefunc', owner: 'supabase_admin', schema: 'public' },
    ]);
    const drop = 'drop extension earthdistance, cube, moddatetime, no_such_extension';
    for (const sql of ['drop extension earthdistance, cube', 'drop extension if exists moddatetime cascade'])
      expect([sql, (await executor.run(sql, await nodeOf(sql))).error]).toEqual([sql, null]);
    expect((await executor.run(drop, await nodeOf(drop))).error?.sqlstate).toBe('42704');
    await executor.run('rollback');
    expect(
      await single(observer, "select count(*)::int from pg_namespace where nspname like 'gatekeeper%'"),
    ).toBe(0);
  });

  test('what projects were born with may be asked for where it always is, as a dump does', async ({
    skip,
  }) => {
    skip(server === null, missing);
    for (const [name, home] of [
      ['pg_graphql', 'graphql'],
      ['pgsodium', 'pgsodium'],
    ]) {
      expect(
        await together(
          `create extension if not exists "${name}" with schema "${home}"`,
          `do $$ begin
            assert (select extowner::regrole::text || ' ' || extnamespace::regnamespace::text
              from pg_extension where extname = '${name}') = 'supabase_admin ${home}';
          end $$`,
        ),
      ).toEqual(['ok', 'ok']);
      expect(await together(`create extension "${name}" with schema "${home}"`)).toEqual(['3F000']);
    }
    expect(await together('create extension if not exists pgmq with schema pgmq')).toEqual(['3F000']);
  });

  test('an extension that is not here is left out, and so is what is said of it', async ({ skip }) => {
    skip(server === null, missing);
    const because =
      'extension postgis is not on this server, and no stand-in could take its place: its types and hundreds of functions compute geometry';
    await executor.run('begin');
    for (const sql of [
      'create extension if not exists postgis with schema extensions cascade',
      "comment on extension postgis is 'x'",
      'alter extension postgis update',
      'drop extension if exists postgis',
    ]) {
      const { error, treated } = await executor.run(sql, await nodeOf(sql));
      expect([sql, error, treated]).toEqual([sql, null, { outcome: 'not-executed', because }]);
    }
    await executor.run('rollback');
  });

  test('what is refused is not sent, what cannot be proved is left out', async ({ skip }) => {
    skip(server === null, missing);
    const refused = await executor.run("copy (select 1) to program 'id'", 'CopyStmt');
    expect(refused.error).toMatchObject({ sqlstate: '42501', refused: true });
    expect(refused.error?.hint).toBeTruthy();
    const filtered =
      'create publication p for tables in schema public, table only auth.users where (id is null)';
    expect((await executor.run(filtered, 'CreatePublicationStmt')).treated?.outcome).toBe('not-executed');
  });

  test('roles are made by who may make none, and only for this statement', async ({ skip }) => {
    if (server === null || majorVersion !== 15) return skip(missing || 'only on somebody else’s 15');
    await observer.execute('alter role postgres nocreaterole');
    const shared = hosted(
      await openExecutor(server, 'postgres', observer, deadlines(20_000, 120_000)),
      observer,
      {
        platform: 'supabase',
        majorVersion,
        foundation: 'shared',
        standIns: [],
      },
    );
    try {
      const seen: string[] = [];
      for (const sql of [
        'create role alone',
        'drop role alone',
        'begin',
        policy('p'),
        'create publication p for all tables',
        'create role worker login in role authenticated',
        'do $$ begin create role other; end $$',
        'alter role worker createdb',
        'drop role worker',
        'do $$ declare n text := $x$late$x$; begin execute $x$create role $x$ || n; end $$',
      ])
        seen.push((await shared.run(sql, await nodeOf(sql))).error?.sqlstate ?? 'ok');
      expect(seen.slice(0, 7)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
      expect(seen[8]).toBe('ok');
      expect(await shared.look("select rolcreaterole from pg_roles where rolname = 'postgres'")).toEqual([
        { rolcreaterole: false },
      ]);
      await shared.run('rollback');
      expect(
        await single(
          observer,
          "select count(*)::int from pg_roles where rolname in ('alone', 'worker', 'other')",
        ),
      ).toBe(0);
    } finally {
      await shared.close();
      await observer.execute('alter role postgres createrole');
    }
  });

  test('a membership that somebody gave before stays as it is', async ({ skip }) => {
    if (server === null) return skip(missing);
    await observer.execute('grant supabase_realtime_admin to postgres');
    expect(
      (await executor.run('create policy m on realtime.messages using (true)', 'CreatePolicyStmt')).error,
    ).toBeNull();
    expect(await single(observer, membership)).toBe(1);
    await observer.execute(
      'revoke supabase_realtime_admin from postgres; drop policy m on realtime.messages',
    );
  });

  test('a membership granted and not committed keeps nobody waiting', async ({ skip }) => {
    skip(server === null || majorVersion !== 15, missing || 'since 16 postgres cannot grant it to itself');
    expect(
      await together(
        "create function g() returns void language plpgsql as $$ begin execute 'grant supabase_storage_admin to postgres'; end $$",
        'select g()',
        policy('p'),
      ),
    ).toEqual(['ok', 'ok', 'ok']);
  });
});

test('in base, in new migrations and in rls.sql; the roles stay as they were', async () => {
  await withServer(async (server) => {
    const session = await server.connect('supabase_admin');
    const born = await takeSnapshot(session);
    const { gaps, failed, headRls, headRlsAgain, base, touched, dropped } = await replayedOn(server, {
      base: [
        'create table t (id int);\ncreate policy "base" on storage.objects using (true);\nalter table t add x int;',
        'create policy own on t using (true);\ncreate policy "gone" on storage.objects using (true);',
        'create extension citext schema extensions;\nalter table t add c extensions.citext;',
        'alter table storage.objects enable row level security;',
      ],
      new: [
        'create policy "new" on storage.objects using (true);\ndrop policy "gone" on storage.objects;',
        String.raw`create publication "it's \" for all tables;
          create extension earthdistance cascade;
          drop extension citext cascade;`,
      ],
      headRls:
        'drop policy if exists "rls" on realtime.messages;\ncreate policy "rls" on realtime.messages using (true);',
    });
    expect(outcomes(base)).toEqual([
      ['executed', 'executed', 'executed'],
      ['executed', 'executed'],
      ['executed', 'executed'],
      ['42501'],
    ]);
    expect(gaps.map(({ error }) => error.sqlstate)).toEqual(['42501']);
    expect([failed, headRls?.failed, headRlsAgain?.failed]).toEqual([null, null, null]);
    expect(touched.filter(({ type }) => type === 'policy')).toMatchObject(
      [
        { place: { line: 1 }, identity: 'new on storage.objects' },
        { place: { file: 'rls.sql', line: 2 }, identity: 'rls on realtime.messages' },
        { place: { file: 'rls.sql', line: 2 }, identity: 'rls on realtime.messages' },
      ].slice(0, 2),
    );
    // What a superuser did for a statement of the user's belongs to that statement, and to nothing else.
    expect(
      touched
        .filter(({ type }) => type === 'publication' || type === 'extension' || type === 'schema')
        .map(({ command, place }) => `${command} ${place?.file}:${place?.line}`),
    ).toEqual(['CREATE PUBLICATION drizzle/0005_step.sql:1', 'CREATE EXTENSION drizzle/0005_step.sql:2']);
    expect(
      dropped
        .filter(({ type }) => ['policy', 'extension', 'schema', 'table column'].includes(type))
        .map(({ identity, place }) => `${identity} ${place?.file}:${place?.line}`),
    ).toEqual([
      'gone on storage.objects drizzle/0004_step.sql:2',
      'citext drizzle/0005_step.sql:3',
      'public.t.c drizzle/0005_step.sql:3',
    ]);
    const after = await takeSnapshot(session);
    expect(after.roles).toEqual(born.roles);
    expect(
      await single(
        session,
        "select count(*)::int from pg_policies where schemaname in ('storage', 'realtime')",
      ),
    ).toBe(3);
  });
});
