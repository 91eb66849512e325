/** Every section of a snapshot on a real server. Over 300 lines: each section shown with all of its fields. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Catalog, CatalogObject } from '../../src/catalog/catalog.ts';
import { takeSnapshot } from '../../src/catalog/snapshot.ts';
import { around } from './around.ts';

type Fields = {
  readonly [Section in keyof Catalog]: Readonly<
    Record<Exclude<keyof Catalog[Section][number], 'stored' | 'copyOf'>, 0>
  >;
};

const shared = { oid: 0, object: 0 } as const;
const inSchema = { ...shared, schema: 0, name: 0 } as const;
const ofTable = { ...shared, table: 0, name: 0 } as const;
const fields: Fields = {
  schemas: { ...shared, name: 0, owner: 0, grants: 0 },
  tables: {
    ...inSchema,
    kind: 0,
    owner: 0,
    rowSecurity: 0,
    forceRowSecurity: 0,
    options: 0,
    grants: 0,
    parents: 0,
    partitionBound: 0,
    partitionKey: 0,
    definition: 0,
    unlogged: 0,
    replicaIdentity: 0,
    extension: 0,
    comment: 0,
  },
  columns: {
    ...ofTable,
    number: 0,
    type: 0,
    notNull: 0,
    default: 0,
    generated: 0,
    identity: 0,
    collation: 0,
    grants: 0,
  },
  constraints: {
    ...ofTable,
    kind: 0,
    definition: 0,
    columns: 0,
    references: 0,
    referencedColumns: 0,
    onDelete: 0,
    validated: 0,
  },
  indexes: {
    ...ofTable,
    definition: 0,
    unique: 0,
    primary: 0,
    valid: 0,
    columns: 0,
    partial: 0,
    constraint: 0,
  },
  policies: { ...ofTable, permissive: 0, command: 0, roles: 0, using: 0, withCheck: 0 },
  triggers: { ...ofTable, definition: 0, enabled: 0, function: 0 },
  functions: {
    ...inSchema,
    signature: 0,
    arguments: 0,
    kind: 0,
    owner: 0,
    securityDefiner: 0,
    settings: 0,
    grants: 0,
    returns: 0,
    definitionHash: 0,
    extension: 0,
  },
  types: { ...inSchema, kind: 0, labels: 0, definition: 0, extension: 0 },
  sequences: { ...inSchema, definition: 0, ownedBy: 0, grants: 0 },
  extensions: { ...shared, name: 0, schema: 0, version: 0 },
  publications: { ...shared, name: 0, allTables: 0, tables: 0 },
  eventTriggers: { ...shared, name: 0, event: 0, function: 0, enabled: 0 },
  roles: { ...shared, name: 0, attributes: 0, memberOf: 0, settings: 0 },
  defaultPrivileges: { ...shared, role: 0, schema: 0, objectType: 0, grants: 0 },
};

const database = around();

/** The entries of the schema the tests work in. */
function named<Section extends keyof Catalog>(catalog: Catalog, section: Section, object: string) {
  const found = catalog[section].find((one) => one.object === object);
  if (found === undefined) throw new Error(`${section} has no ${object}`);
  return found as Catalog[Section][number];
}

