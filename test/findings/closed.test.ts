/** SQL that leaves nothing to go on with: a closed database, an open transaction, a session that ends itself. */
import { expect, test } from 'vitest';
import { judged, rulesOf } from './texts.ts';

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
