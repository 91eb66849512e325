import { describe, expect, it } from 'vitest';
import { judgeFiles } from '../judge.ts';
import { type Files, journal } from '../repository.ts';

const columns = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const base: Files = {
  'drizzle/0000_a.sql': `create table public.todo (id int primary key, ${columns.map((name) => `${name} int`).join(', ')});
create table public.note (id int primary key);
alter table public.todo enable row level security;
alter table public.note enable row level security;
`,
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
};

async function judged(sql: string, more: Files = {}) {
  const { report } = await judgeFiles(
    { ...base, ...more },
    {
      ...base,
      ...more,
      'drizzle/0001_b.sql': sql,
      'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
    },
  );
  return {
    verdict: report.verdict,
    told: report.findings
      .filter(({ introduced, severity }) => introduced && severity !== 'notice')
      .map(({ rule, waived }) => `${rule}${waived === null ? '' : ' waived'}`),
    details: report.findings.map(({ detail }) => detail).join('\n'),
  };
}

const waiver = (rule: string, object: string) => `-- gatekeeper: allow ${rule} ${object} because "unused"\n`;

describe('a waiver', () => {
  it('silences no other table of the same statement', async () => {
    const { verdict, told, details } = await judged(
      `${waiver('table-dropped', 'public.note')}drop table public.note, public.todo;`,
    );
    expect([verdict, told]).toEqual(['blocked', ['table-dropped']]);
    expect(details).toContain('No waiver names public.todo.');
  });

  it('silences no other statement of its file, however many they are', async () => {
    const drops = columns.map((name) => `alter table public.todo drop column ${name};`).join('\n');
    const { verdict, told } = await judged(waiver('column-dropped', 'public.todo.a') + drops);
    expect([verdict, told]).toEqual(['blocked', ['column-dropped']]);
  });

  it('for each of them silences the finding that tells of all', async () => {
    const both = waiver('table-dropped', 'public.note') + waiver('table-dropped', 'public.todo');
    expect(await judged(`${both}drop table public.note, public.todo;`)).toMatchObject({
      verdict: 'pass',
      told: ['table-dropped waived'],
    });
    const drops = columns.map(
      (name) =>
        `${waiver('column-dropped', `public.todo.${name}`)}alter table public.todo drop column ${name};`,
    );
    expect(await judged(drops.join('\n'))).toMatchObject({
      verdict: 'pass',
      told: ['column-dropped waived'],
    });
  });

  it('in the config file may name them all at once', async () => {
    const waivers = [{ rule: 'table-dropped', object: 'public.*', reason: 'a playground' }];
    const config = { 'gatekeeper.json': JSON.stringify({ waivers }) };
    expect(await judged('drop table public.note, public.todo;', config)).toMatchObject({ verdict: 'pass' });
  });
});
