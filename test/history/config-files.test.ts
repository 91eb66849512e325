/** Several Drizzle configs, what they may not share, and where nobody can go by their `out`. */
import { describe, expect, it } from 'vitest';
import type { HistoryRequest } from '../../src/history/read-history.ts';
import { journal } from '../repository.ts';
import { historyOfFolders, type Texts } from './folders.ts';

type Options = Partial<Omit<HistoryRequest, 'trees'>>;

function config(out: string, more = 'dbCredentials: { url: process.env.DATABASE_URL! }') {
  return `import { defineConfig } from 'drizzle-kit';
export default defineConfig({ dialect: 'postgresql', schema: './src/schema.ts', out: '${out}', ${more} });
`;
}

const migrations = (directory: string): Texts => ({
  [`${directory}/meta/_journal.json`]: journal({ '0000_a': 100 }),
  [`${directory}/0000_a.sql`]: 'create table a (id int);\n',
});

const read = (base: Texts, options: Options = {}, head: Texts = {}) =>
  historyOfFolders({ base, head }, options);
const refused = (base: Texts) => expect(read(base)).rejects;

describe('several configs for one folder', () => {
  const table = (name: string) => `migrations: { table: '${name}' }`;

  it('agree: production’s tells the table, whatever their names are', async () => {
    const pairs: Texts[] = [
      {
        'drizzle-dev.config.ts': config('./db', table('dev')),
        'drizzle-prod.config.ts': config('db', table('p')),
      },
      {
        'drizzle.config.dev.ts': config('./db', table('dev')),
        'drizzle.config.prod.ts': config('db', table('p')),
      },
      {
        'drizzle.config.ts': config('./db', table('dev')),
        'drizzle.production.config.ts': config('db', table('p')),
      },
    ];
    for (const pair of pairs) {
      const history = await read({ ...pair, ...migrations('db') });
      expect(history.migrationsTable).toEqual({ schema: 'drizzle', name: 'p' });
      expect(history.directory).toBe('db');
    }
    const kit = await read({ ...pairs[2], ...migrations('db') });
    expect(kit.drizzle?.config.head).toBe('drizzle.config.ts');
    const named = await read(
      { ...pairs[0], ...migrations('db') },
      { drizzleConfig: 'drizzle-dev.config.ts' },
    );
    expect(named.migrationsTable).toEqual({ schema: 'drizzle', name: 'dev' });
  });

  it('have each their own name at base and at head', async () => {
    const base = { 'drizzle.config.js': "module.exports = { out: 'db', dialect: 'postgresql' };" };
    const head = { 'drizzle.config.js': null, 'drizzle.config.ts': config('./db') };
    const { drizzle } = await read({ ...base, ...migrations('db') }, {}, head);
    expect(drizzle).toEqual({
      workingDirectory: '.',
      config: { head: 'drizzle.config.ts', base: 'drizzle.config.js' },
      line: 2,
    });
  });

  it('are none where migrations-dir is given, or come along', async () => {
    const options = { migrationsDir: 'db' };
    expect((await read(migrations('db'), options)).drizzle).toBeNull();
    expect(
      (await read({ ...migrations('db'), 'drizzle.config.ts': config('./x') }, options)).drizzle,
    ).toMatchObject({
      config: { head: 'drizzle.config.ts' },
    });
  });

  it('may have any ending when one is named', async () => {
    for (const name of ['db.config.mts', 'db.config.cts', 'conf/drizzle.mts', 'db.config.cjs']) {
      const text = name.endsWith('cjs')
        ? "module.exports = { out: './db' };"
        : config('./db', 'strict: true as boolean');
      const history = await read({ [name]: text, ...migrations('db') }, { drizzleConfig: name });
      expect(history.drizzle?.config.head).toBe(name);
    }
  });
});

