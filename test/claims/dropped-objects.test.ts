import { expect, test } from 'vitest';
import type { Session } from '../../src/database/database.ts';
import { withSession } from '../server.ts';

const schema = `
create schema app;
create table app.t (id int primary key, x text, y text check (y <> ''), constraint xy unique (x, y));
create index x_idx on app.t (x);
create policy own on app.t using (x = 'me');
create policy free on app.t using (true);
create view app.v as select x from app.t;
create materialized view app.mv as select y from app.t;
create function app.f(text) returns int language sql immutable as 'select 1';
create type app.mood as enum ('sad');
create table app.u (id int references app.t (id), m app.mood, n int default app.f('a'), t app.t);
create function app.touched() returns trigger language plpgsql as 'begin return new; end';
create trigger touch before update on app.t for each row execute function app.touched();`;

test.each([
  [
    'DROP COLUMN CASCADE names the column, its constraint, index, views and policies',
    'alter table app.t drop column x cascade',
    [
      'table column app.t.x original',
      'index app.x_idx',
      'table constraint xy on app.t',
      'index app.xy',
      'policy own on app.t cascaded',
      'view app.v cascaded',
    ],
  ],
  [
    'DROP TABLE CASCADE names what others lose; a policy that reads a column counts as reached by CASCADE',
    'drop table app.t cascade',
    [
      'table app.t original',
      'materialized view app.mv cascaded',
      'table column app.u.t cascaded',
      'table constraint u_id_fkey on app.u cascaded',
      'trigger touch on app.t',
      'policy free on app.t',
      'policy own on app.t cascaded',
      'view app.v cascaded',
    ],
  ],
  [
    'DROP SCHEMA CASCADE names every table in it',
    'drop schema app cascade',
    ['schema app original', 'table app.t cascaded', 'table app.u cascaded', 'type app.mood cascaded'],
  ],
  [
    'DROP TYPE CASCADE names the columns of that type',
    'drop type app.mood cascade',
    ['type app.mood original', 'table column app.u.m cascaded'],
  ],
  [
    'DROP FUNCTION CASCADE names the default that called it, not the column',
    'drop function app.f cascade',
    ['function app.f(pg_catalog.text) original', 'default value for app.u.n cascaded'],
  ],
  ['DROP POLICY names the policy', 'drop policy own on app.t', ['policy own on app.t original']],
])('%s', async (_, sql, expected) => {
  const dropped = await withSession('supabase_admin', (session) => droppedBy(session, sql));
  expect(dropped).toEqual(expect.arrayContaining([...expected]));
  if (sql.includes('function app.f')) expect(dropped.filter((line) => line.includes('column'))).toEqual([]);
});

async function droppedBy(session: Session, sql: string): Promise<readonly string[]> {
  await session.execute(`${schema}
create table public.seen (line text);
create function public.see() returns event_trigger language plpgsql as $$
begin
  insert into public.seen
  select object_type || ' ' || object_identity
    || case when original then ' original' when normal then ' cascaded' else '' end
  from pg_event_trigger_dropped_objects();
end $$;
create event trigger see on sql_drop execute function public.see();
${sql}`);
  const rows = await session.query<{ line: string }>('select line from public.seen');
  return rows.map(({ line }) => line);
}
