/** When the gate says that it could not judge, and when it must not. */
import { expect, test } from 'vitest';
import { judged, sqlNotChecked } from './texts.ts';

test('an extension that nobody may create is the migration’s fault', async () => {
  const { verdict, code } = await judged({ base: 'select 1;', new: 'create extension file_fdw;' });
  expect({ verdict, code }).toEqual({ verdict: 'blocked', code: null });
});

test('SQL that is no SQL is refused and found', async () => {
  const { verdict, code, report } = await judged({ base: 'select 1;', new: 'create tabel t (id int);' });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'sql-unparsable' });
  expect(report.findings.map(({ rule }) => rule)).toContain('migration-failed');
});

test('a syntax error inside a function that runs is a failure like any other', async () => {
  const { verdict, code } = await judged({
    base: 'select 1;',
    new: "do $$ begin execute 'selec 1'; end $$;",
  });
  expect({ verdict, code }).toEqual({ verdict: 'blocked', code: null });
});

test('what the base history could not make is not blamed on the change that needs it', async () => {
  const { verdict, code, report } = await judged({
    base: 'create table public.box (id made_by_hand);\ncreate table public.shelf (id int, place public.made_elsewhere);',
    new: 'alter table public.shelf add column note text;',
  });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
  // Not just any of them: the one that should have made it.
  expect(report.error?.message).toContain(
    'needs public.shelf, which the base history does not make here: drizzle/0000_base.sql:2 failed with 42704 type "public.made_elsewhere" does not exist, and so did 1 more of its statements',
  );
});

test('a change that does not need it is judged, and the gap is named', async () => {
  const { verdict, code, report } = await judged({
    base: 'create table public.shelf (id int, place public.made_elsewhere);',
    new: 'create table private_note (id int); alter table private_note enable row level security;',
  });
  expect({ verdict, code }).toEqual({ verdict: 'pass', code: null });
  expect(sqlNotChecked(report).map(({ what }) => what)).toEqual(['public.shelf']);
});

test('an rls.sql that failed at base already does not stop the judgement of what is new', async () => {
  const rls = 'alter table public.shelf enable row level security;';
  const { code, report } = await judged({
    base: 'create table public.shelf (id int, place public.made_elsewhere);',
    baseRls: rls,
    headRls: rls,
    new: 'create table open_note (id int);',
  });
  expect(code).toBeNull();
  const errors = report.findings.filter(({ introduced, severity }) => introduced && severity === 'error');
  expect(errors.map(({ rule }) => rule)).toEqual(['table-without-rls']);
});

test('a statement that never ends is stopped and nothing is judged', async () => {
  const { verdict, code } = await judged(
    { base: 'select 1;', new: 'select pg_sleep(3600);' },
    { statementMs: 500, overallMs: 30_000 },
  );
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'statement-deadline' });
});

test('a type of an extension that base could not have is not blamed on the migration that names it too', async () => {
  const { verdict, code, report } = await judged({
    base: 'create extension pgroonga; create table note (id int, body quux);',
    new: 'create function near(q quux) returns int language sql as $$ select 1 $$;',
  });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
  expect(report.findings).toEqual([]);
});

test('a foreign key to a column that base could not retype is not blamed on the migration that adds it', async () => {
  const { verdict, code, report } = await judged({
    base: 'create table plate (id text primary key); alter table plate alter column id set data type uuid;',
    new: 'create table report (plate_id uuid references plate (id)); alter table report enable row level security;',
  });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
  expect(report.error?.message).toContain('needs the new type of public.plate.id');
  expect(report.findings.filter(({ introduced }) => introduced)).toEqual([]);
});

test('what rls.sql would protect is not found open where it only misses what base could not make', async () => {
  const rls = (tables: string) =>
    `do $$ declare t text; begin foreach t in array array[${tables}] loop
execute format('alter table %I enable row level security', t); end loop; end $$;`;
  const texts = { base: 'create table lost (v vector);', new: 'create table u (id int);' };
  const { verdict, code, report } = await judged({
    ...texts,
    baseRls: rls("'lost'"),
    headRls: rls("'lost', 'u'"),
  });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
  expect(report.findings).toEqual([]);
});

