/** Harm behind statements that the gate leaves out. */
import { describe, expect, it } from 'vitest';
import { judgeFiles } from '../judge.ts';
import { type Files, journal } from '../repository.ts';

const base: Files = {
  'drizzle/0000_a.sql': 'create table public.todo (id int primary key);',
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
};

async function judged(sql: string) {
  const { report } = await judgeFiles(base, {
    ...base,
    'drizzle/0001_b.sql': sql,
    'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
  });
  return {
    verdict: report.verdict,
    told: report.findings
      .filter(({ introduced, severity }) => introduced && severity !== 'notice')
      .map(({ rule, line, waived }) => `${rule}:${line}${waived === null ? '' : ' waived'}`),
  };
}

const policy = 'create policy p on storage.objects using (true);';
const hiding = (sql: string) => `do $$ begin ${policy} ${sql} end $$;`;

describe('a block that is left out', () => {
  it.each([
    ['a table that it drops', hiding('drop table public.todo;')],
    ['rows that it deletes', hiding('delete from public.todo;')],
    ['a call of anything', hiding('perform public.anything();')],
    ['a membership that it grants', hiding('grant service_role to authenticated;')],
    [
      'row level security that it switches off',
      hiding('alter table public.todo disable row level security;'),
    ],
    ['what it reads from a view with the name of a catalog', hiding('perform from pg_work;')],
    ['what it reads from a view', hiding('perform from public.work;')],
    ['SQL that it puts together', hiding("execute concat('drop table ', 'public.todo');")],
    [
      'SQL at the end of a name',
      hiding("execute 'drop policy p on storage.objects' || current_setting('x');"),
    ],
    ['SQL in a condition', hiding('if public.anything() then null; end if;')],
    ['SQL in the default of a variable', `do $$ declare x int := public.anything(); begin ${policy} end $$;`],
  ])('is not green with %s', async (_, sql) => {
    expect(await judged(sql)).toEqual({ verdict: 'blocked', told: ['effect-unknown:1'] });
  });

  it('is accepted one by one', async () => {
    const waiver = '-- gatekeeper: allow effect-unknown 0001_b because "read by eye"\n';
    const sql = `${waiver}${hiding('perform 1 from public.todo;')}\n${hiding('drop table public.todo;')}`;
    expect(await judged(sql)).toEqual({
      verdict: 'blocked',
      told: ['effect-unknown:2 waived', 'effect-unknown:3'],
    });
  });
});

it('nobody takes the language away in which the gate watches', async () => {
  for (const sql of ['drop extension plpgsql cascade;', 'drop extension moddatetime, plpgsql cascade;']) {
    const { verdict, told } = await judged(`create extension moddatetime;\n${sql}\ndrop table public.todo;`);
    expect([verdict, told]).toEqual(['blocked', ['migration-failed:2']]);
  }
});
