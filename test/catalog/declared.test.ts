/** What the schema declares (the setup), and what hand-written SQL has made of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type DeclaredDifference, declaredDifferences } from '../../src/catalog/declared.ts';
import { parseSql } from '../../src/history/statements.ts';
import { around } from './around.ts';

const database = around();
// The definitions that Postgres gives are read by a parser that has to be loaded once.
beforeAll(() => parseSql('select 1'));

async function differences(schema: string, otherwise: string): Promise<readonly DeclaredDifference[]> {
  const { postgres, snapshot } = database();
  await postgres.execute(schema);
  const declared = await snapshot();
  await postgres.execute(otherwise);
  return declaredDifferences(declared, await snapshot());
}

/** `column app.hive.note type, notNull`; with an exclamation mark what is not there at all. */
function told(found: readonly DeclaredDifference[]): readonly string[] {
  return found.map(({ kind, object, declared, actual }) =>
    actual === null ? `!${kind} ${object}` : `${kind} ${object} ${Object.keys(declared).join(', ')}`,
  );
}

const hive = `
  create type mood as enum ('calm', 'cross');
  create table keeper (id uuid primary key default gen_random_uuid(), name varchar(200) not null);
  create table hive (
    id serial primary key,
    keeper uuid not null constraint hive_keeper_fk references keeper on delete cascade,
    name text not null default 'x' constraint hive_name_unique unique,
    weight numeric(6,2) default '1.50',
    mood mood default 'calm',
    at timestamptz default now(),
    loud text generated always as (upper(name)) stored,
    constraint heavy check (weight > 0)
  );
  create index by_mood on hive (mood);
  alter table hive enable row level security;
  create policy own on hive for select to authenticated using (keeper = auth.uid());
  create view hive_names with (security_invoker = true) as select id, name from hive;
  create sequence counter;`;

describe('is told', () => {
  it.each([
    [
      'a missing table, and nothing of its parts',
      'drop table hive cascade; drop view if exists hive_names',
      ['!table app.hive', '!view app.hive_names'],
    ],
    [
      'a missing column, and no key or index on it',
      'alter table hive drop column mood',
      ['!column app.hive.mood'],
    ],
    ['another type', 'alter table keeper alter name type text', ['column app.keeper.name type']],
    [
      'a column that may be null',
      'alter table hive alter name drop not null',
      ['column app.hive.name notNull'],
    ],
    [
      'a default that is not there',
      'alter table hive alter name drop default',
      ['column app.hive.name default'],
    ],
    ['another default', "alter table hive alter name set default 'y'", ['column app.hive.name default']],
    [
      'a column that no longer counts',
      'alter table hive alter id drop default',
      ['column app.hive.id default'],
    ],
    [
      'a column that is no longer computed',
      'alter table hive alter loud drop expression',
      ['column app.hive.loud generated'],
    ],
    [
      'a key that is not there',
      'alter table hive drop constraint hive_keeper_fk',
      ['!constraint app.hive.hive_keeper_fk'],
    ],
    [
      'a key that does something else, whatever its name is',
      'alter table hive drop constraint hive_keeper_fk; alter table hive add constraint other foreign key (keeper) references keeper on delete set null',
      ['constraint app.hive.other definition'],
    ],
    ['a check that is not there', 'alter table hive drop constraint heavy', ['!constraint app.hive.heavy']],
    [
      'another check under its name',
      'alter table hive drop constraint heavy; alter table hive add constraint heavy check (weight >= 0)',
      ['constraint app.hive.heavy definition'],
    ],
    [
      'values that need not be unique',
      'alter table hive drop constraint hive_name_unique',
      ['!constraint app.hive.hive_name_unique'],
    ],
    ['an index that is not there', 'drop index by_mood', ['!index app.hive.by_mood']],
    [
      'another index under its name',
      'drop index by_mood; create index by_mood on hive (at)',
      ['index app.hive.by_mood definition'],
    ],
    [
      'row level security that is off',
      'alter table hive disable row level security',
      ['table app.hive rowSecurity'],
    ],
    ['a policy that is not there', 'drop policy own on hive', ['!policy app.hive.own']],
    [
      'a policy with another condition',
      'alter policy own on hive using (true) ',
      ['policy app.hive.own using'],
    ],
    [
      'a policy for other roles, commands and conditions',
      'drop policy own on hive; create policy own on hive as restrictive to public using (keeper = auth.uid()) with check (true)',
      ['policy app.hive.own permissive, command, roles, withCheck'],
    ],
    [
      'a view that runs as its owner',
      'alter view hive_names reset (security_invoker)',
      ['view app.hive_names securityInvoker'],
    ],
    [
      'a view that shows other rows',
      'create or replace view hive_names with (security_invoker = true) as select id, name from hive where weight > 1',
      ['view app.hive_names definition'],
    ],
    ['a sequence that is not there', 'drop sequence counter', ['!sequence app.counter']],
  ])('%s', async (_, otherwise, expected) => {
    expect(told(await differences(hive, otherwise))).toEqual(expected);
  });

  it('enum values that are missing, by name', async () => {
    const [found] = await differences(
      "create type mood as enum ('calm', 'cross', 'sad')",
      "drop type mood; create type mood as enum ('glad', 'cross', 'calm')",
    );
    expect(found).toMatchObject({ kind: 'enum', object: 'app.mood', declared: { labels: ['sad'] } });
  });
});

