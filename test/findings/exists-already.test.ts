/** "Already exists" of a new migration: told once where what made it is gone, and in the words of who applies it. */
import { expect, test } from 'vitest';
import { drizzle } from '../history/project.ts';
import { judgeFiles } from '../judge.ts';
import { rulesOf } from './texts.ts';

const table = 'create table public.shelf (id int); alter table public.shelf enable row level security;';

test('what replaces removed migrations, and so fails on what they made, is one finding', async () => {
  const base = drizzle({ '0000_a': [1_700_000_000_000, table], '0001_b': [1_700_000_100_000, 'select 1;'] });
  // A squash, and the old one's bytes under another name.
  for (const sql of [`${table} select 1;`, table]) {
    const { report } = await judgeFiles(base, drizzle({ '0000_all': [1_700_000_200_000, sql] }));
    expect(rulesOf(report).filter((rule) => rule.startsWith('migration-'))).toEqual(['migration-removed']);
    expect(report.verdict).toBe('blocked');
  }
});

test('a table made twice is told without drizzle-kit where the Supabase CLI applies', async () => {
  const base = { 'supabase/migrations/20260101000000_a.sql': table };
  const head = { ...base, 'supabase/migrations/20260102000000_b.sql': table };
  const options = { 'migrations-from': 'supabase', 'migrations-dir': 'supabase/migrations' };
  const { report } = await judgeFiles(base, head, options);
  const [failed] = report.findings.filter(({ rule }) => rule === 'migration-failed');
  expect(failed?.detail).toContain('exists already');
  expect(`${failed?.detail} ${failed?.remedy}`).not.toContain('drizzle-kit');
});
