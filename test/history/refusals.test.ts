import { afterEach, describe, expect, it } from 'vitest';
import { type Files, journal, makeRepository, type TestRepository } from '../repository.ts';
import { a, drizzle, historyOf } from './project.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

type Options = NonNullable<Parameters<typeof historyOf>[2]>;

async function refusal(
  files: Files,
  options: Options = {},
): Promise<{ code: string; message: string; remedy: string }> {
  const repository = makeRepository({ 'README.md': 'x' });
  repositories.push(repository);
  repository.git('branch', 'base');
  repository.commit(files);
  try {
    await historyOf(repository.directory, 'base', options);
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'remedy' in error) {
      return { code: String(error.code), message: error.message, remedy: String(error.remedy) };
    }
    throw error;
  }
  throw new Error('it was accepted');
}

const project = drizzle({ '0000_a': a });

describe('readHistory refuses, with a remedy,', () => {
  it.each<[string, Files, Options, string, string]>([
    [
      'a folder outside of the repository',
      project,
      { migrationsDir: '../x' },
      'path-outside-repository',
      'migrations-dir',
    ],
    ['an absolute folder', project, { migrationsDir: '/etc' }, 'path-outside-repository', '/etc'],
    [
      'a working directory outside',
      project,
      { workingDirectory: '..' },
      'path-outside-repository',
      'working-directory',
    ],
    ['an rls file outside', project, { rlsFile: ['../../rls.sql'] }, 'path-outside-repository', 'rls-file'],
    [
      'a folder behind a symlink',
      { ...project, real: null, drizzle: { link: 'real' }, 'real/meta/_journal.json': journal({}) },
      {},
      'path-behind-link',
      '"drizzle" is a symbolic link',
    ],
    [
      'a folder below a symlink',
      { 'real/db/x.sql': '', apps: { link: 'real' } },
      { migrationsDir: 'apps/db' },
      'path-behind-link',
      '"apps/db" lies behind "apps"',
    ],
    [
      'a SQL file that is a symlink',
      { ...project, 'drizzle/0000_a.sql': { link: '../README.md' } },
      {},
      'path-behind-link',
      'drizzle/0000_a.sql',
    ],
    [
      'a journal that is a symlink',
      { ...project, 'drizzle/meta/_journal.json': { link: '../../README.md' } },
      {},
      'path-behind-link',
      '_journal',
    ],
    [
      'an rls file that is a symlink',
      { ...project, 'rls.sql': { link: 'README.md' } },
      {},
      'path-behind-link',
      'rls.sql',
    ],
    [
      'a name with a line break',
      { ...project, 'drizzle/a\nb.sql': '' },
      {},
      'path-unsafe',
      '"drizzle/a\\nb.sql"',
    ],
    [
      'names that differ in case only',
      { ...project, 'drizzle/0000_A.sql': '' },
      {},
      'paths-collide',
      '0000_A.sql',
    ],
    [
      'a migration of 20 MB',
      { ...project, 'drizzle/0000_a.sql': Buffer.alloc(20_000_000, 'x') },
      {},
      'file-too-large',
      '19.1 MiB',
    ],
    [
      'an rls file of 2 MB',
      { ...project, 'rls.sql': Buffer.alloc(2_000_000, 'x') },
      {},
      'file-too-large',
      'rls.sql has 1.9 MiB',
    ],
    [
      'a migration with a NUL',
      { ...project, 'drizzle/0000_a.sql': 'select 1;\n\0' },
      {},
      'sql-file-not-text',
      '0000_a.sql:2',
    ],
    [
      'UTF-16',
      { ...project, 'drizzle/0000_a.sql': Buffer.from('\uFEFFselect 1;', 'utf16le') },
      {},
      'sql-file-not-text',
      'UTF-16',
    ],
    [
      'bytes that are not UTF-8 in a new migration',
      {
        ...project,
        'drizzle/0000_a.sql': Buffer.from("-- \uFFFD fine\nselect '\u00e9';", 'utf8').subarray(0, -3),
      },
      {},
      'sql-file-not-text',
      '0000_a.sql:2',
    ],
    [
      'a named rls file that is not there',
      project,
      { rlsFile: ['policies.sql'] },
      'file-missing',
      'policies.sql',
    ],
    ['a named seed that is not there', project, { seedFile: 'seed.sql' }, 'file-missing', 'seed-file'],
    [
      'a named bootstrap that is not there',
      project,
      { bootstrapFile: 'x.sql' },
      'file-missing',
      'bootstrap-file',
    ],
    [
      'a named baseline that is not there',
      project,
      { baselineFile: 'x.sql' },
      'file-missing',
      'baseline-file',
    ],
    [
      'a named config that is not there',
      project,
      { drizzleConfig: 'x.ts' },
      'file-missing',
      'drizzle-config',
    ],
    [
      'a project without config',
      { 'drizzle/a.sql': '' },
      {},
      'drizzle-config-missing',
      'no Drizzle config in the top folder',
    ],
    [
      'a monorepo whose package was not named, with the name',
      { 'apps/server/drizzle.config.ts': project['drizzle.config.ts'] ?? '', 'docs/a.md': '' },
      {},
      'drizzle-config-missing',
      'There is one in apps/server.',
    ],
    [
      'a config that only running would tell',
      { 'drizzle.config.ts': 'export default { out: x() };' },
      {},
      'drizzle-config-unreadable',
      'not run',
    ],
    [
      'a project without migrations, told to be Drizzle’s',
      { 'drizzle.config.ts': project['drizzle.config.ts'] ?? '' },
      { migrationsFrom: 'drizzle' },
      'migrations-missing',
      'There is no folder drizzle, neither at base nor at head.',
    ],
    [
      'migrations that git was told to ignore',
      { 'drizzle.config.ts': project['drizzle.config.ts'] ?? '', '.gitignore': 'dist\n/drizzle/\n' },
      { migrationsFrom: 'drizzle' },
      'migrations-missing',
      '.gitignore keeps it out of git.',
    ],
    [
      'a folder of that name that does not exist',
      project,
      { migrationsDir: 'migrations' },
      'migrations-missing',
      'There is no folder migrations',
    ],
    [
      'a folder without migrations',
      { ...project, 'db/.gitkeep': '', 'db/notes.md': 'x' },
      { migrationsDir: 'db' },
      'migrations-empty',
      'The folder db has neither a meta/_journal.json nor SQL files, neither at base nor at head; 2 other files are in it.',
    ],
    [
      'a config without a schema and without migrations',
      { 'drizzle.config.ts': "export default { out: './drizzle', dialect: 'postgresql' };" },
      {},
      'migrations-missing',
      'There is no folder drizzle',
    ],
    [
      'files of other names than the Supabase CLI runs',
      { 'supabase/migrations/init.sql': 'select 1;' },
      { migrationsDir: 'supabase/migrations', migrationsFrom: 'supabase' },
      'migrations-empty',
      '1 SQL file of other names',
    ],
    [
      'SQL without a journal under Drizzle',
      { 'db/a.sql': '' },
      { migrationsDir: 'db', migrationsFrom: 'drizzle' },
      'journal-missing',
      'db has SQL files and no meta/_journal.json',
    ],
    [
      'a journal of another dialect',
      { ...project, 'drizzle/meta/_journal.json': journal({}).replace('postgresql', 'mysql') },
      {},
      'drizzle-dialect-unsupported',
      'mysql',
    ],
  ])('%s', async (_, files, options, code, words) => {
    const refused = await refusal(files, options);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(words);
    expect(refused.remedy).not.toBe('');
  });

  it('a huge file before reading it', async () => {
    const started = performance.now();
    await refusal({ ...project, 'drizzle/0000_a.sql': Buffer.alloc(20_000_000, 'select 1;\n') });
    // Making and committing the file takes most of it; parsing it would take minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('too many migrations', async () => {
    const many = Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`db/${i}.sql`, '']));
    expect((await refusal(many, { migrationsDir: 'db' })).message).toContain('5001 migrations');
  });
});

it('readHistory takes a migrations-dir that is nowhere for a slip, not for a folder whose migrations are gone', async () => {
  const repository = makeRepository(project);
  repositories.push(repository);
  await expect(historyOf(repository.directory, 'main', { migrationsDir: 'drizle' })).rejects.toMatchObject({
    code: 'migrations-missing',
    message: expect.stringContaining('There is no folder drizle'),
  });
});