test('a table is seen with its flags, options, comment and grants', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create unlogged table "To do" (id int) with (fillfactor = 70, autovacuum_enabled = false);
    alter table "To do" enable row level security, force row level security, replica identity full;
    comment on table "To do" is 'what''s left';
    grant select, insert on "To do" to anon with grant option; grant select on "To do" to public`);
  const table = named(await snapshot(), 'tables', 'app."To do"');
  expect(table).toMatchObject({
    schema: 'app',
    name: 'To do',
    kind: 'table',
    owner: 'postgres',
    rowSecurity: true,
    forceRowSecurity: true,
    options: ['autovacuum_enabled=false', 'fillfactor=70'],
    parents: [],
    definition: null,
    unlogged: true,
    replicaIdentity: 'full',
    extension: null,
    comment: "what's left",
  });
  expect(table.grants.filter((grant) => grant.grantee !== 'postgres')).toEqual([
    { grantee: 'anon', privilege: 'INSERT', grantable: true },
    { grantee: 'anon', privilege: 'SELECT', grantable: true },
    { grantee: 'public', privilege: 'SELECT', grantable: false },
  ]);
});

test('a table nobody was granted shows the grants its owner has by default', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute('create table todo (id int)');
  const { grants } = named(await snapshot(), 'tables', 'app.todo');
  expect(new Set(grants.map((grant) => grant.grantee))).toEqual(new Set(['postgres']));
  expect(grants.map((grant) => grant.privilege)).toContain('TRUNCATE');
});

test('partitioned tables, partitions and inheritance are seen with bounds and parents', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create table log (at date primary key) partition by range (at);
    create table log_2026 partition of log for values from ('2026-01-01') to ('2027-01-01');
    create table log_rest partition of log default;
    create table person (id int); create table employee () inherits (person);
    create table reader (at date references log)`);
  const catalog = await snapshot();
  expect(named(catalog, 'tables', 'app.log')).toMatchObject({
    kind: 'partitioned-table',
    partitionKey: 'RANGE (at)',
  });
  expect(named(catalog, 'tables', 'app.log_2026')).toMatchObject({
    kind: 'table',
    parents: ['app.log'],
    partitionBound: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  });
  expect(named(catalog, 'tables', 'app.log_rest').partitionBound).toBe('DEFAULT');
  expect(named(catalog, 'tables', 'app.employee').parents).toEqual(['app.person']);
  // Postgres keeps a copy of the foreign key for every partition.
  expect(catalog.constraints.filter((one) => one.table === 'app.reader').map((one) => one.name)).toEqual([
    'reader_at_fkey',
  ]);
});

test('views and materialized views are seen with options and a qualified definition', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create table todo (id int);
    create view open with (security_invoker = true) as select id from todo;
    create materialized view counted as select count(*) as n from todo;
    create unique index on counted (n)`);
  const catalog = await snapshot();
  const view = named(catalog, 'tables', 'app.open');
  expect(view).toMatchObject({ kind: 'view', options: ['security_invoker=true'] });
  expect(view.definition).toContain('FROM app.todo');
  expect(named(catalog, 'tables', 'app.counted').kind).toBe('materialized-view');
  expect(named(catalog, 'indexes', 'app.counted.counted_n_idx').columns).toEqual(['n']);
});

test('columns are seen in their order, with type, default, identity, generation, collation and grants', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create type mood as enum ('sad', 'happy');
    create table todo (
      z varchar(256) not null default 'x', gone int, id int generated always as identity,
      other int generated by default as identity, mood mood default 'sad', "C" text collate "C",
      twice int generated always as (1 + 1) stored
    );
    alter table todo drop column gone;
    grant update ("C") on todo to anon`);
  const catalog = await snapshot();
  const columns = catalog.columns.filter((one) => one.table === 'app.todo');
  expect(columns.map((one) => [one.number, one.object])).toEqual([
    [1, 'app.todo.z'],
    [3, 'app.todo.id'],
    [4, 'app.todo.other'],
    [5, 'app.todo.mood'],
    [6, 'app.todo."C"'],
    [7, 'app.todo.twice'],
  ]);
  expect(columns[0]).toMatchObject({
    oid: named(catalog, 'tables', 'app.todo').oid,
    type: 'character varying(256)',
    notNull: true,
    default: "'x'::character varying",
    collation: null,
    generated: null,
    identity: null,
    grants: [],
  });
  expect(columns[1]).toMatchObject({ identity: 'always', notNull: true });
  expect(columns[2]).toMatchObject({ identity: 'by-default' });
  expect(columns[3]).toMatchObject({ type: 'app.mood', default: "'sad'::app.mood" });
  expect(columns[4]).toMatchObject({
    collation: 'pg_catalog."C"',
    grants: [{ grantee: 'anon', privilege: 'UPDATE', grantable: false }],
  });
  expect(columns[5]).toMatchObject({ generated: 'stored', default: '(1 + 1)' });
});

