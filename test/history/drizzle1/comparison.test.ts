import { expect, test } from 'vitest';
import type { History } from '../../../src/history/history.ts';
import { makeRepository } from '../../repository.ts';
import { historyBetween } from '../memory-tree.ts';
import { historyOf, told } from '../project.ts';
import { type Folder, folders } from './folders.ts';

type Texts = Readonly<Record<string, string>>;

const init = '20260101000000_init';
const second = '20260102000000_second';
const third = '20260103000000_third';
const base = folders({ [init]: 'create table a (id int);\n', [second]: 'create table b (id int);\n' });

async function merging(mergeBase: Texts, base: Texts, head: Texts): Promise<History> {
  return await historyBetween(base, head, { mergeBase });
}

function withThird(folder: Folder | string = 'create table c (id int);\n'): Texts {
  return {
    ...base,
    ...folders({
      [init]: { sql: null, on: null },
      [second]: { sql: null, on: null },
      [third]: on(folder, [second]),
    }),
  };
}

function on(folder: Folder | string, parents: readonly string[]): Folder {
  return typeof folder === 'string' ? { sql: folder, on: parents } : { on: parents, ...folder };
}

test('folders are read by name: tag, file, the second of the name, and what is new', async () => {
  const history = await historyBetween(base, withThird());
  expect(history).toMatchObject({
    applier: 'drizzle',
    layout: { head: 'folders', base: 'folders' },
    directory: 'drizzle',
    journalFile: null,
    outOfOrder: [],
    skipped: [],
    migrationsTable: { schema: 'drizzle', name: '__drizzle_migrations' },
    unreadable: false,
  });
  expect(history.base.map(({ tag, state, when }) => [tag, state, when])).toEqual([
    [init, 'base', Date.UTC(2026, 0, 1)],
    [second, 'base', Date.UTC(2026, 0, 2)],
  ]);
  expect(history.new.map(({ tag, file, when }) => [tag, file, when])).toEqual([
    [third, `drizzle/${third}/migration.sql`, Date.UTC(2026, 0, 3)],
  ]);
  expect(told(history)).toEqual([]);
});

test('a first pull request has everything new', async () => {
  const history = await historyBetween({ 'drizzle.config.ts': String(base['drizzle.config.ts']) }, base);
  expect(history.layout).toEqual({ head: 'folders', base: 'folders' });
  expect(history.new.map(({ tag }) => tag)).toEqual([init, second]);
  expect(told(history)).toEqual([]);
});

test('one that sorts before the newest of base is run last, and named', async () => {
  const between1and2 = '20260101120000_between';
  const files = folders({
    [between1and2]: { sql: 'create table c (id int);\n', on: [init], writes: ['public.c.id'] },
  });
  const history = await historyBetween(base, { ...base, ...files });
  expect(history.new.map(({ tag }) => tag)).toEqual([between1and2]);
  expect(history.outOfOrder).toEqual([between1and2]);
  // A fork that touches nothing of the other branch is fine.
  expect(told(history)).toEqual([]);
});

test('two new ones run by name, as the migrator sorts', async () => {
  const files = folders({
    '20260104000000_b': { sql: 'select 1;\n', on: null },
    '20260104000000_A': { sql: 'select 1;\n', on: null },
    '20260103000000_z': { sql: 'select 1;\n', on: null },
  });
  const history = await historyBetween(base, { ...base, ...files });
  expect(history.new.map(({ tag }) => tag)).toEqual([
    '20260103000000_z',
    '20260104000000_A',
    '20260104000000_b',
  ]);
  expect(told(history)).toEqual([]);
});

test('what landed on the base branch meanwhile is neither new nor removed', async () => {
  const landed = withThird({ sql: 'create table c (id int);\n', writes: ['public.c.id'] });
  const own = folders({
    '20260103000001_own': { sql: 'create table d (id int);\n', on: [second], writes: ['public.d.id'] },
  });
  const history = await merging(base, landed, { ...base, ...own });
  expect(history.base.map(({ tag }) => tag)).toEqual([init, second, third]);
  expect(history.new.map(({ tag }) => tag)).toEqual(['20260103000001_own']);
  expect(told(history)).toEqual([]);
});

