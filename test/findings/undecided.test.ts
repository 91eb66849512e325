/** When the gate says that it could not judge, and when it must not. */
import { expect, test } from 'vitest';
import type { Deadlines } from '../../src/gate.ts';
import type { Report } from '../../src/report/report.ts';
import { headline } from '../../src/report/words.ts';
import { judgeFiles } from '../judge.ts';
import { journal } from '../repository.ts';

const when = { '0000_base': 1_700_000_000_000, '0001_new': 1_700_000_100_000 };
const config = "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n";

interface Case {
  readonly base: string;
  readonly new?: string;
  readonly baseRls?: string;
  readonly headRls?: string;
}

async function judged(texts: Case, deadlines?: Deadlines, options: Record<string, string> = {}) {
  const base = {
    'drizzle.config.ts': config,
    'drizzle/meta/_journal.json': journal({ '0000_base': when['0000_base'] }),
    'drizzle/0000_base.sql': texts.base,
    ...(texts.baseRls === undefined ? {} : { 'rls.sql': texts.baseRls }),
  };
  const head = {
    ...base,
    'drizzle/meta/_journal.json': journal(when),
    'drizzle/0001_new.sql': texts.new ?? 'select 1;',
    ...(texts.headRls === undefined ? {} : { 'rls.sql': texts.headRls }),
  };
  const { report } = await judgeFiles(base, head, options, deadlines);
  return { verdict: report.verdict, code: report.error?.code ?? null, report };
}

const rulesOf = (report: Report) =>
  report.findings.filter(({ introduced }) => introduced).map(({ rule }) => rule);

test('an extension that this server lacks is left out, said, and nobody’s fault', async () => {
  const create = 'create extension pgroonga;';
  const { verdict, code, report } = await judged({ base: 'select 1;', new: `${create}\nselect 1;` });
  expect({ verdict, code }).toEqual({ verdict: 'pass', code: null });
  expect(rulesOf(report)).toEqual(['statement-not-executed']);
  expect(report.outcomes).toEqual({ executed: 1, standIn: 0, notExecuted: 1, failed: 0 });
  expect(headline(report)).toMatchObject({
    mood: 'warned',
    text: 'Nothing found, but 1 statement could not be tried',
  });
  const waiver = '-- gatekeeper: allow statement-not-executed pgroonga because "tried by hand"';
  const waived = await judged({ base: 'select 1;', new: `${waiver}\n${create}` });
  expect(waived.verdict).toBe('pass');
  expect(headline(waived.report)).toMatchObject({
    mood: 'calm',
    text: 'Safe to merge; 1 statement could not be tried',
  });
});

test.each([
  ['a type', 'create table place (id int, at geometry(Point, 4326));', 'postgis'],
  ['a function', 'select st_makepoint(1, 2);', 'postgis'],
  ['a schema', 'grant usage on schema topology to anon;', 'postgis_topology'],
])('%s of an extension that was left out is not missed by the migration', async (_, sql, extension) => {
  const create = 'create extension postgis; create extension postgis_topology;';
  const { verdict, code, report } = await judged({ base: 'select 1;', new: `${create}\n${sql}` });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'extension-unavailable' });
  expect(report.error?.message).toContain(`It needs the extension ${extension}, which`);
  expect(report.error?.remedy).toContain('`postgres: docker`');
  expect(new Set(rulesOf(report))).toEqual(new Set(['statement-not-executed']));
});

test('an extension that base left out is not missed by the migration either, nor by rls.sql', async () => {
  const base = 'create extension postgis; create table t (id int);';
  const sql = 'alter table t add column at geometry;';
  const inMigration = await judged({ base, new: sql });
  expect(inMigration.code).toBe('extension-unavailable');
  expect(rulesOf(inMigration.report)).toEqual([]);
  expect(inMigration.report.notChecked).toContainEqual({
    what: 'extension postgis',
    why: expect.stringMatching(/^drizzle\/0000_base\.sql:1 of the base history could not be tried: /),
  });
  const inRls = await judged({ base, headRls: sql });
  expect(inRls.code).toBe('extension-unavailable');
  expect(rulesOf(inRls.report)).toEqual([]);
});

test('what a stand-in does not have is not missed by the migration, and a wrong call of what it has is', async () => {
  const base = 'create extension pg_cron;';
  const beyond = await judged({ base, new: "select cron.next_year('a');" });
  expect(beyond.code).toBe('extension-unavailable');
  expect(beyond.report.error?.message).toContain('pg_cron, of which this server has only a stand-in');
  expect(rulesOf(beyond.report)).toEqual([]);
  const wrong = await judged({ base, new: 'select cron.schedule(now());' });
  expect({ verdict: wrong.verdict, rules: rulesOf(wrong.report) }).toEqual({
    verdict: 'blocked',
    rules: ['migration-failed'],
  });
});

