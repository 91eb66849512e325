import { expect, test } from 'vitest';
import { type ModelledKind, modelledChange, type Snapshotted } from '../../src/history/modelled.ts';
import { readSqlFile } from '../../src/history/statements.ts';

const tables: Snapshotted = { names: new Set(['public.todo', 'app.list', 'public.mood']), kinds: new Set() };
const everything: ReadonlySet<ModelledKind> = new Set([
  'index',
  'policy',
  'role',
  'schema',
  'sequence',
  'view',
]);

async function change(sql: string, known: Snapshotted = tables): Promise<string | null> {
  const found = modelledChange(await readSqlFile('x.sql', sql, { breakpoints: true }), known);
  return found === null ? null : `${found.kind} ${found.object}:${found.statement.line}`;
}

test.each([
  ['create table todo (id int)', 'table public.todo:1'],
  ['-- a note\ncreate table if not exists "app"."new" (id int)', 'table app.new:2'],
  ['create type "mood" as enum (\'sad\')', 'enum public.mood:1'],
  ["alter type mood add value 'glad'", 'enum public.mood:1'],
  ['alter type mood rename to feeling', 'enum public.mood:1'],
  ["alter type public.mood rename value 'sad' to 'low'", 'enum public.mood:1'],
  ['drop type mood', 'enum public.mood:1'],
  ['alter table todo add column a int', 'table public.todo:1'],
  ['alter table only app.list drop column a', 'table app.list:1'],
  ['alter table todo alter column a set not null', 'table public.todo:1'],
  ['alter table todo alter column a type text', 'table public.todo:1'],
  ['alter table todo add constraint c check (id > 0) not valid', 'table public.todo:1'],
  ['alter table todo rename column a to b', 'table public.todo:1'],
  ['alter table todo rename to task', 'table public.todo:1'],
  ['alter table todo set schema app', 'table public.todo:1'],
  ['drop table if exists app.list cascade', 'table app.list:1'],
  ['update todo set a = 1;\nalter table todo alter a drop default', 'table public.todo:2'],
  [
    'do $$ begin alter table todo add constraint fk foreign key (a) references app.list(id); exception when duplicate_object then null; end $$',
    'table public.todo:1',
  ],
])('changes what the snapshots describe: %s', async (sql, expected) => {
  expect(await change(sql)).toBe(expected);
});

test.each([
  '-- nothing yet',
  'insert into todo values (1)',
  'update todo set a = 1; delete from todo where a = 2',
  "select setval('todo_id_seq', 1)",
  'do $$ begin update todo set a = 1; end $$',
  'create function f() returns int language sql as $$ select 1 $$',
  'create trigger t after insert on todo for each row execute function f()',
  'create extension if not exists vector',
  'grant select on todo to anon',
  'alter default privileges grant select on tables to anon',
  "comment on table todo is 'x'",
  'alter table todo force row level security',
  'alter table todo validate constraint c',
  'alter table todo replica identity full',
  'alter table todo owner to me',
  'alter table todo add constraint e exclude using gist (a with =)',
  'create temp table todo (id int)',
  'create table todo_2026 partition of todo for values from (1) to (2)',
  'create table todo_backup as select * from todo',
  'drop table todo_backup',
  'alter table todo_backup add column a int',
  'drop type pair',
  'create type pair as (a int, b int)',
  'create domain email as text',
  'create schema extensions',
  'create role reader',
  'create index concurrently i on todo (a)',
  'create policy p on todo using (true)',
  'alter table todo enable row level security',
  'create view v as select 1',
  'this is no sql',
])('is not for a snapshot: %s', async (sql) => {
  expect(await change(sql)).toBeNull();
});

test.each([
  ['create schema app', 'schema app:1'],
  ['create role reader', 'role reader:1'],
  ['create index i on app.list (a)', 'index app.list:1'],
  ['drop index app.i', 'index app.i:1'],
  ['create policy p on todo using (true)', 'policy public.todo:1'],
  ['alter policy p on todo using (false)', 'policy public.todo:1'],
  ['drop policy p on app.list', 'policy app.list:1'],
  ['alter table todo disable row level security', 'policy public.todo:1'],
  ['create or replace view v as select 1', 'view public.v:1'],
  ['create materialized view v as select 1', 'view public.v:1'],
  ['drop view v', 'view public.v:1'],
  ['create sequence s', 'sequence public.s:1'],
])('is one where the snapshots have such things: %s', async (sql, expected) => {
  expect(await change(sql, { ...tables, kinds: everything })).toBe(expected);
  expect(await change(sql)).toBeNull();
});
