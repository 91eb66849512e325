import { describe, expect, it } from 'vitest';
import { sqlNotChecked } from '../findings/texts.ts';
import { judgeFiles } from '../judge.ts';
import { type Files, journal } from '../repository.ts';

const base: Files = {
  'drizzle/0000_a.sql':
    'create table public.todo (id int primary key, title text);\nalter table public.todo enable row level security;\n',
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
};

const withNew = (sql: string, more: Files = {}): Files => ({
  ...base,
  ...more,
  'drizzle/0001_b.sql': sql,
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
});

async function introduced(before: Files, after: Files, options: Readonly<Record<string, string>> = {}) {
  const { report } = await judgeFiles(before, after, options);
  const findings = report.findings.filter((finding) => finding.introduced && finding.severity === 'error');
  return {
    verdict: report.verdict,
    rules: findings.map(({ rule }) => rule),
    notChecked: sqlNotChecked(report),
  };
}

describe('a pull request cannot say what it is compared with', () => {
  it('by a baseline that lacks the table it drops', async () => {
    const dump = 'create table public.todo (id int); alter table public.todo enable row level security;';
    const judged = await introduced(
      { ...base, 'dump.sql': dump },
      withNew('drop table if exists public.todo;', { 'dump.sql': 'select 1;' }),
      { 'baseline-file': 'dump.sql' },
    );
    expect(judged).toMatchObject({ verdict: 'blocked', rules: ['table-dropped'] });
    expect(judged.notChecked.map(({ what }) => what)).toEqual(["the pull request's dump.sql"]);
  });

  it('by a bootstrap file that has the open table already', async () => {
    const open = 'create table if not exists public.open (id int);';
    const judged = await introduced(
      { ...base, 'boot.sql': 'select 1;' },
      withNew(open, { 'boot.sql': open }),
      { 'bootstrap-file': 'boot.sql' },
    );
    expect(judged).toMatchObject({ verdict: 'blocked', rules: ['table-without-rls'] });
  });

  it('by a seed without the rows it deletes', async () => {
    const judged = await introduced(
      { ...base, 'supabase/seed.sql': "insert into public.todo values (1, 'a');" },
      withNew("delete from public.todo where title = 'a';", {
        'supabase/seed.sql': "insert into public.todo values (1, 'b');",
      }),
    );
    expect(judged).toMatchObject({ verdict: 'blocked', rules: ['rows-removed'] });
  });

  it('by a new seed with a rule that keeps rows from being deleted', async () => {
    const seed =
      "insert into public.todo values (1, 'a'); create rule keep as on delete to public.todo do instead nothing;";
    const judged = await introduced(base, withNew('delete from public.todo;', { 'supabase/seed.sql': seed }));
    expect(judged).toMatchObject({ verdict: 'blocked', rules: ['rows-removed'] });
  });

  it('by a new seed with the very job that it schedules', async () => {
    const sql = "select cron.schedule('nightly', '0 3 * * *', 'drop table public.todo');";
    const before = {
      ...base,
      'drizzle/0000_a.sql': `create extension pg_cron;\n${base['drizzle/0000_a.sql']}`,
    };
    const after = { ...withNew(sql, { 'supabase/seed.sql': sql }), ...before };
    const { report } = await judgeFiles(before, {
      ...after,
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
    });
    expect(report.jobs.map(({ name, state }) => [name, state])).toEqual([['nightly', 'new']]);
  });

  it('by a config that calls one of its tables the migrations table', async () => {
    const config = (more: string) => `export default { dialect: 'postgresql', out: './drizzle', ${more} };`;
    const judged = await introduced(
      { ...base, 'drizzle.config.ts': config('') },
      withNew('delete from public.todo; alter table public.todo drop column if exists title;', {
        'drizzle.config.ts': config("migrations: { schema: 'public', table: 'todo' }"),
      }),
    );
    expect(judged).toMatchObject({
      verdict: 'blocked',
      rules: ['migrations-table-changed', 'column-dropped', 'rows-removed'],
    });
  });

  it('by a schema auth of its own, which would make it no Supabase project', async () => {
    const sql = 'create table public.secret (id int); commit; create schema auth;';
    const judged = await introduced(base, withNew(sql), { platform: 'auto' });
    expect(judged.verdict).toBe('blocked');
    expect(judged.rules).toContain('table-without-rls');
  });
});

describe('an honest pull request', () => {
  it('is judged with its own seed, bootstrap and baseline where the base has none', async () => {
    const judged = await introduced(
      base,
      withNew('alter table public.todo add constraint short check (length(title) < 3);', {
        'supabase/seed.sql': "insert into public.todo values (1, 'long title');",
        'dump.sql':
          'create table public.todo (id int, title text); alter table public.todo enable row level security;',
        'boot.sql': 'create schema made_by_hand;',
      }),
      { 'bootstrap-file': 'boot.sql', 'baseline-file': 'dump.sql' },
    );
    expect(judged).toMatchObject({ verdict: 'blocked', rules: ['migration-failed'], notChecked: [] });
  });
});
