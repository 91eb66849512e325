import { describe, expect, it } from 'vitest';
import { judgeFiles } from '../judge.ts';
import { type Files, journal } from '../repository.ts';

const schema = `create table public.todo (id bigint primary key, title text not null);
alter table public.todo enable row level security;
create table public.setting (name text primary key, value text);
alter table public.setting enable row level security;
create table public.event (id bigint, day date not null) partition by range (day);
create table public.event_past partition of public.event for values from (minvalue) to ('2026-01-01');
create table public.event_rest partition of public.event default;
alter table public.event enable row level security;
alter table public.event_past enable row level security;
alter table public.event_rest enable row level security;
`;
const seed = `insert into public.todo values (1, 'a'), (2, 'b'), (3, 'c');
insert into public.setting values ('theme', 'dark');
insert into public.event values (1, '2025-05-05'), (2, '2026-05-05');
`;

const base: Files = {
  'drizzle/0000_a.sql': schema,
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000 }),
  'supabase/seed.sql': seed,
};

const migration = (sql: string): Files => ({
  ...base,
  'drizzle/0001_b.sql': sql,
  'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
});

async function removed(
  before: Files,
  after: Files,
  options: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { report } = await judgeFiles(before, after, options);
  expect(report.error).toBeNull();
  return report.findings
    .filter(({ rule, introduced }) => rule === 'rows-removed' && introduced)
    .map(({ object, file, line }) => `${object} ${file}:${line}`);
}

const refill =
  "create temp table kept as select * from public.todo; truncate public.todo; insert into public.todo select id, '' from kept;";

describe('rows that are replaced by as many others', () => {
  it('are removed, when one DO block empties and fills the table', async () => {
    const sql = `do $$ begin ${refill} end $$;`;
    expect(await removed(base, migration(sql))).toEqual(['public.todo drizzle/0001_b.sql:1']);
  });

  it('are removed, when as many were inserted before', async () => {
    const three = "insert into public.todo select g, '' from generate_series(11, 13) as g;";
    const sql = `${three}\ndo $$ begin truncate public.todo; ${three} end $$;`;
    expect(await removed(base, migration(sql))).toEqual(['public.todo drizzle/0001_b.sql:2']);
  });

  it.each(['all', 'none'])(
    'are removed, when a block that may commit does it (transaction: %s)',
    async (transaction) => {
      const sql = `commit;\ndo $$ begin ${refill} end $$;`;
      expect(await removed(base, migration(sql), { transaction })).toEqual([
        'public.todo drizzle/0001_b.sql:2',
      ]);
    },
  );

  it.each([
    ['all', ''],
    ['each', ''],
    ['none', ''],
    ['all', 'commit;'],
  ])('are removed, when a trigger does it at the end (transaction: %s) %s', async (transaction, end) => {
    const sql = `create function public.wipe() returns trigger language plpgsql as $$ begin ${refill} return null; end $$;
create constraint trigger wipe after insert on public.setting deferrable initially deferred for each row execute function public.wipe();
insert into public.setting values ('colour', 'red');
${end}`;
    expect(await removed(base, migration(sql), { transaction })).toEqual([
      'public.todo drizzle/0001_b.sql:3',
    ]);
  });

  it('are removed from a partitioned table too', async () => {
    const sql =
      "delete from public.event;\ninsert into public.event values (1, '2025-05-05'), (2, '2026-05-05');";
    expect(await removed(base, migration(sql))).toEqual(['public.event drizzle/0001_b.sql:1']);
  });

  it('are not removed by an UPDATE that moves them to another partition, or by a rewrite of the table', async () => {
    const sql = `update public.event set day = '2026-06-06' where id = 1;
do $$ begin alter table public.todo alter column id type int; end $$;
insert into public.todo values (4, 'd');
alter table public.todo alter column id type bigint;
do $$ begin perform 1; alter table public.todo alter column title set not null; end $$;`;
    expect(await removed(base, migration(sql))).toEqual([]);
  });
});

describe('rls.sql', () => {
  it.each([
    ['deletes', 'delete from public.todo;'],
    ['empties', 'truncate public.todo;'],
    ['deletes in a block', 'do $$ begin delete from public.todo where id = 1; end $$;'],
    ['empties and fills again', `drop table if exists pg_temp.kept;\n${refill}`],
  ])('that %s rows removes them', async (_, sql) => {
    const found = await removed(base, { ...base, 'rls.sql': sql });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^public\.todo rls\.sql:[12]$/);
  });

  it('removes them by a function of the new migrations, even where it called that before', async () => {
    const rls = 'select public.tidy();';
    const wipe = (body: string) =>
      `create or replace function public.tidy() returns void language sql set search_path = '' as '${body}';`;
    const before = { ...base, 'drizzle/0000_a.sql': schema + wipe('select'), 'rls.sql': rls };
    const after = { ...migration(wipe('delete from public.todo')), ...before };
    expect(
      await removed(before, {
        ...after,
        'drizzle/meta/_journal.json': journal({ '0000_a': 1000, '0001_b': 2000 }),
      }),
    ).toEqual(['public.todo rls.sql:1']);
  });

  it('removes them when only its second run does', async () => {
    const sql = `do $$ begin
  if exists (select from pg_catalog.pg_policies where policyname = 'read') then delete from public.todo; end if;
end $$;
drop policy if exists read on public.setting;
create policy read on public.setting for select to authenticated using (true);`;
    expect(await removed(base, { ...base, 'rls.sql': sql })).toEqual(['public.todo rls.sql:1']);
  });

  it('that has always refreshed its own rows is left alone', async () => {
    const rls = "delete from public.setting; insert into public.setting values ('theme', 'light');";
    const after = { ...base, 'rls.sql': `${rls}\ncomment on table public.todo is 'x';` };
    expect(await removed({ ...base, 'rls.sql': rls }, after)).toEqual([]);
  });
});
