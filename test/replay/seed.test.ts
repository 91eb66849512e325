import { expect, test } from 'vitest';
import { single, withServer } from '../server.ts';
import { replayed, replayedOn } from './project.ts';

const everyType = `
create extension if not exists citext;
create type mood as enum ('sad', 'glad');
create domain short as varchar(4) not null;
create domain positive as int check (value > 0);
create table every_type (
  id bigint generated always as identity primary key,
  a smallint, b int not null, c bigint, d numeric(4, 2), e numeric(2, 2), f numeric, g real, h double precision, i money,
  j text not null unique, k varchar(3) unique, l char(2), m citext, n name, o "char", p bytea, q boolean, r uuid unique,
  s date, t timestamp(0), u timestamptz not null, v time, w timetz, x interval,
  aa json, ab jsonb, ac xml, ad inet, ae cidr, af macaddr, ag bit(3), ah varbit(5), ai point, aj tsvector, ak tsquery,
  al int4range, am daterange, an tstzrange, ao mood not null, ap text[], aq mood[], ar int[] not null, at short, au positive,
  av int generated always as (b * 2) stored, aw uuid default gen_random_uuid(), email text check (email ~* '^.+@.+$'),
  status text not null check (status in ('open', 'done')), kind varchar(10) check (kind = any (array['x', 'y']::text[])),
  level int check (level in (10, 20))
);`;

test('a table of every common type gets its rows, the same in every run', async () => {
  const seen: unknown[] = [];
  for (let run = 0; run < 2; run += 1) {
    const { unseeded, rows } = await replayed({ base: [everyType] }, {}, async (session, moment) => {
      if (moment === 'head') {
        seen.push(
          await single(session, 'select json_agg(to_jsonb(t) order by id)::text from every_type as t'),
        );
        expect(Number(await single(session, 'select count(distinct status) from every_type'))).toBe(2);
      }
    });
    expect(unseeded).toEqual([]);
    expect(rows.find(({ table }) => table === 'public.every_type')?.before).toBe(5);
  }
  expect(seen[0]).toBe(seen[1]);
});

const keys = `
create table profiles (id uuid primary key references auth.users (id) on delete cascade, name text not null);
create table teams (id serial primary key, parent int references teams (id), owner uuid not null references profiles (id));
create table members (team int references teams (id), profile uuid references profiles (id), primary key (team, profile));
create table notes (id int primary key, team int, profile uuid, foreign key (team, profile) references members (team, profile));
create table circle_a (id int primary key, b int not null);
create table circle_b (id int primary key, a int not null references circle_a (id));
alter table circle_a add foreign key (b) references circle_b (id);`;

test('foreign keys lead to rows, through auth.users, pairs, themselves and circles', async () => {
  await withServer(async (server) => {
    const { unseeded, failed } = await replayedOn(server, {
      base: [keys],
      // Postgres looks at every row again when a key is made anew.
      new: [
        `do $$
declare k record;
begin
  for k in select conname, conrelid::regclass as t, pg_get_constraintdef(oid) as def from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace
  loop
    execute format('alter table %s drop constraint %I', k.t, k.conname);
    execute format('alter table %s add constraint %I %s', k.t, k.conname, k.def);
  end loop;
end $$;`,
      ],
    });
    expect(failed).toBeNull();
    expect(unseeded).toEqual([]);
  });
});

test('the next insert after generated rows meets no used number', async () => {
  const { failed } = await replayed({
    base: [
      'create table a (id serial primary key, x int);\ncreate table b (id bigint generated always as identity primary key, x int);',
    ],
    new: ['insert into a (x) values (1);\ninsert into b (x) values (1);'],
  });
  expect(failed).toBeNull();
});

test('rows of the seed file stay as they are, and others point at them', async () => {
  const { rows, unseeded, failed } = await replayed({
    base: [
      'create table owner (id int primary key, name text);\ncreate table pet (id int primary key, owner int not null references owner (id));',
    ],
    seed: "insert into owner values (70, 'Ada'), (71, 'Bo');\ninsert into nowhere values (1);",
    new: ['select 1 / (count(*) = 5)::int from pet join owner on owner.id = pet.owner;'],
  });
  expect(failed).toBeNull();
  expect(rows.filter(({ table }) => table === 'public.owner')).toMatchObject([{ before: 2 }]);
  expect(unseeded).toEqual([{ table: 'seed.sql:2', why: '42P01: relation "nowhere" does not exist' }]);
});

test('a table that cannot be filled is named, and its children do without', async () => {
  const { unseeded, rows, failed } = await replayed({
    base: [
      `create table stubborn (id int primary key, code text not null check (length(code) > 100));
create table leans (id int primary key, s int not null references stubborn (id));
create table may_lean (id int primary key, s int references stubborn (id));`,
    ],
    new: [
      'alter table may_lean drop constraint may_lean_s_fkey;\nalter table may_lean add foreign key (s) references stubborn (id);',
    ],
  });
  expect(unseeded).toEqual([
    { table: 'public.leans', why: 's needs a row of public.stubborn, which has none' },
    { table: 'public.stubborn', why: expect.stringContaining('stubborn_code_check') },
  ]);
  expect(rows.filter(({ before }) => before > 0).map(({ table }) => table)).toEqual(['public.may_lean']);
  expect(failed).toBeNull();
});

test('triggers of the project do not fire, and none of its code runs as the superuser', async () => {
  await withServer(async (server) => {
    await replayedOn(server, {
      base: [
        `create table told (who text);
create function who() returns text language sql as 'select current_user::text || session_user::text';
create table t (id int primary key, x vector_like default who());
insert into told values ('before');
create function loud() returns trigger language plpgsql as $$ begin raise exception 'fired'; end $$;`.replace(
          'vector_like',
          'text',
        ),
        'create trigger loud before insert on t for each row execute function loud();\ncreate table u (id int, who text generated always as (x || id::text) stored, x text);',
        `create function superuser() returns boolean language sql stable as $$ select current_user <> 'postgres' or session_user <> 'postgres' $$;
create table guarded (id int check (not superuser()));`,
      ],
      new: ['select 1;'],
    });
    const session = await server.connect('supabase_admin');
    expect(Number(await single(session, 'select count(*) from t'))).toBe(5);
    expect(Number(await single(session, 'select count(*) from guarded'))).toBe(5);
    expect(
      await single(session, "select has_parameter_privilege('postgres', 'session_replication_role', 'set')"),
    ).toBe(
      await withServer(async (other) =>
        single(
          await other.connect('supabase_admin'),
          "select has_parameter_privilege('postgres', 'session_replication_role', 'set')",
        ),
      ),
    );
  });
});

test('with seed-rows 0 nothing is made up', async () => {
  const { rows } = await replayed({ base: ['create table t (id int);'] }, { seedRows: 0 });
  expect(rows.filter(({ before }) => before > 0)).toEqual([]);
});