describe('two configs on one bookkeeping table', () => {
  const two = (first: string, second: string): Texts => ({
    'drizzle.config.ts': first,
    'drizzle-logs.config.ts': second,
    ...migrations('db'),
    ...migrations('logs'),
  });

  it('are refused: one of the two folders is skipped', async () => {
    await refused(two(config('./db'), config('./logs'))).toMatchObject({
      code: 'migrations-table-shared',
      message: expect.stringContaining(
        'drizzle-logs.config.ts:2: it writes logs and drizzle.config.ts writes db, but both are for the same database and keep their rows in drizzle.__drizzle_migrations.',
      ),
    });
    const constant = `const url = process.env.DATABASE_URL;
export default { out: 'logs', dialect: 'postgresql', dbCredentials: { url: url as string, ssl: true } };`;
    await refused(
      two(config('./db', 'dbCredentials: { ssl: true, url: process.env.DATABASE_URL! }'), constant),
    ).toMatchObject({ code: 'migrations-table-shared' });
    const literal = "dbCredentials: { url: 'postgres://u:secret@db.example.com/x' }";
    const told = await read(two(config('./db', literal), config('./logs', literal))).catch(
      (error: Error) => error,
    );
    expect(told).toMatchObject({ code: 'migrations-table-shared' });
    expect(JSON.stringify([told instanceof Error ? told.message : '', told])).not.toContain('secret');
  });

  it.each([
    ['another variable', config('./logs', 'dbCredentials: { url: process.env.LOGS_URL! }')],
    ['another literal', config('./logs', "dbCredentials: { url: 'postgres://127.0.0.1/logs' }")],
    [
      'a table of its own',
      config('./logs', "migrations: { table: 'logs' }, dbCredentials: { url: process.env.DATABASE_URL! }"),
    ],
    [
      'a schema of its own',
      config('./logs', "migrations: { schema: 'logs' }, dbCredentials: { url: process.env.DATABASE_URL! }"),
    ],
    [
      'a table nobody knows',
      config('./logs', 'migrations: { table: t() }, dbCredentials: { url: process.env.DATABASE_URL! }'),
    ],
    ['no credentials', config('./logs', 'strict: true')],
    ['another dialect', config('./logs').replace("'postgresql'", "'sqlite'")],
    ['the same folder', config('db')],
    ['a folder that holds nothing', config('./elsewhere')],
    ['no config at all', 'console.log(1);'],
  ])('are fine with %s', async (_, second) => {
    expect((await read(two(config('./db'), second))).applier).toBe('drizzle');
  });

  it('are fine when their migrations go by name', async () => {
    const folders = {
      'db/20260101000000_a/migration.sql': 'create table a (id int);',
      'logs/20260101000000_b/migration.sql': 'create table b (id int);',
    };
    const configs = { 'drizzle.config.ts': config('./db'), 'drizzle-logs.config.ts': config('./logs') };
    expect((await read({ ...configs, ...folders })).layout).toEqual({ head: 'folders', base: 'folders' });
  });
});

describe('an absolute out', () => {
  const literal = { 'drizzle.config.ts': config('/srv/db') };
  const joined = (path: string) => ({ 'drizzle.config.ts': config('').replace("''", path) });

  it('is refused under a journal, with the folder where it can be told', async () => {
    await refused({ ...literal, ...migrations('db') }).toMatchObject({
      code: 'drizzle-out-absolute',
      message: expect.stringContaining(
        'drizzle.config.ts:2: `out` is the absolute path "/srv/db". drizzle-kit 0.x',
      ),
      remedy: expect.stringContaining('`migrations-dir` set to the folder'),
    });
    await refused({ ...joined("path.join(__dirname, 'db')"), ...migrations('db') }).toMatchObject({
      code: 'drizzle-out-absolute',
      remedy: expect.stringContaining("(`out: './db'`)"),
    });
  });

  it('is taken with migrations-dir, and where Drizzle 1.0 wrote it', async () => {
    const named = await read({ ...literal, ...migrations('db') }, { migrationsDir: 'db' });
    expect([named.directory, named.drizzle?.config.head]).toEqual(['db', 'drizzle.config.ts']);
    const folders = { 'db/20260101000000_a/migration.sql': 'create table a (id int);' };
    for (const path of [
      "path.join(__dirname, 'db')",
      "resolve(import.meta.dirname, './db')",
      "path.resolve(process.cwd(), 'db')",
      "path.resolve('db')",
    ]) {
      expect((await read({ ...joined(path), ...folders })).directory).toBe('db');
    }
  });
});

describe('out', () => {
  it.each([
    ["'db' + '/migrations'", 'db/migrations'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a config
    ['`${"db"}/migrations`', 'db/migrations'],
    ["path.join('db', 'migrations')", 'db/migrations'],
    ['paths.db', 'db/migrations'],
    ["''", 'drizzle'],
    ['undefined', 'drizzle'],
  ])('%s is %s', async (expression, directory) => {
    const text = `const paths = { db: './db/migrations' };\n${config('').replace("''", expression)}`;
    expect((await read({ 'drizzle.config.ts': text, ...migrations(directory) })).directory).toBe(directory);
  });

  it('is read behind `export { config as default }`, and in a package of a monorepo', async () => {
    const text = "const config = { out: '../../db' };\nexport { config as default };";
    const files = { 'apps/api/drizzle.config.ts': text, ...migrations('db') };
    const { directory, drizzle } = await read(files, { workingDirectory: 'apps/api' });
    expect([directory, drizzle?.config]).toEqual([
      'db',
      { head: 'apps/api/drizzle.config.ts', base: 'apps/api/drizzle.config.ts' },
    ]);
  });

  it('has no default in what only running would tell', async () => {
    for (const expression of ['paths.other', 'process.env.OUT', "path.join(root, 'db')", 'paths[name]']) {
      const text = `const paths = { ...more() };\n${config('').replace("''", expression)}`;
      await refused({ 'drizzle.config.ts': text, ...migrations('drizzle') }).toMatchObject({
        code: 'drizzle-config-unreadable',
      });
    }
  });
});