test('constraints are seen by kind, and not-null is a fact of the column', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create table person (id int primary key, mail text unique not null);
    create table todo (
      id int primary key, a int, b int check (b > 0), owner int references person on delete cascade,
      unique (b, a), exclude using btree (a with =)
    );
    alter table todo add constraint later check (a > 0) not valid`);
  const catalog = await snapshot();
  const constraints = catalog.constraints.filter((one) => one.table === 'app.todo');
  expect(constraints.map((one) => [one.name, one.kind, one.columns])).toEqual([
    ['later', 'check', ['a']],
    ['todo_a_excl', 'exclusion', ['a']],
    ['todo_b_a_key', 'unique', ['b', 'a']],
    ['todo_b_check', 'check', ['b']],
    ['todo_owner_fkey', 'foreign-key', ['owner']],
    ['todo_pkey', 'primary-key', ['id']],
  ]);
  expect(named(catalog, 'constraints', 'app.todo.todo_owner_fkey')).toMatchObject({
    definition: 'FOREIGN KEY (owner) REFERENCES app.person(id) ON DELETE CASCADE',
    references: 'app.person',
    referencedColumns: ['id'],
    onDelete: 'cascade',
    validated: true,
  });
  expect(named(catalog, 'constraints', 'app.todo.later').validated).toBe(false);
});

test('indexes are seen with their key columns, expressions as null, and the constraint they stand behind', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create table todo (id int primary key, a int, b text);
    create unique index half on todo (b, lower(b)) include (a) where a > 3`);
  const catalog = await snapshot();
  expect(named(catalog, 'indexes', 'app.todo.half')).toMatchObject({
    table: 'app.todo',
    columns: ['b', null],
    unique: true,
    primary: false,
    partial: true,
    valid: true,
    constraint: null,
    definition: 'CREATE UNIQUE INDEX half ON app.todo USING btree (b, lower(b)) INCLUDE (a) WHERE (a > 3)',
  });
  expect(named(catalog, 'indexes', 'app.todo.todo_pkey')).toMatchObject({
    primary: true,
    constraint: 'app.todo.todo_pkey',
  });
});

test('policies are seen with roles, PUBLIC as public, and fully qualified expressions', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create function me() returns int language sql as 'select 1';
    create table todo (owner int);
    create policy "Owners read" on todo for select to authenticated, anon using (owner = me());
    create policy everybody on todo as restrictive using (true) with check (owner > 0)`);
  const catalog = await snapshot();
  expect(named(catalog, 'policies', 'app.todo."Owners read"')).toMatchObject({
    table: 'app.todo',
    permissive: true,
    command: 'select',
    roles: ['anon', 'authenticated'],
    using: '(owner = app.me())',
    withCheck: null,
  });
  expect(named(catalog, 'policies', 'app.todo.everybody')).toMatchObject({
    permissive: false,
    command: 'all',
    roles: ['public'],
    using: 'true',
    withCheck: '(owner > 0)',
  });
});

test('triggers are seen with their function, and the ones behind foreign keys are not', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create table person (id int primary key); create table todo (owner int references person);
    create function stamp() returns trigger language plpgsql as 'begin return new; end';
    create trigger stamped before insert on todo for each row execute function stamp();
    create trigger resting before insert on todo for each row execute function stamp();
    alter table todo disable trigger resting`);
  const triggers = (await snapshot()).triggers.filter((one) => one.object.startsWith('app.'));
  expect(triggers.map((one) => [one.object, one.enabled, one.function])).toEqual([
    ['app.todo.resting', false, 'app.stamp()'],
    ['app.todo.stamped', true, 'app.stamp()'],
  ]);
});

