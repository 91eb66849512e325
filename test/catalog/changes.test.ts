/** What two snapshots say of one piece of SQL. Over 300 lines: one short test for each kind of change and near miss. */
import { expect, test } from 'vitest';
import { compareCatalogs } from '../../src/catalog/changes.ts';
import { around, listed } from './around.ts';

const database = around();
const changes = (setup: string, sql: string) => database().changes(setup, sql);

const todo = `
  create function me() returns uuid language sql as 'select null::uuid';
  create table todo (id int primary key, title varchar(200) not null, owner uuid);
  create index by_title on todo (title);
  create policy "Owners read" on todo for select to authenticated using (owner = me());
  create function stamp() returns trigger language plpgsql as 'begin return new; end';
  create trigger stamped before insert on todo for each row execute function stamp()`;

test('nothing done, or done and undone, is no change', async () => {
  expect(await changes(todo, 'select 1')).toEqual([]);
  expect(
    await changes(
      '',
      'create table passing (id int); drop table passing; alter table todo rename to x; alter table x rename to todo',
    ),
  ).toEqual([]);
  expect(await changes('', "insert into todo values (1, 'a', null); analyze todo")).toEqual([]);
});

test('a new table is told with its columns, its constraints and indexes after it', async () => {
  const found = await changes(
    '',
    "create table list (id int generated always as identity primary key, name text not null default 'x', unique (name)); create index lower_name on list (lower(name))",
  );
  expect(listed(found)).toEqual([
    'added table app.list',
    'added constraint app.list.list_name_key',
    'added constraint app.list.list_pkey',
    'added index app.list.lower_name',
  ]);
  expect(found[0]).toMatchObject({
    before: null,
    after: {
      schema: 'app',
      name: 'list',
      kind: 'table',
      rowSecurity: false,
      columns: ['id integer not null generated always as identity', "name text not null default 'x'::text"],
    },
    renamed: false,
  });
  expect(JSON.stringify(found)).not.toMatch(/"(oid|stored|number)"/);
});

test('a removed table takes its own parts along in silence, but what others lose is told', async () => {
  const found = await changes(
    `${todo}; create table part_of (id serial, todo int constraint to_todo references todo, constraint own check (id > 0));
     create view titles as select title from todo`,
    'drop table todo cascade',
  );
  expect(listed(found)).toEqual([
    'removed constraint app.part_of.to_todo',
    'removed view app.titles',
    'removed table app.todo',
  ]);
  expect(found.find((one) => one.kind === 'table')).toMatchObject({
    before: { columns: ['id integer not null', 'title character varying(200) not null', 'owner uuid'] },
    after: null,
  });
});

test('a table dropped and made again is removed and added: its rows are gone', async () => {
  const found = await changes(todo, 'drop table todo; create table todo (id int)');
  expect(listed(found)).toEqual(['removed table app.todo', 'added table app.todo']);
});

test('a column dropped and added again is removed and added: its values are gone', async () => {
  const found = await changes(
    todo,
    'alter table todo drop column owner cascade; alter table todo add column owner uuid',
  );
  expect(listed(found)).toEqual([
    'removed policy app.todo."Owners read"',
    'removed column app.todo.owner',
    'added column app.todo.owner',
  ]);
  expect(found[1]?.before).toMatchObject({ table: 'app.todo', name: 'owner', type: 'uuid' });
});

test('a renamed table is one change, not one for each thing that spells its name', async () => {
  const found = await changes(
    `${todo}; create table part_of (todo int references todo); create view titles as select title from todo;
     create table kid () inherits (todo); create publication app_pub for table todo`,
    'alter table todo rename to task; drop publication app_pub; create publication app_pub for table task',
  );
  expect(found.filter((one) => one.kind !== 'publication')).toEqual([
    {
      kind: 'table',
      change: 'altered',
      object: 'app.task',
      before: { object: 'app.todo' },
      after: { object: 'app.task' },
      renamed: true,
    },
  ]);
  await database().postgres.execute('drop publication app_pub');
});

test('a renamed column is one change, though policy, index, check, view and key spell its name', async () => {
  const found = await changes(
    `${todo}; create index by_owner on todo (owner) where owner is not null; create view owners as select owner from todo;
     alter table todo add constraint c check (owner is not null), add constraint u unique (owner);
     create table other (o uuid references todo (owner))`,
    'alter table todo rename column owner to owner_id',
  );
  expect(listed(found)).toEqual(['renamed column app.todo.owner_id']);
  expect(found[0]).toMatchObject({
    before: { object: 'app.todo.owner' },
    after: { object: 'app.todo.owner_id' },
  });
});

