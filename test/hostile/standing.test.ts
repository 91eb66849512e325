import { describe, expect, it } from 'vitest';
import { judgeFiles } from '../judge.ts';
import { type Files, journal } from '../repository.ts';

const base: Files = {
  'drizzle/0000_a.sql': 'create table public.legacy (id int primary key);\n',
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
};

async function openTables(sql: string): Promise<readonly string[]> {
  const { report } = await judgeFiles(base, {
    ...base,
    'drizzle/0001_b.sql': sql,
    'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
  });
  return report.findings
    .filter(({ rule }) => rule === 'table-without-rls')
    .map(({ object, introduced }) => `${object} ${introduced ? 'introduced' : 'standing'}`);
}

describe('a fault that stood at base', () => {
  it('does not cover a new table that takes the name of the old one', async () => {
    const sql =
      'alter table public.legacy rename to old; create table public.legacy (secret text primary key);';
    expect(await openTables(sql)).toEqual(['public.legacy introduced', 'public.old standing']);
  });

  it('stays standing when the table is renamed, or left alone', async () => {
    expect(await openTables('alter table public.legacy rename to old;')).toEqual(['public.old standing']);
    expect(await openTables("comment on table public.legacy is 'x';")).toEqual(['public.legacy standing']);
  });
});