test('functions are seen with PUBLIC among the grants unless it was revoked', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create function open(a int, b text default 'x') returns int language sql as 'select 1';
    create function closed() returns int language sql security definer set search_path = '' as 'select 1';
    revoke execute on function closed() from public;
    create procedure walk() language sql as 'select 1';
    create aggregate total(int) (sfunc = int4pl, stype = int)`);
  const catalog = await snapshot();
  expect(named(catalog, 'functions', 'app.open(integer, text)')).toMatchObject({
    signature: 'app.open(integer, text)',
    arguments: "a integer, b text DEFAULT 'x'::text",
    kind: 'function',
    returns: 'integer',
    securityDefiner: false,
    settings: [],
    grants: [
      { grantee: 'postgres', privilege: 'EXECUTE', grantable: false },
      { grantee: 'public', privilege: 'EXECUTE', grantable: false },
    ],
    definitionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(named(catalog, 'functions', 'app.closed()')).toMatchObject({
    securityDefiner: true,
    settings: ['search_path=""'],
    grants: [{ grantee: 'postgres', privilege: 'EXECUTE', grantable: false }],
  });
  expect(named(catalog, 'functions', 'app.walk()')).toMatchObject({ kind: 'procedure', returns: null });
  expect(named(catalog, 'functions', 'app.total(integer)')).toMatchObject({
    kind: 'aggregate',
    definitionHash: null,
  });
});

test('enums, domains, composite types and ranges are seen, row types and what a range brings along are not', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(`
    create type mood as enum ('sad', 'happy'); alter type mood add value 'fine' before 'happy';
    create domain age as int default 1 not null check (value > 0);
    create type pair as (a int, "B" text); create type span as range (subtype = float8);
    create table todo (id int)`);
  const catalog = await snapshot();
  const types = catalog.types.filter((one) => one.schema === 'app');
  expect(types.map((one) => [one.object, one.kind, one.labels, one.definition])).toEqual([
    ['app.age', 'domain', [], 'integer default 1 not null constraint age_check CHECK ((VALUE > 0))'],
    ['app.mood', 'enum', ['sad', 'fine', 'happy'], null],
    ['app.pair', 'composite', [], 'a integer, "B" text'],
    ['app.span', 'range', [], 'range of double precision'],
  ]);
  expect(catalog.functions.filter((one) => one.schema === 'app')).toEqual([]);
});

test('sequences are seen with the column that owns them and without their current value', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute(
    'create table todo (id serial); create sequence free cycle; grant usage on sequence free to anon',
  );
  const before = await snapshot();
  expect(named(before, 'sequences', 'app.todo_id_seq')).toMatchObject({
    ownedBy: 'app.todo.id',
    definition: 'as integer start 1 increment 1 minvalue 1 maxvalue 2147483647 cache 1',
  });
  expect(named(before, 'sequences', 'app.free').definition).toContain(' cycle');
  expect(named(before, 'sequences', 'app.free').grants).toContainEqual({
    grantee: 'anon',
    privilege: 'USAGE',
    grantable: false,
  });
  await postgres.execute('insert into todo default values');
  expect(await snapshot()).toEqual(before);
});

test('schemas, extensions, publications, event triggers, roles and default privileges are seen', async () => {
  const { postgres, superuser, snapshot } = database();
  await postgres.execute(`
    create table todo (id int); grant usage on schema app to anon;
    alter default privileges in schema app grant select on tables to anon;
    create publication app_pub for table todo`);
  await superuser.execute(`
    create publication app_all for all tables; create publication app_schema for tables in schema app;
    create extension if not exists citext schema app;
    create function app.look() returns event_trigger language plpgsql as 'begin end';
    create event trigger app_look on ddl_command_end execute function app.look();
    create role app_role createdb; grant anon to app_role; alter role app_role set statement_timeout = '3s'`);
  try {
    const catalog = await snapshot();
    expect(named(catalog, 'schemas', 'app')).toMatchObject({
      owner: 'postgres',
      grants: [
        { grantee: 'anon', privilege: 'USAGE', grantable: false },
        { grantee: 'postgres', privilege: 'CREATE', grantable: false },
        { grantee: 'postgres', privilege: 'USAGE', grantable: false },
      ],
    });
    expect(named(catalog, 'extensions', 'citext')).toMatchObject({
      schema: 'app',
      version: expect.any(String),
    });
    expect(named(catalog, 'publications', 'app_pub')).toMatchObject({
      allTables: false,
      tables: ['app.todo'],
    });
    expect(named(catalog, 'publications', 'app_all')).toMatchObject({ allTables: true, tables: [] });
    expect(named(catalog, 'publications', 'app_schema').tables).toEqual(['app.*']);
    expect(named(catalog, 'eventTriggers', 'app_look')).toMatchObject({
      event: 'ddl_command_end',
      function: 'app.look()',
      enabled: true,
    });
    expect(named(catalog, 'roles', 'app_role')).toMatchObject({
      attributes: ['createdb', 'inherit'],
      memberOf: ['anon'],
      settings: ['statement_timeout=3s'],
    });
    expect(named(catalog, 'defaultPrivileges', 'postgres in app on tables')).toMatchObject({
      role: 'postgres',
      schema: 'app',
      objectType: 'tables',
      grants: [{ grantee: 'anon', privilege: 'SELECT', grantable: false }],
    });
  } finally {
    await superuser.execute(`
      drop event trigger app_look; drop role app_role; drop extension citext cascade;
      drop publication app_all; drop publication app_schema; drop publication app_pub`);
  }
});

test("Postgres' own things, ours and what extensions bring are left out", async () => {
  const { superuser, postgres, snapshot } = database();
  await superuser.execute(`
    create schema if not exists gatekeeper; create table gatekeeper.kept (id int);
    create function gatekeeper.watch() returns event_trigger language plpgsql as 'begin end';
    create event trigger zz_watch on ddl_command_end execute function gatekeeper.watch();
    create extension if not exists citext schema app`);
  await postgres.execute('create temp table passing (id int); create temp view passing_too as select 1 as a');
  try {
    const catalog = await snapshot();
    const objects = Object.values(catalog).flatMap((section) =>
      (section as Catalog['tables']).map((one) => one.object),
    );
    expect(objects).toContain('citext');
    expect(
      objects.filter((object) =>
        /gatekeeper|zz_watch|passing|^pg_(?!stat_statements$)|information_schema/.test(object),
      ),
    ).toEqual([]);
    expect(catalog.functions.filter((one) => one.schema === 'app')).toEqual([]);
    expect(catalog.types.filter((one) => one.schema === 'app')).toEqual([]);
  } finally {
    await postgres.execute('drop table passing');
    await superuser.execute(
      'drop event trigger zz_watch; drop table gatekeeper.kept; drop function gatekeeper.watch(); drop extension citext',
    );
  }
});

test('a view that an extension brings is kept, with the name of the extension', async () => {
  const { superuser, snapshot } = database();
  await superuser.execute('create extension pg_buffercache schema app');
  try {
    expect(named(await snapshot(), 'tables', 'app.pg_buffercache')).toMatchObject({
      kind: 'view',
      extension: 'pg_buffercache',
    });
  } finally {
    await superuser.execute('drop extension pg_buffercache');
  }
});

test('look-alikes in public and pg_temp and settings of the database change nothing in a snapshot', async () => {
  const { superuser, postgres, snapshot } = database();
  await postgres.execute(`
    create table "select" (at timestamptz default '2026-01-01 00:00:00+02', price money default 3.5,
      word text default 'back\\slash', check (at > '2025-06-01 12:00:00+02'));
    create policy p on "select" using (word like '%x%' and price > 1::money)`);
  const before = await snapshot();
  const [database_] = await superuser.query<{ name: string }>('select pg_catalog.current_database() as name');
  const name = database_?.name ?? '';
  await postgres.execute(`
    create schema look;
    create function look.format(text, variadic text[]) returns text language sql as $$ select 'hostile' $$;
    create function look.pg_get_expr(pg_node_tree, oid) returns text language sql as $$ select 'hostile' $$;
    create function look.json_build_object(variadic text[]) returns json language sql as $$ select '{}'::json $$;
    create function look.never(oid, oid) returns bool language sql as 'select false';
    create operator look.= (leftarg = oid, rightarg = oid, function = look.never);
    create type look.regclass as (a int);
    alter database ${name} set quote_all_identifiers = on;
    alter database ${name} set timezone = 'Asia/Tokyo';
    alter database ${name} set datestyle = 'German';
    alter database ${name} set default_transaction_isolation = 'serializable';
    alter database ${name} set standard_conforming_strings = off`);
  const hostile = await database().reconnect('supabase_admin');
  try {
    await hostile.execute(`
      set search_path = look, pg_temp, pg_catalog;
      create temp table pg_class (oid oid, relname name); create temp table pg_namespace (oid oid, nspname name);
      create temp view pg_policy as select 1 as oid`);
    // It would have worked: this session resolves the bare names to the look-alikes.
    await expect(hostile.query('select relkind from pg_class')).rejects.toThrow(/relkind/);
    expect(await hostile.query("select format('a', 'b') as a")).toEqual([{ a: 'hostile' }]);
    expect(await hostile.query('select 1::oid = 1::oid as same')).toEqual([{ same: false }]);
    const after = await takeSnapshot(hostile);
    const outside = (entries: readonly CatalogObject[]) =>
      entries.filter((one) => !one.object.startsWith('look'));
    for (const section of Object.keys(before) as (keyof Catalog)[]) {
      expect(outside(after[section]), section).toEqual(outside(before[section]));
    }
    expect(named(after, 'functions', 'look.format(text, text[])')).toBeDefined();
    // The session is given back as it was.
    expect(await hostile.query("select format('a', 'b') as a")).toEqual([{ a: 'hostile' }]);
  } finally {
    await hostile.close();
    const settings =
      'quote_all_identifiers timezone datestyle default_transaction_isolation standard_conforming_strings';
    for (const setting of settings.split(' '))
      await superuser.execute(`alter database ${name} reset ${setting}`);
    await superuser.execute('drop schema look cascade');
  }
});

test('a snapshot that fails says why and leaves the session usable', async () => {
  const { superuser, snapshot } = database();
  await superuser.execute('begin');
  await expect(superuser.query('select 1 / 0')).rejects.toThrow('division by zero');
  await expect(snapshot()).rejects.toThrow('current transaction is aborted');
  expect((await snapshot()).schemas.length).toBeGreaterThan(0);
});

test("the session's statement timeout does not stop a snapshot", async () => {
  const { superuser, snapshot } = database();
  await superuser.execute("set statement_timeout = '1ms'");
  try {
    await expect(superuser.query('select pg_sleep(0.05)')).rejects.toThrow('statement timeout');
    expect((await snapshot()).schemas.length).toBeGreaterThan(0);
    await expect(superuser.query('select pg_sleep(0.05)')).rejects.toThrow('statement timeout');
  } finally {
    await superuser.execute('set statement_timeout = 0');
  }
});

test('two snapshots of one database are the same, and sorted', async () => {
  const { postgres, snapshot } = database();
  await postgres.execute('create table b (y int, x int); create table a (id int); create table "Z" (id int)');
  const one = await snapshot();
  expect(await snapshot()).toEqual(one);
  for (const [name, section] of Object.entries(one) as [keyof Catalog, Catalog['tables']][]) {
    const objects = section.map((each) => each.object);
    if (name !== 'columns') expect(objects, name).toEqual(objects.toSorted((x, y) => (x < y ? -1 : 1)));
  }
  expect(one.columns.filter((each) => each.table === 'app.b').map((each) => each.name)).toEqual(['y', 'x']);
});

test('the queries name their columns after the fields of the contract', async () => {
  const { postgres, superuser, snapshot } = database();
  await postgres.execute(`
    create table todo (id serial primary key); create policy p on todo;
    create function f() returns trigger language plpgsql as 'begin return new; end';
    create trigger t before insert on todo for each row execute function f();
    create type mood as enum ('sad'); create publication app_pub for table todo;
    alter default privileges in schema app grant select on tables to anon`);
  await superuser.execute(`
    create function app.look() returns event_trigger language plpgsql as 'begin end';
    create event trigger app_look on ddl_command_end execute function app.look()`);
  try {
    const catalog = await snapshot();
    for (const section of Object.keys(fields) as (keyof Catalog)[]) {
      const entry = catalog[section].find((one) => one.object.includes('app')) ?? catalog[section][0];
      const { stored: _, copyOf: __, ...kept } = entry ?? { object: 'none' };
      expect(Object.keys(kept).sort(), section).toEqual(Object.keys(fields[section]).sort());
    }
  } finally {
    await superuser.execute('drop event trigger app_look; drop publication app_pub');
  }
});

test('every query leaves out the same schemas and calls nothing by a bare name', () => {
  const folder = new URL('../../src/catalog/queries/', import.meta.url);
  const words =
    /^(and|as|by|coalesce|else|exists|filter|from|in|join|k|materialized|nullif|on|or|s|select|then|u|values|where)$/;
  for (const file of readdirSync(folder)) {
    const sql = readFileSync(new URL(file, folder), 'utf8')
      .replaceAll(/--.*/g, '')
      .replaceAll(/'pg_catalog\.pg_\w+'|'pg_class'/g, '');
    const filters = sql.match(/nspname !~ '[^']*'/g) ?? [];
    expect(
      filters.filter((one) => one !== "nspname !~ '^(pg_|information_schema$|gatekeeper$)'"),
      file,
    ).toEqual([]);
    expect(sql.match(/(?<!pg_catalog\.)\bpg_(?!catalog\b)\w+/g) ?? [], file).toEqual([]);
    const calls = [...sql.replaceAll(/'[^']*'/g, '').matchAll(/(?<![\w."])(\w+) ?\(/g)].map(
      (match) => match[1] ?? '',
    );
    expect(
      calls.filter((call) => !words.test(call)),
      file,
    ).toEqual([]);
  }
});