test('what no extension is known to bring is the migration’s fault', async () => {
  const base = 'create extension postgis;';
  const typo = await judged({ base, new: 'create table note (body txet);' });
  expect({ verdict: typo.verdict, rules: rulesOf(typo.report) }).toEqual({
    verdict: 'blocked',
    rules: ['migration-failed'],
  });
});

test('an extension that only a DO block creates is not missed by the migration, nor by rls.sql', async () => {
  const block = 'do $$ begin create extension if not exists pgroonga; end $$;';
  for (const texts of [
    { base: 'select 1;', new: block },
    { base: 'select 1;', headRls: block },
  ]) {
    const { code, report } = await judged(texts);
    expect({ code, rules: rulesOf(report) }).toEqual({ code: 'extension-unavailable', rules: [] });
  }
});

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
  const { verdict, code } = await judged({
    base: 'create table public.shelf (id int, place public.made_elsewhere);',
    new: 'alter table public.shelf add column note text;',
  });
  expect({ verdict, code }).toEqual({ verdict: 'error', code: 'base-incomplete' });
});

test('a change that does not need it is judged, and the gap is named', async () => {
  const { verdict, code, report } = await judged({
    base: 'create table public.shelf (id int, place public.made_elsewhere);',
    new: 'create table private_note (id int); alter table private_note enable row level security;',
  });
  expect({ verdict, code }).toEqual({ verdict: 'pass', code: null });
  expect(report.notChecked.map(({ what }) => what)).toEqual(['public.shelf']);
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
  expect(report.findings.filter(({ introduced }) => introduced)).toEqual([]);
});

test('a DELETE that met no sample row is named, and one that did is a finding', async () => {
  const base =
    'create table note (id int primary key, title text); alter table note enable row level security;';
  const missed = await judged({ base, new: "delete from note where title = 'no sample row has this';" });
  expect(missed.verdict).toBe('pass');
  expect(missed.report.notChecked.map(({ what }) => what)).toEqual([
    'which rows drizzle/0001_new.sql:1 deletes',
  ]);
  const met = await judged({ base, new: 'delete from note;' });
  expect(met.report.findings.map(({ rule }) => rule)).toContain('rows-removed');
  expect(met.report.notChecked).toEqual([]);
});

test.each([
  ['a limit of connections', 'alter database postgres connection limit 0;', 'too many connections'],
  [
    'reading only',
    'alter database postgres set default_transaction_read_only = on;',
    'default_transaction_read_only is on',
  ],
])('a database that is closed by %s is said to be, whoever closes it', async (_, sql, why) => {
  const byChange = await judged({ base: 'create table t (id int);', new: sql });
  const byBase = await judged({ base: sql });
  for (const [{ verdict, code, report }, file] of [
    [byChange, '0001_new'],
    [byBase, '0000_base'],
  ] as const) {
    expect({ verdict, code }).toEqual({ verdict: 'error', code: 'database-closed' });
    expect(report.error?.message).toContain(why);
    expect(report.error?.message).toContain(`drizzle/${file}.sql:1.`);
  }
});

test('a limit that leaves room closes nothing, and neither does a session that reads only', async () => {
  const { code } = await judged({
    base: 'select 1;',
    new: 'alter database postgres connection limit 20; set default_transaction_read_only = on;',
  });
  expect(code).toBeNull();
});

test('a migration that ends its own session has failed', async () => {
  const { verdict, report } = await judged({
    base: 'select 1;',
    new: 'select pg_terminate_backend(pg_backend_pid());',
  });
  expect({ verdict, rules: rulesOf(report) }).toEqual({ verdict: 'blocked', rules: ['migration-failed'] });
});

test('a transaction that a file leaves open would not be kept', async () => {
  const base = 'create table t (id int); alter table t enable row level security;';
  const open = 'select 1;\nbegin;\nalter table t add column x int;';
  const options = { 'migrations-from': 'files', transaction: 'none' };
  const migration = await judged({ base, new: open }, undefined, options);
  expect(migration.code).toBe('transaction-left-open');
  expect(migration.report.error?.message).toContain('drizzle/0001_new.sql:2');
  const closed = await judged({ base, new: `${open}\ncommit;` }, undefined, options);
  expect({ verdict: closed.verdict, code: closed.code }).toEqual({ verdict: 'pass', code: null });
  const rls = await judged({ base, headRls: `vacuum t;\n${open}` });
  expect(rls.code).toBe('transaction-left-open');
  expect(rls.report.error?.message).toContain('rls.sql:3');
  const standing = await judged({ base, baseRls: `vacuum t;\n${open}`, headRls: `vacuum t;\n${open}` });
  expect(standing.code).toBeNull();
});
