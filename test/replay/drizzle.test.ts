import { describe, expect, test } from 'vitest';
import type { Layout } from '../../src/history/history.ts';
import { bothLeave, deployWithDrizzle } from './conformance/both.ts';
import { asFolders, historyOf, type Texts } from './project.ts';

const mark = '\n--> statement-breakpoint\n';

const histories: Readonly<Record<string, Texts>> = {
  'tables, keys, policies and data in one deploy': {
    base: [
      `create table "todo" ("id" serial primary key, "title" varchar(20) not null, "owner" uuid);${mark}alter table "todo" enable row level security;`,
      `create policy "own" on "todo" to authenticated using (auth.uid() = owner);${mark}insert into todo (title) values ('one'), ('two');`,
    ],
    new: [
      `alter table todo add column "done" boolean default false not null;${mark}create index "todo_owner" on "todo" ("owner");`,
      `update todo set done = true where id = 1;`,
    ],
  },
  'an enum value added in one base migration and used in the next': {
    base: [
      `create type mood as enum ('sad');`,
      `alter type mood add value 'happy';`,
      `create table feeling (mood mood default 'happy');`,
    ],
    new: ['alter table feeling add column since date;'],
  },
  'COMMIT, an index built concurrently, and more after it': {
    base: ['create table log (id int primary key, at timestamptz);'],
    new: [
      `create table before_commit (id int);${mark}COMMIT;${mark}create index concurrently log_at on log (at);${mark}alter table log add column note text;`,
      `create table after_commit (id int);`,
    ],
  },
  'a search path that leaks into the next migration of one deploy': {
    base: ['create schema app;', 'create table public.seen (id int);'],
    new: ['set search_path = app;', 'create table leaked (id int);'],
  },
  'a set whose last statement fails': {
    base: ['create table kept (id int);'],
    new: [`drop table kept;`, `create table made (id int);${mark}select 1 / 0;`],
  },
  'a set that fails after COMMIT, in a part of several statements': {
    base: ['create table kept (id int);'],
    new: [`create table first (id int);${mark}COMMIT;\ncreate table second (id int);\nselect 1 / 0;`],
  },
  'comments alone, an empty file and carriage returns': {
    base: ['-- nothing yet\n', 'create table crlf (\r\n  id int\r\n);\r\n'],
    new: ['', '-- later'],
  },
  'a byte order mark, on which Postgres stops': {
    base: ['create table kept (id int);'],
    new: ['\uFEFFcreate table marked (id int);'],
  },
  'a file without breakpoints, and one with the marker in a body': {
    base: [`create table one (id int);\ncreate table two (id int);\ncommit;\ncreate table three (id int);`],
    new: [
      'alter table one add column n int;\nalter table two add column n int;',
      `create function f() returns text language sql as $$ select '${mark}' $$;`,
    ],
  },
  'an enum value added and used in one deploy': {
    base: [`create type mood as enum ('sad');`],
    new: [`alter type mood add value 'happy';`, `create table feeling (mood mood default 'happy');`],
  },
  'a type made and grown in one deploy': {
    base: ['select 1;'],
    new: [
      `create type mood as enum ('sad');`,
      `alter type mood add value 'happy';`,
      `create table feeling (mood mood default 'happy');`,
    ],
  },
  'a constraint that is checked at COMMIT': {
    base: [
      'create table parent (id int primary key);',
      'create table child (id int, parent int references parent deferrable initially deferred);',
    ],
    new: ['insert into child values (1, 1);'],
  },
  'a role taken on and never given back': {
    base: ['create table kept (id int);'],
    new: ['set role anon;', 'select 1;'],
  },
};

describe.for<Layout>(['journal', 'folders'])(
  'what drizzle-orm leaves behind on a history in %s',
  (layout) => {
    test.for(Object.keys(histories))('%s', async (title) => {
      const journalled = await historyOf(histories[title] ?? {});
      const history = layout === 'journal' ? journalled : asFolders(journalled);
      const { ours, theirs } = await bothLeave(history, (server) => deployWithDrizzle(server, history));
      expect(ours).toEqual(theirs);
      expect(history.base.length + history.new.length).toBeGreaterThan(1);
    });
  },
);