test('a rename does not hide what was altered along with it', async () => {
  const found = await changes(
    todo,
    `alter table todo rename column owner to owner_id;
     alter policy "Owners read" on todo using (true);
     alter table todo rename column title to name; alter table todo alter name type text`,
  );
  expect(found.map(({ object, before, after }) => [object, before, after])).toEqual([
    ['app.todo."Owners read"', { using: '(owner = app.me())' }, { using: 'true' }],
    [
      'app.todo.name',
      { object: 'app.todo.title', type: 'character varying(200)' },
      { object: 'app.todo.name', type: 'text' },
    ],
    ['app.todo.owner_id', { object: 'app.todo.owner' }, { object: 'app.todo.owner_id' }],
  ]);
});

test('index, constraint, policy, trigger, function, enum and sequence are renamed, not dropped and added', async () => {
  const found = await changes(
    `${todo}; create type mood as enum ('sad'); create sequence counter; create table feeling (mood mood default 'sad')`,
    `alter index by_title rename to titles; alter table todo rename constraint todo_pkey to pk;
     alter policy "Owners read" on todo rename to owners; alter trigger stamped on todo rename to stamping;
     alter function me() rename to myself; alter type mood rename to humour; alter sequence counter rename to count`,
  );
  expect(listed(found)).toEqual([
    'renamed sequence app.count',
    'renamed enum app.humour',
    'renamed function app.myself()',
    'renamed policy app.todo.owners',
    'renamed constraint app.todo.pk',
    'renamed trigger app.todo.stamping',
    'renamed index app.todo.titles',
  ]);
});

test('a table moved to another schema is renamed; a renamed schema says nothing of what is in it', async () => {
  const moved = await changes(
    `${todo}; drop schema if exists app_other cascade; create schema app_other`,
    'alter table todo set schema app_other',
  );
  expect(listed(moved)).toEqual(['renamed table app_other.todo']);
  const renamed = await changes('', 'alter schema app_other rename to app_third');
  expect(listed(renamed)).toEqual(['renamed schema app_third']);
  await database().postgres.execute('drop schema app_third cascade');
});

test('dropped and made again as it was is no change', async () => {
  expect(
    await changes(
      `${todo}; create view titles with (security_invoker = true) as select title from todo;
       create type mood as enum ('sad')`,
      `drop policy "Owners read" on todo;
       create policy "Owners read" on todo for select to authenticated using (owner = me());
       drop trigger stamped on todo; create trigger stamped before insert on todo for each row execute function stamp();
       drop index by_title; create index by_title on todo (title);
       alter table todo drop constraint todo_pkey; alter table todo add primary key (id);
       drop view titles; create view titles with (security_invoker = true) as select title from todo;
       drop type mood; create type mood as enum ('sad');
       create or replace function me() returns uuid language sql as 'select null::uuid'`,
    ),
  ).toEqual([]);
});

test('dropped and made again otherwise is altered', async () => {
  const found = await changes(
    `${todo}; create view titles as select title from todo`,
    `drop policy "Owners read" on todo; create policy "Owners read" on todo for all to anon using (true);
     drop trigger stamped on todo; create trigger stamped after insert on todo for each row execute function stamp();
     drop index by_title; create unique index by_title on todo (title);
     alter table todo drop constraint todo_pkey; alter table todo add constraint todo_pkey primary key (id, title);
     drop view titles; create view titles as select id, title from todo`,
  );
  expect(
    found.map(({ kind, change, object, before, after }) => [`${change} ${kind} ${object}`, before, after]),
  ).toEqual([
    [
      'altered view app.titles',
      { columns: ['title character varying(200)'], definition: expect.stringMatching(/SELECT .*title/) },
      {
        columns: ['id integer', 'title character varying(200)'],
        definition: expect.stringMatching(/SELECT .*id,/),
      },
    ],
    [
      'altered policy app.todo."Owners read"',
      { command: 'select', roles: ['authenticated'], using: '(owner = app.me())' },
      { command: 'all', roles: ['anon'], using: 'true' },
    ],
    [
      'altered index app.todo.by_title',
      { definition: expect.stringContaining('CREATE INDEX'), unique: false },
      { definition: expect.stringContaining('CREATE UNIQUE INDEX'), unique: true },
    ],
    [
      'altered trigger app.todo.stamped',
      { definition: expect.stringContaining('BEFORE INSERT') },
      { definition: expect.stringContaining('AFTER INSERT') },
    ],
    [
      'altered constraint app.todo.todo_pkey',
      { definition: 'PRIMARY KEY (id)', columns: ['id'] },
      { definition: 'PRIMARY KEY (id, title)', columns: ['id', 'title'] },
    ],
  ]);
});

