/** What the fingerprint counts and what it does not. */
import { expect, test } from 'vitest';
import { fingerprint } from '../../src/catalog/fingerprint.ts';
import { around } from './around.ts';

const one = around();
const other = around();

const history = `
  create type mood as enum ('sad', 'happy');
  create table list (id serial primary key, name text not null, mood mood default 'sad');
  create table todo (id int primary key, list int references list, title varchar(200));
  create index by_list on todo (list);
  alter table todo enable row level security;
  create policy p on todo for select to authenticated, anon using (true);
  create function f() returns trigger language plpgsql as 'begin return new; end';
  create trigger t before insert on todo for each row execute function f();
  create view titles with (security_invoker = true) as select title from todo;
  grant select on todo to anon, authenticated`;

async function shape(database: typeof one, sql: string): Promise<string> {
  await database().postgres.execute(sql);
  return fingerprint(await database().snapshot());
}

test('one history has one fingerprint on two servers, with other oids', async () => {
  await other().postgres.execute('create table takes_an_oid (id int); drop table takes_an_oid');
  const here = await shape(one, history);
  const there = await shape(other, history);
  const oid = (await one().snapshot()).tables.find((table) => table.object === 'app.todo')?.oid;
  const itsOid = (await other().snapshot()).tables.find((table) => table.object === 'app.todo')?.oid;
  expect(oid).not.toBe(itsOid);
  expect(here).toBe(there);
  expect(here).toMatch(/^[0-9a-f]{64}$/);
});

test('the same shape by another way has the same fingerprint', async () => {
  const straight = await shape(one, history);
  // On 15 and 16 a new label cannot be used in the statement string that adds it.
  await other().postgres.execute(
    "create type mood as enum ('happy'); alter type mood add value 'sad' before 'happy'",
  );
  const roundabout = await shape(
    other,
    `create function f() returns trigger language plpgsql as 'begin return new; end';
     create table task (id int primary key, gone text, list int, title varchar(20));
     alter table task drop column gone; alter table task alter title type varchar(200);
     alter table task rename to todo; alter table todo rename constraint task_pkey to todo_pkey;
     grant select on todo to authenticated; grant select, insert on todo to anon; revoke insert on todo from anon;
     create policy wrong on todo for select to anon using (false);
     alter policy wrong on todo to anon, authenticated using (true); alter policy wrong on todo rename to p;
     create table list (id serial primary key, name text, mood mood);
     alter table list alter name set not null; alter table list alter mood set default 'sad';
     alter table todo add foreign key (list) references list; create index by_list on todo (list);
     create view titles as select title from todo; alter view titles set (security_invoker = true);
     create trigger t before insert on todo for each row execute function f();
     alter table todo enable row level security`,
  );
  expect(roundabout).toBe(straight);
});

test('rows do not count', async () => {
  const empty = await shape(one, history);
  expect(await shape(one, "insert into list (name) values ('a'), ('b'); analyze list")).toBe(empty);
});

test.each([
  [
    'the order of columns',
    'alter table list drop column name; alter table list add column name text not null',
  ],
  ['a default', 'alter table list alter mood drop default'],
  ['not null', 'alter table list alter name drop not null'],
  ['a length', 'alter table todo alter title type varchar(201)'],
  ['row security', 'alter table todo disable row level security'],
  ['a role of a policy', 'alter policy p on todo to authenticated'],
  ['a grant', 'grant insert on todo to anon'],
  ['a column grant', 'grant update (title) on todo to anon'],
  ['a view option', 'alter view titles reset (security_invoker)'],
  [
    'a function body',
    "create or replace function f() returns trigger language plpgsql as 'begin return old; end'",
  ],
  ['PUBLIC on a function', 'revoke execute on function f() from public'],
  ['a label', "alter type mood add value 'fine'"],
  ['a trigger switched off', 'alter table todo disable trigger t'],
  ['an index', 'drop index by_list'],
  ['a name', 'alter index by_list rename to by_lists'],
])('%s counts', async (_, sql) => {
  const before = await shape(one, history.replace('as select title from todo', 'as select id from todo'));
  expect(await shape(one, sql)).not.toBe(before);
});
