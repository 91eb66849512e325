import { expect, test } from 'vitest';
import { single, withServer } from '../server.ts';
import { replayed, replayedOn } from './project.ts';

const base = [
  'create table t (id int primary key, x text, y text);\ncreate view v as select x from t;\ncreate policy "own" on t using (x is not null);\ncreate policy by_id on t using (id > 0);',
];

test('what is dropped is traced to its line, whoever dropped it', async () => {
  const { dropped } = await replayed({
    base,
    new: [
      `create function drop_y() returns void language plpgsql as $$ begin alter table t drop column y; end $$;
select drop_y();
do $$ begin execute 'alter table t drop column x cascade'; end $$;`,
      'drop table t;',
    ],
  });
  const seen = dropped
    .filter(({ type }) => ['table', 'table column', 'view', 'policy'].includes(type))
    .map(
      ({ type, identity, cascaded, place }) =>
        `${place?.file}:${place?.line} ${type} ${identity} ${cascaded}`,
    );
  expect(seen).toEqual([
    'drizzle/0001_step.sql:2 table column public.t.y false',
    'drizzle/0001_step.sql:3 table column public.t.x false',
    'drizzle/0001_step.sql:3 view public.v true',
    'drizzle/0001_step.sql:3 policy own on public.t true',
    'drizzle/0002_step.sql:1 table public.t false',
    'drizzle/0002_step.sql:1 policy by_id on public.t false',
  ]);
});

test('the same text twice is told apart by its order', async () => {
  const { touched } = await replayed({
    base,
    new: [
      'drop policy if exists p on t;\ncreate policy p on t using (true);\ndrop policy if exists p on t;\ncreate policy p on t using (true);',
    ],
    headRls: 'drop policy if exists p on t;\ncreate policy p on t using (true);',
  });
  expect(touched.map(({ place }) => `${place?.file}:${place?.line}`)).toEqual([
    'drizzle/0001_step.sql:2',
    'drizzle/0001_step.sql:4',
    'rls.sql:2',
  ]);
});

test.each([
  ['alter event trigger gatekeeper_on_drop disable', '42501'],
  ['drop event trigger gatekeeper_on_drop', '42501'],
  ['drop schema gatekeeper cascade', '42501'],
  ['delete from gatekeeper.dropped', '42501'],
  [
    "insert into gatekeeper.dropped (started, type, oid, sub_id, original, cascaded) values (now(), 'table', 1, 0, true, true)",
    '42501',
  ],
  [
    'create or replace function gatekeeper.on_drop() returns event_trigger language plpgsql as $$ begin end $$',
    '42501',
  ],
  ['create event trigger mine on sql_drop execute function gatekeeper.on_drop()', '42501'],
  ['set event_triggers = off', '42501'],
])('%s is refused', async (sql, sqlstate) => {
  const { failed } = await replayed({ base, new: [`${sql};`] });
  expect(failed?.error?.sqlstate).toBe(sqlstate);
});

test('nothing a migration sets blinds it', async () => {
  const { dropped, touched } = await replayed({
    base: [...base, 'create schema shadow;'],
    new: [
      `set session_replication_role = replica;
set search_path = shadow, public;
create function shadow.current_query() returns text language sql as $$ select 'nothing' $$;
create function shadow.statement_timestamp() returns timestamptz language sql as $$ select null::timestamptz $$;
set row_security = off;
drop table t cascade;`,
    ],
  });
  expect(dropped.filter(({ type }) => type === 'table')).toMatchObject([
    { identity: 'public.t', place: { file: 'drizzle/0002_step.sql', line: 6 } },
  ]);
  expect(touched).toHaveLength(2);
});

test('it is there neither before nor after, and event triggers of the project stay as they were', async () => {
  const traces =
    "select (select count(*) from pg_namespace where nspname like 'gatekeeper%') + (select count(*) from pg_event_trigger where evtname ~ '^gatekeeper.*_on_')";
  await withServer(async (server) => {
    const seen: unknown[] = [];
    const admin = await server.connect('supabase_admin');
    await admin.execute(`
      create table told (who text);
      grant all on told to public;
      create function tell() returns event_trigger language plpgsql as $$ begin insert into public.told values (current_user); end $$;
      create event trigger tell on sql_drop execute function tell();
      alter event trigger tell enable always;`);
    await replayedOn(
      server,
      { base, new: ['drop view v;'], headRls: 'select 1;' },
      { seedRows: 0 },
      async (session) => {
        seen.push(await single(session, traces));
      },
    );
    expect(seen.map(Number)).toEqual([0, 0, 0]);
    const left = "select count(*)::int from pg_event_trigger where evtname like 'gatekeeper%'";
    expect(await single(admin, left)).toBe(0);
    expect(await single(admin, "select evtenabled::text from pg_event_trigger where evtname = 'tell'")).toBe(
      'A',
    );
    expect(await single(admin, "select string_agg(who, ' ') from told")).toBe('postgres');
  });
});