test('widening a varchar keeps its index and unique constraint', async () => {
  const found = await changes(
    'create table todo (title varchar(10) unique, body varchar(10)); create index by_body on todo (body)',
    'alter table todo alter title type varchar(20), alter body type varchar(30)',
  );
  expect(found.map(({ object, before, after }) => [object, before, after])).toEqual([
    ['app.todo.body', { type: 'character varying(10)' }, { type: 'character varying(30)' }],
    ['app.todo.title', { type: 'character varying(10)' }, { type: 'character varying(20)' }],
  ]);
});

test('a view replaced without options loses security_invoker', async () => {
  const found = await changes(
    'create table todo (id int); create view open with (security_invoker = true) as select id from todo',
    'create or replace view open as select id from todo',
  );
  expect(found).toMatchObject([
    {
      kind: 'view',
      change: 'altered',
      object: 'app.open',
      before: { options: ['security_invoker=true'] },
      after: { options: [] },
    },
  ]);
  expect(Object.keys(found[0]?.after ?? {})).toEqual(['options']);
});

test('a function replaced without SET loses its search path and keeps its grants', async () => {
  const found = await changes(
    `create function f() returns int language sql security definer set search_path = '' as 'select 1';
     revoke execute on function f() from public`,
    "create or replace function f() returns int language sql security definer as 'select 1'",
  );
  expect(found).toMatchObject([
    { kind: 'function', before: { settings: ['search_path=""'] }, after: { settings: [] } },
  ]);
});

test('a function dropped and made again is open to PUBLIC again, and that is all', async () => {
  const made = "create function f(a int) returns int language sql as 'select 1'";
  const found = await changes(
    `${made}; revoke execute on function f(int) from public; grant execute on function f(int) to authenticated`,
    `drop function f(int); ${made}`,
  );
  expect(found).toEqual([
    {
      kind: 'grant',
      change: 'altered',
      object: 'app.f(integer)',
      before: { grants: [{ grantee: 'authenticated', privilege: 'EXECUTE', grantable: false }] },
      after: { grants: [{ grantee: 'public', privilege: 'EXECUTE', grantable: false }] },
      renamed: false,
    },
  ]);
});

test('a function with other argument types is another function, with another argument name it is altered', async () => {
  const found = await changes(
    "create function f(a int) returns int language sql as 'select 1'; create function g(a int) returns int language sql as 'select 1'",
    `drop function f(int); create function f(a bigint) returns int language sql as 'select 1';
     drop function g(int); create function g(b int) returns int language sql as 'select 1'`,
  );
  expect(listed(found)).toEqual([
    'added function app.f(bigint)',
    'removed function app.f(integer)',
    'altered function app.g(integer)',
  ]);
  expect(found[2]).toMatchObject({ before: { arguments: 'a integer' }, after: { arguments: 'b integer' } });
});

test('policies altered in place list only what differs', async () => {
  const found = await changes(
    `${todo}; create policy writes on todo for update to authenticated using (true) with check (owner = me());
     create policy stays on todo using (owner = me())`,
    `alter policy "Owners read" on todo to authenticated, anon;
     alter policy writes on todo with check (true); alter policy stays on todo using (owner = me())`,
  );
  expect(found.map(({ object, before, after }) => [object, before, after])).toEqual([
    ['app.todo."Owners read"', { roles: ['authenticated'] }, { roles: ['anon', 'authenticated'] }],
    ['app.todo.writes', { withCheck: '(owner = app.me())' }, { withCheck: 'true' }],
  ]);
});

test('row security switched on, off or forced is a change of the table', async () => {
  const found = await changes(
    'create table one (id int); create table two (id int); alter table two enable row level security, force row level security',
    'alter table one enable row level security; alter table two disable row level security, no force row level security',
  );
  expect(found).toMatchObject([
    { object: 'app.one', before: { rowSecurity: false }, after: { rowSecurity: true } },
    {
      object: 'app.two',
      before: { rowSecurity: true, forceRowSecurity: true },
      after: { rowSecurity: false, forceRowSecurity: false },
    },
  ]);
});

