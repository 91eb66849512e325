/** Who applies the migrations, when nobody says so: a journal that is missing must not turn into "every file by name". */
import { afterEach, expect, test } from 'vitest';
import { type Files, makeRepository, type TestRepository } from '../repository.ts';
import { config, historyOf } from './project.ts';

let repository: TestRepository | null = null;
afterEach(() => repository?.remove());

function twoCommits(base: Files, head: Files): { directory: string; base: string } {
  repository = makeRepository();
  const before = repository.commit({ 'README.md': 'x', ...base });
  repository.commit({ 'README.md': 'y', ...head });
  return { directory: repository.directory, base: before };
}

const sql: Files = { 'drizzle/0000_a.sql': 'create table a (id int);' };

test('SQL in the folder of a Drizzle config, without a journal, is refused', async () => {
  const { directory, base } = twoCommits({ 'drizzle.config.ts': config, ...sql }, {});
  await expect(historyOf(directory, base)).rejects.toMatchObject({ code: 'journal-missing' });
});

test('the same with migrations-from: files is what another tool applies', async () => {
  const { directory, base } = twoCommits({ 'drizzle.config.ts': config, ...sql }, {});
  expect(await historyOf(directory, base, { migrationsFrom: 'files' })).toMatchObject({ applier: 'files' });
});

test('another folder than the config names is not Drizzle’s to list', async () => {
  const files = { 'drizzle.config.ts': config, 'sql/one.sql': 'select 1;' };
  const { directory, base } = twoCommits(files, {});
  expect(await historyOf(directory, base, { migrationsDir: 'sql' })).toMatchObject({ applier: 'files' });
});

test('without any config a folder of SQL is taken file by file', async () => {
  const { directory, base } = twoCommits(sql, {});
  expect(await historyOf(directory, base, { migrationsDir: 'drizzle' })).toMatchObject({ applier: 'files' });
});