test('a conflict with what landed on the base branch is found on the merge result', async () => {
  const landed = withThird({ sql: 'alter table b drop column x;\n', writes: ['public.b.x'] });
  const own = '20260103000001_own';
  const files = folders({
    [own]: { sql: 'alter table b alter x set not null;\n', on: [second], writes: ['public.b.x'] },
  });
  const history = await merging(base, landed, { ...base, ...files });
  expect(told(history)).toEqual([`snapshot-chain-broken ${own} drizzle/${own}/snapshot.json:null`]);
  const [problem] = history.problems;
  expect(problem?.what).toContain(
    `${own} (alter column public.b.x) and ${third} (alter column public.b.x) conflict`,
  );
  expect(problem?.remedy).toContain(`Delete ${own}, merge the base branch`);
});

test('names that tell no time stop the deploy', async () => {
  const files = folders({
    add_c: { sql: 'create table c (id int);\n', on: [second] },
    '2026_x': { sql: '', on: null },
  });
  const history = await historyBetween(base, { ...base, ...files });
  expect(history.problems.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
    'journal-broken 2026_x',
    'journal-broken add_c',
  ]);
  expect(history.problems[1]?.what).toContain('invalid input syntax for type bigint: "NaN"');
  expect(history.new.map(({ tag, when }) => [tag, when])).toEqual([
    ['2026_x', null],
    ['add_c', null],
  ]);
});

test.each([
  '20260103000000',
  '20260103000000-no-underscore',
  '20261399999999_overflows',
  '2026010300000_short',
])('the name %s tells one', async (name) => {
  const files = folders({ [name]: { sql: 'create table c (id int);\n', on: [second] } });
  const history = await historyBetween(base, { ...base, ...files });
  expect(told(history)).toEqual([]);
  expect(history.new.map(({ tag }) => tag)).toEqual([name]);
});

test('a folder without migration.sql and a file beside the folders never run', async () => {
  const files = {
    ...folders({ [third]: { sql: null, on: [second] } }),
    'drizzle/0003_by_hand.sql': 'create table d (id int);\n',
    'drizzle/rls.sql': 'select 1;\n',
    'drizzle/archive/20250101000000_old/migration.sql': 'select 1;\n',
    'drizzle/20260104000000_notes/README.md': 'Nothing.\n',
  };
  const history = await historyBetween(base, { ...base, ...files });
  expect(told(history)).toEqual([
    'migration-unlisted drizzle/0003_by_hand.sql drizzle/0003_by_hand.sql:null',
    `migration-unlisted ${third} drizzle/${third}/snapshot.json:null`,
  ]);
  expect(history.new).toEqual([]);
});

test('a journal beside the folders stops drizzle-orm 1.0; other files of meta/ do not', async () => {
  const history = await historyBetween(base, {
    ...base,
    'drizzle/meta/_journal.json': '{"version":"7","entries":[]}\n',
  });
  expect(told(history)).toEqual([
    'journal-broken drizzle/meta/_journal.json drizzle/meta/_journal.json:null',
  ]);
  expect(history.layout).toEqual({ head: 'folders', base: 'folders' });
  const harmless = await historyBetween(base, { ...base, 'drizzle/meta/0000_snapshot.json': '{}\n' });
  expect(told(harmless)).toEqual([]);
});

test('drizzle-kit 0.x run in a folder of 1.0 leaves a journal that is none of the history', async () => {
  const journal =
    '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_all","breakpoints":true}]}\n';
  const history = await historyBetween(base, {
    ...base,
    'drizzle/meta/_journal.json': journal,
    'drizzle/0000_all.sql': 'create table a (id int);\n',
  });
  expect(told(history)).toEqual([
    'journal-broken drizzle/meta/_journal.json drizzle/meta/_journal.json:null',
    'migration-unlisted drizzle/0000_all.sql drizzle/0000_all.sql:null',
  ]);
  expect(history.new).toEqual([]);
});

test('what was there already stands', async () => {
  const broken = {
    ...base,
    ...folders({ add_c: { sql: 'create table c (id int);\n', on: [second] } }),
    'drizzle/loose.sql': 'select 1;\n',
    'drizzle/meta/_journal.json': '{"entries":[]}\n',
  };
  const history = await historyBetween(broken, {
    ...broken,
    ...folders({ '20260105000000_d': { sql: 'select 1;\n', on: ['add_c'] } }),
  });
  expect(history.problems.map(({ atBase }) => atBase)).toEqual([true, true, true, false]);
  expect(history.problems[3]?.what).toContain('20260105000000_d builds on add_c and sorts before it');
});