test('default, not null, identity and generation are changes of the column', async () => {
  const found = await changes(
    'create table todo (a int default 1, b int, c int not null, d int generated always as (1) stored, e int default 1)',
    `alter table todo alter a drop default, alter b set not null, alter c add generated always as identity,
       alter d drop expression, alter e set default 1`,
  );
  expect(found.map(({ kind, object, before, after }) => [`${kind} ${object}`, before, after])).toEqual([
    ['column app.todo.a', { default: '1' }, { default: null }],
    ['column app.todo.b', { notNull: false }, { notNull: true }],
    ['column app.todo.c', { identity: null }, { identity: 'always' }],
    ['column app.todo.d', { generated: 'stored', default: '1' }, { generated: null, default: null }],
    ['sequence app.todo_c_seq', null, expect.objectContaining({ ownedBy: 'app.todo.c' })],
  ]);
});

test('a serial column is one change, with no word of its sequence', async () => {
  expect(listed(await changes('create table todo (a int)', 'alter table todo add column n serial'))).toEqual([
    'added column app.todo.n',
  ]);
  expect(listed(await changes('', 'alter table todo drop column n'))).toEqual(['removed column app.todo.n']);
});

test('grants on tables, columns, schemas, sequences and functions list only the difference', async () => {
  const found = await changes(
    `create table todo (id int, title text); create sequence counter; grant select, insert on todo to anon;
     create function f() returns int language sql as 'select 1'`,
    `revoke insert on todo from anon; grant update (title) on todo to anon; grant usage on schema app to anon;
     grant usage on sequence counter to anon; revoke execute on function f() from public;
     grant select on todo to authenticated with grant option; grant select on todo to public`,
  );
  const grant = (grantee: string, privilege: string, grantable = false) => ({
    grantee,
    privilege,
    grantable,
  });
  expect(
    found.map(({ kind, change, object, before, after }) => [`${change} ${kind} ${object}`, before, after]),
  ).toEqual([
    ['altered grant app', { grants: [] }, { grants: [grant('anon', 'USAGE')] }],
    ['altered grant app.counter', { grants: [] }, { grants: [grant('anon', 'USAGE')] }],
    ['altered grant app.f()', { grants: [grant('public', 'EXECUTE')] }, { grants: [] }],
    [
      'altered grant app.todo',
      { grants: [grant('anon', 'INSERT')] },
      { grants: [grant('authenticated', 'SELECT', true), grant('public', 'SELECT')] },
    ],
    ['altered grant app.todo.title', { grants: [] }, { grants: [grant('anon', 'UPDATE')] }],
  ]);
});

test('default privileges list only the difference too', async () => {
  const found = await changes(
    'alter default privileges in schema app grant select, insert on tables to anon',
    'alter default privileges in schema app revoke insert on tables from anon',
  );
  expect(found).toMatchObject([
    {
      kind: 'default-privileges',
      change: 'altered',
      object: 'postgres in app on tables',
      before: { grants: [{ grantee: 'anon', privilege: 'INSERT' }] },
      after: { grants: [] },
    },
  ]);
});

test('enum labels are told before and after, also when the type was made again', async () => {
  const added = await changes(
    "create type mood as enum ('sad', 'happy')",
    "alter type mood add value 'fine' before 'happy'",
  );
  expect(added).toMatchObject([
    {
      kind: 'enum',
      change: 'altered',
      before: { labels: ['sad', 'happy'] },
      after: { labels: ['sad', 'fine', 'happy'] },
    },
  ]);
  const again = await changes(
    'create table feeling (mood mood)',
    `alter table feeling alter mood type text; drop type mood; create type mood as enum ('sad');
     alter table feeling alter mood type mood using mood::mood`,
  );
  expect(again).toMatchObject([
    {
      kind: 'enum',
      change: 'altered',
      before: { labels: ['sad', 'fine', 'happy'] },
      after: { labels: ['sad'] },
    },
  ]);
});

test('constraints are told when validated and when a key starts to delete with its parent', async () => {
  const found = await changes(
    `create table list (id int primary key); create table todo (list int constraint fk references list);
     alter table todo add constraint positive check (list > 0) not valid`,
    `alter table todo validate constraint positive;
     alter table todo drop constraint fk; alter table todo add constraint fk foreign key (list) references list on delete cascade`,
  );
  expect(found).toMatchObject([
    { object: 'app.todo.fk', before: { onDelete: 'no-action' }, after: { onDelete: 'cascade' } },
    { object: 'app.todo.positive', before: { validated: false }, after: { validated: true } },
  ]);
});

test('an index that becomes a constraint is told as the constraint', async () => {
  const found = await changes(
    'create table todo (id int); create unique index u on todo (id)',
    'alter table todo add constraint u unique using index u',
  );
  expect(listed(found)).toContain('added constraint app.todo.u');
});

test('a trigger switched off is altered', async () => {
  expect(await changes(todo, 'alter table todo disable trigger stamped')).toMatchObject([
    { kind: 'trigger', change: 'altered', before: { enabled: true }, after: { enabled: false } },
  ]);
});

