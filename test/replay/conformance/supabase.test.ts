/** On files that the Supabase CLI applies, our replay leaves behind what the CLI leaves. */
import { expect, test } from 'vitest';
import type { History } from '../../../src/history/history.ts';
import type { Migration } from '../../../src/history/migration.ts';
import { readSqlFile } from '../../../src/history/statements.ts';
import { type CliFile, pushWithSupabase } from '../../supabase-cli.ts';
import { historyOf } from '../project.ts';
import { bothLeave, type Left } from './both.ts';

/** As the CLI cuts them. */
type Statements = readonly string[];

interface Files {
  readonly base?: readonly Statements[];
  readonly new: readonly Statements[];
  /** Where the versions are not to count up. */
  readonly versions?: readonly string[];
}

async function pushed({ base = [], new: fresh, versions = [] }: Files) {
  const files = [...base, ...fresh].map(
    (statements, index): CliFile => ({
      version: versions[index] ?? `2026010100000${index}`,
      name: `step-${index} and_more`,
      statements,
    }),
  );
  const migrations = await Promise.all(
    files.map(async ({ version, name, statements }, index): Promise<Migration> => {
      const tag = `${version}_${name}`;
      const text = statements.map((statement) => `${statement}\n;`).join('\n\n');
      const file = await readSqlFile(`supabase/migrations/${tag}.sql`, text, { breakpoints: false });
      return { ...file, tag, state: index < base.length ? 'base' : 'new', when: null };
    }),
  );
  const history: History = {
    ...(await historyOf({})),
    applier: 'supabase',
    layout: null,
    directory: 'supabase/migrations',
    journalFile: null,
    migrationsTable: null,
    base: migrations.slice(0, base.length),
    new: migrations.slice(base.length),
  };
  return bothLeave(history, async (server) => {
    for (let count = 0; count < base.length; count += 1)
      await pushWithSupabase(server, files.slice(count, count + 1));
    return pushWithSupabase(server, files.slice(base.length));
  });
}

const ends = (left: Left) => [left.rows.length, left.failed] as const;

test('comments, semicolons in them and in bodies, empty files, and what runs in no transaction', async () => {
  const { ours, theirs } = await pushed({
    base: [
      ['-- a table; and more\ncreate table a (id int)', '/* ; */ insert into a values (1) -- one;'],
      [],
      ['create function f() returns int language sql begin atomic; select 1; end'],
      ['-- nothing yet'],
      ['create index concurrently a_id on a (id)'],
      ["do $$ begin perform ';'; end $$", "create type mood as enum ('sad')"],
    ],
    new: [
      ["alter type mood add value 'it''s \\ \"so\"'", 'lock table a', 'savepoint here', 'release here'],
      [
        "create table b (id int, m mood default 'it''s \\ \"so\"')",
        'create unique index concurrently b_id on b (id)',
        'vacuum (analyze) a',
        'drop index concurrently a_id',
        'reindex index concurrently b_id',
        'alter table b add column n int',
      ],
      ['begin', 'create table c (id int)', 'commit', 'create index concurrently c_id on c (id)'],
      [
        'set local search_path = auth',
        "create table public.seen as select pg_catalog.current_setting('search_path') as path",
      ],
    ],
  });
  expect(ours).toEqual(theirs);
  expect(ends(ours)).toEqual([10, null]);
});

test.for<[string, Files, number, string | null]>([
  [
    'settings are taken back before the next file, and a role has to write the row',
    {
      new: [
        ["set search_path = ''"],
        ["select pg_catalog.set_config('search_path', 'auth', false)", 'set time zone 5'],
        ["create table here as select pg_catalog.current_setting('timezone') as zone"],
        ['set role anon'],
      ],
    },
    3,
    '42501',
  ],
  [
    'the files before the one that fails stay, and of that one nothing',
    {
      base: [['create table a (id int)']],
      new: [
        ['create table b (id int)'],
        ['create table c (id int)', 'select 1 / 0'],
        ['create table d (id int)'],
      ],
    },
    2,
    '22012',
  ],
  [
    'what a statement outside of transactions has divided stays up to it',
    {
      new: [
        [
          'create table a (id int)',
          'create index concurrently a_id on a (id)',
          'create table b (id int)',
          'select 1 / 0',
        ],
      ],
    },
    0,
    '22012',
  ],
  [
    'a file with transactions of its own is not undone as a whole',
    {
      new: [
        [
          'create table a (id int)',
          'begin',
          'create table b (id int)',
          'commit',
          'create table c (id int)',
          'begin',
          'create table d (id int)',
          'select 1 / 0',
          'commit',
        ],
      ],
    },
    0,
    '22012',
  ],
  [
    'an enum value is used in the transaction that adds it',
    {
      base: [["create type mood as enum ('sad')"]],
      new: [["alter type mood add value 'glad'", "select 'glad'::mood"]],
    },
    1,
    '55P04',
  ],
  [
    'a version that is there twice',
    {
      new: [['create table a (id int)'], ['create table b (id int)']],
      versions: ['20260101000000', '20260101000000'],
    },
    1,
    '23505',
  ],
  ['a block that commits', { new: [['do $$ begin create table a (id int); commit; end $$']] }, 0, '2D000'],
])('%s', async ([, files, rows, failed]) => {
  const { ours, theirs } = await pushed(files);
  expect(ours).toEqual(theirs);
  expect(ends(ours)).toEqual([rows, failed]);
});