test('a migration that ran is edited, removed or renamed', async () => {
  const edited = await historyBetween(base, {
    ...base,
    [`drizzle/${init}/migration.sql`]: 'create table a (id bigint);\n',
  });
  expect(told(edited)).toEqual([`migration-edited ${init} drizzle/${init}/migration.sql:1`]);

  const gone = await historyBetween(base, folders({ [init]: 'create table a (id int);\n' }));
  expect(told(gone)).toEqual([`migration-removed ${second} drizzle/${second}/migration.sql:null`]);

  const { [`drizzle/${second}/migration.sql`]: _, ...withoutSql } = base;
  const lost = await historyBetween(base, withoutSql);
  expect(told(lost)).toEqual([`migration-removed ${second} drizzle/${second}/migration.sql:null`]);
  expect(lost.problems[0]?.what).toContain('has lost its migration.sql');

  const renamed = await historyBetween(base, {
    ...folders({ [init]: 'create table a (id int);\n' }),
    [`drizzle/${third}/migration.sql`]: 'create table b (id int);\n',
    [`drizzle/${third}/snapshot.json`]: String(base[`drizzle/${second}/snapshot.json`]),
  });
  expect(told(renamed)).toEqual([`migration-removed ${second} drizzle/${third}/migration.sql:1`]);
  expect(renamed.problems[0]?.remedy).toBe(`Name the folder ${second} again.`);
  expect(renamed.new.map(({ tag }) => tag)).toEqual([third]);
});

test('a folder in another place is moved, not removed', async () => {
  const moved = Object.fromEntries(
    Object.entries(base).map(([path, text]) => [
      path.replace(/^drizzle\//, 'db/migrations/'),
      path === 'drizzle.config.ts' ? text.replace('./drizzle', './db/migrations') : text,
    ]),
  );
  const history = await historyBetween(base, moved);
  expect(told(history)).toEqual([]);
  expect(history.moved).toEqual({ from: 'drizzle', to: 'db/migrations', migrations: 2 });
  expect(history.new).toEqual([]);
});

test('generate --fix-conflicts that took a folder of base away', async () => {
  const fix = '20260105000000_fix';
  const files = folders({ [init]: 'create table a (id int);\n', [fix]: 'create table b (id int, x int);\n' });
  const history = await historyBetween(base, files);
  expect(told(history)).toEqual([`migration-removed ${second} drizzle/${fix}/migration.sql:1`]);
  expect(history.problems[0]?.what).toContain('--fix-conflicts');
  expect(history.problems[0]?.evidence).toMatchObject({ replacedBy: fix });
});

test('a folder thrown away and generated anew is one problem', async () => {
  const history = await historyBetween(
    base,
    folders({ '20260105000000_all': 'create table a (id int);create table b (id int);\n' }),
  );
  expect(history.problems.map(({ kind }) => kind)).toEqual(['migration-removed']);
  const nothing = await historyBetween(base, { 'drizzle.config.ts': String(base['drizzle.config.ts']) });
  expect(nothing.problems.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
    'migration-removed drizzle',
  ]);
});

test('what the base branch removed itself is not removed by the pull request', async () => {
  const landed = folders({ [init]: 'create table a (id int);\n' });
  const history = await merging(base, landed, { ...base, 'README.md': 'Something else.\n' });
  expect(told(history)).toEqual([]);
  expect(history.base.map(({ tag }) => tag)).toEqual([init]);
  expect(history.new).toEqual([]);
});

test('git gives the same, and a folder that is a link is refused', async () => {
  const repository = makeRepository();
  try {
    const before = repository.commit(base);
    repository.commit(withThird());
    const history = await historyOf(repository.directory, before);
    expect(history.applierWhy).toBe('drizzle holds 2 folders of Drizzle 1.0');
    expect(history.new.map(({ tag }) => tag)).toEqual([third]);
    repository.commit({ 'drizzle/20260104000000_link': { link: '../elsewhere' } });
    const linked = historyOf(repository.directory, before);
    await expect(linked).rejects.toMatchObject({ code: 'path-behind-link' });
  } finally {
    repository.remove();
  }
});

test('names that differ in case only are refused', async () => {
  const files = { ...base, ...folders({ [init.toUpperCase()]: { sql: 'select 1;\n', on: null } }) };
  await expect(historyBetween(base, files)).rejects.toMatchObject({ code: 'paths-collide' });
});