test('a partition attached and one detached change their table', async () => {
  const found = await changes(
    `create table log (id int) partition by list (id); create table one partition of log for values in (1);
     create table two (id int)`,
    'alter table log detach partition one; alter table log attach partition two for values in (2)',
  );
  expect(found.map(({ object, before, after }) => [object, before, after])).toEqual([
    [
      'app.one',
      { parents: ['app.log'], partitionBound: 'FOR VALUES IN (1)' },
      { parents: [], partitionBound: null },
    ],
    [
      'app.two',
      { parents: [], partitionBound: null },
      { parents: ['app.log'], partitionBound: 'FOR VALUES IN (2)' },
    ],
  ]);
});

test('what partitions copy from their parent is told once, of the parent', async () => {
  const partitioned = `create table log (id int, at date) partition by list (id);
    create table one partition of log for values in (1); create table two partition of log for values in (2);
    create function stamp() returns trigger language plpgsql as 'begin return new; end'`;
  const found = await changes(
    partitioned,
    `create index by_date on log (at); alter table log add primary key (id, at);
     alter table log add constraint recent check (at > '2026-01-01');
     create trigger stamped before insert on log for each row execute function stamp()`,
  );
  expect(listed(found)).toEqual([
    'altered column app.log.at',
    'added index app.log.by_date',
    'altered column app.log.id',
    'added constraint app.log.log_pkey',
    'added constraint app.log.recent',
    'added trigger app.log.stamped',
  ]);
  expect(listed(await changes('', 'create table three partition of log for values in (3)'))).toEqual([
    'added table app.three',
  ]);
  expect(listed(await changes('', 'alter table log disable trigger stamped'))).toEqual([
    'altered trigger app.log.stamped',
  ]);
  expect(listed(await changes('', 'alter table one enable trigger stamped'))).toEqual([
    'altered trigger app.one.stamped',
  ]);
  expect(listed(await changes('', 'drop index by_date; drop trigger stamped on log'))).toEqual([
    'removed index app.log.by_date',
    'removed trigger app.log.stamped',
  ]);
  expect(
    listed(await changes('', 'alter table log add column note text; alter table log rename at to day')),
  ).toEqual(['renamed column app.log.day', 'added column app.log.note']);
  expect(
    listed(await changes('', 'alter table log drop column note; alter table one alter id set default 1')),
  ).toEqual(['removed column app.log.note', 'altered column app.one.id']);
});

test('a comment is a small change of its table', async () => {
  expect(await changes('create table todo (id int)', "comment on table todo is 'later'")).toEqual([
    {
      kind: 'table',
      change: 'altered',
      object: 'app.todo',
      before: { comment: null },
      after: { comment: 'later' },
      renamed: false,
    },
  ]);
});

test('a table that takes the name of another is told apart from it', async () => {
  const found = await changes(
    'create table todo (id int)',
    'alter table todo rename to todo_old; create table todo (id int)',
  );
  expect(listed(found)).toEqual(['added table app.todo', 'renamed table app.todo_old']);
});

test('a trigger of a view that was made again is looked for on the new view', async () => {
  const made = `create view titles as select id from todo;
    create trigger instead instead of insert on titles for each row execute function stamp()`;
  expect(await changes(`${todo}; ${made}`, `drop view titles; ${made}`)).toEqual([]);
  expect(listed(await changes('', 'drop view titles; create view titles as select id from todo'))).toEqual([
    'removed trigger app.titles.instead',
  ]);
});

test('an extension with tables of its own is one change', async () => {
  const { superuser, snapshot } = database();
  const before = await snapshot();
  await superuser.execute('create extension pg_buffercache schema app');
  const after = await snapshot();
  await superuser.execute('drop extension pg_buffercache');
  expect(listed(compareCatalogs(before, after))).toEqual(['added extension pg_buffercache']);
  expect(listed(compareCatalogs(after, before))).toEqual(['removed extension pg_buffercache']);
});

test('a role given more than it had is altered', async () => {
  const { superuser, snapshot } = database();
  await superuser.execute('create role app_role');
  const before = await snapshot();
  await superuser.execute("alter role app_role bypassrls; alter role app_role set statement_timeout = '9s'");
  const after = await snapshot();
  await superuser.execute('drop role app_role');
  expect(compareCatalogs(before, after)).toMatchObject([
    {
      kind: 'role',
      object: 'app_role',
      before: { attributes: ['inherit'], settings: [] },
      after: { attributes: ['bypassrls', 'inherit'], settings: ['statement_timeout=9s'] },
    },
  ]);
});