test('a table that an old rls.sql does not name is found open, whatever that misses of base', async () => {
  const rls = 'alter table lost enable row level security;';
  const { verdict, code, report } = await judged({
    base: 'create table lost (v vector);',
    new: 'create table u (id int);',
    baseRls: rls,
    headRls: rls,
  });
  expect({ verdict, code }).toEqual({ verdict: 'blocked', code: null });
  const open = report.findings.filter(({ introduced }) => introduced);
  expect(open.map(({ rule, object }) => `${rule} ${object}`)).toEqual(['table-without-rls public.u']);
});

test('what rls.sql protects below a statement that failed at base too is not found open', async () => {
  const rls = (table: string) =>
    `alter role authenticator superuser;\nalter table ${table} enable row level security;`;
  const { verdict, report } = await judged({
    base: 'create table t (id int);',
    new: 'create table u (id int);',
    baseRls: rls('t'),
    headRls: `${rls('t')}\nalter table u enable row level security;`,
  });
  expect(verdict).toBe('pass');
  expect(report.findings.map(({ rule, introduced }) => [rule, introduced])).toContainEqual([
    'privileged-statement',
    false,
  ]);
});

test('a role that base’s rls.sql could not make is not missed by the change', async () => {
  const rls = (tables: string) =>
    `do $$ begin create role app; alter role app superuser; end $$;\ngrant select on ${tables} to app;`;
  const { verdict, code, report } = await judged({
    base: 'create table t (id int);',
    new: 'create table u (id int);',
    baseRls: rls('t'),
    headRls: `${rls('t, u')}\nalter table u enable row level security;`,
  });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
  expect(report.error?.message).toContain('needs role "app"');
  expect(report.error?.message).toContain('rls.sql:1 failed with 42501 permission denied to alter role');
  expect(report.findings.filter(({ introduced }) => introduced)).toEqual([]);
});

test('a DELETE that met no sample row is named, and one that did is a finding', async () => {
  const base =
    'create table note (id int primary key, title text); alter table note enable row level security;';
  const missed = await judged({ base, new: "delete from note where title = 'no sample row has this';" });
  expect(missed.verdict).toBe('pass');
  expect(sqlNotChecked(missed.report).map(({ what }) => what)).toEqual([
    'which rows drizzle/0001_new.sql:1 deletes',
  ]);
  const met = await judged({ base, new: 'delete from note;' });
  expect(met.report.findings.map(({ rule }) => rule)).toContain('rows-removed');
  expect(sqlNotChecked(met.report)).toEqual([]);
});

test('a baseline that is commented out is named, with the command that makes another, and what it lacks is listed', async () => {
  const pulled = (between: string) => `-- Current sql file was generated after introspecting the database
/*
create table public.shelf (id int primary key);
${between}create table public.box (id int primary key);
*/`;
  for (const between of ['', '--> statement-breakpoint\n']) {
    const needs = 'alter table public.shelf add column note text;';
    const { verdict, code, report } = await judged({ base: pulled(between), new: needs });
    expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
    expect(report.error?.message).toContain('drizzle/0000_base.sql is commented out');
    expect(report.error?.remedy).toContain('supabase db dump -f baseline.sql');
    expect(report.findings).toEqual([]);
  }
  const other = 'create table note (id int); alter table note enable row level security;';
  const { verdict, report } = await judged({ base: pulled(''), new: other });
  expect(verdict).toBe('pass');
  expect(sqlNotChecked(report)).toEqual([
    {
      what: 'public.shelf, public.box',
      why: 'drizzle/0000_base.sql:2 of the base history is commented out, and so makes nothing here',
    },
  ]);
});