describe('is silent on', () => {
  it.each([
    ['nothing done', 'select 1'],
    [
      'what the schema does not know of',
      `
      alter table hive add column note text not null default '';
      alter table hive add constraint short check (length(name) < 100);
      create index by_at on hive (at); create policy more on hive using (false);
      create table extra (id int); create type other as enum ('a'); alter table keeper enable row level security;
      alter table keeper alter name set default 'nobody'; create sequence another;
      create view late as select 1 as one;
      create trigger t before update on hive for each row execute function suppress_redundant_updates_trigger()`,
    ],
    [
      'names that another kit gives',
      `
      alter table hive rename constraint hive_keeper_fk to hive_keeper_fkey;
      alter table hive rename constraint hive_name_unique to hive_name_key;
      alter table hive rename constraint hive_pkey to pk; alter table hive rename constraint heavy to hive_heavy_check;
      alter index by_mood rename to hive_mood_idx; alter sequence hive_id_seq rename to old_seq`,
    ],
    [
      'other spellings of one default',
      `
      alter table hive alter weight set default 1.5;
      alter table hive alter name set default 'x'::varchar; alter table hive alter at set default current_timestamp;
      alter table keeper alter id set default extensions.uuid_generate_v4()`,
    ],
    [
      'an identity in the place of a serial',
      `
      alter table hive alter id drop default; alter table hive alter id add generated by default as identity`,
    ],
    [
      'a unique index in the place of a constraint',
      `
      alter table hive drop constraint hive_name_unique; create unique index other_name on hive (name)`,
    ],
    [
      'constraints that are not validated, or deferrable',
      `
      alter table hive drop constraint heavy, drop constraint hive_keeper_fk;
      alter table hive add constraint heavy check (weight > 0) not valid;
      alter table hive add constraint k foreign key (keeper) references keeper on delete cascade deferrable initially deferred not valid`,
    ],
    [
      'the order of columns, and of the values of an enum',
      `
      alter table hive drop column at; alter table hive add column at timestamptz default now();
      alter type mood add value 'glad' before 'calm'`,
    ],
    ['comments and grants', `comment on table hive is 'x'; grant select on hive to anon`],
    ['a policy under another name', 'alter policy own on hive rename to "Owners read"'],
    [
      'a view that a later migration has made the safer one',
      `
      create or replace view hive_names with (security_invoker = true, security_barrier = true) as select id, name from hive`,
    ],
    [
      'a condition that is spelled otherwise',
      'alter policy own on hive using ((keeper)::uuid = (auth.uid()))',
    ],
  ])('%s', async (_, otherwise) => {
    expect(told(await differences(hive, otherwise))).toEqual([]);
  });

  it('a partitioned table, whose key holds one column more', async () => {
    const found = await differences(
      'create table weighing (id int primary key, day date not null default now(), kg int); create index by_kg on weighing (kg)',
      `drop table weighing; create table weighing (id int, day date not null default now(), kg int, primary key (id, day)) partition by range (day);
       create table weighing_2026 partition of weighing for values from ('2026-01-01') to ('2027-01-01')`,
    );
    expect(told(found)).toEqual([]);
  });

  it('a view in the place of a table, and a table in the place of a view', async () => {
    const found = await differences(
      'create table hive (id int primary key, name text not null); create view names as select id from hive',
      `drop view names; drop table hive; create table names (id int);
       create view hive as select 1 as id, 'x'::text as name`,
    );
    expect(told(found)).toEqual([]);
  });

  it('a view of `*` whose table has grown since, in another order', async () => {
    const grown =
      'create table hive (id int, note text, name text); create view all_hives as select * from hive';
    const found = await differences(
      grown,
      `drop view all_hives; drop table hive; create table hive (id int, name text);
       create view all_hives as select * from hive; alter table hive add column note text`,
    );
    expect(told(found)).toEqual([]);
    const ordered = await differences(
      `drop view all_hives; drop table hive; ${grown}`,
      `drop view all_hives; drop table hive; create table hive (name text, note text, id int);
       create view all_hives as select * from hive`,
    );
    expect(told(ordered)).toEqual([]);
  });

  it("what is Supabase's own, but not on policies on it", async () => {
    const own =
      'create policy f_read on storage.objects for select to authenticated using (owner = auth.uid())';
    const { superuser } = database();
    try {
      await superuser.execute(own);
      const declared = await database().snapshot();
      await superuser.execute(
        'alter policy f_read on storage.objects using (true); alter table auth.users add column extra int; drop index if exists auth.users_instance_id_idx',
      );
      expect(told(declaredDifferences(declared, await database().snapshot()))).toEqual([
        'policy storage.objects.f_read using',
      ]);
    } finally {
      await superuser.execute(
        'drop policy f_read on storage.objects; alter table auth.users drop column if exists extra',
      );
    }
  });
});
