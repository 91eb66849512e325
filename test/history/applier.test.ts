/** Who applies the migrations, when nobody says so; over 300 lines, for it is one table of cases. */
import { describe, expect, it } from 'vitest';
import type { HistoryRequest } from '../../src/history/read-history.ts';
import { journal } from '../repository.ts';
import { historyOfFolders, type Texts } from './folders.ts';
import { config } from './project.ts';

type Options = Partial<Omit<HistoryRequest, 'trees'>>;

/** `applier: why` for a pull request that changes something else, or what is given. */
async function decided(base: Texts, head: Texts = { 'README.md': 'y' }, options: Options = {}) {
  const { applier, applierWhy } = await historyOfFolders(
    { base: { 'README.md': 'x', ...base }, head },
    options,
  );
  return `${applier}: ${applierWhy}`;
}

const toSupabase = (more = '') =>
  `export default { dialect: 'postgresql', schema: './src/schema.ts', out: './supabase/migrations'${more} };`;
const withPrefix = toSupabase(", migrations: { prefix: 'supabase' }");

/** `20260101000000_a`, `20260102000000_b` … */
const tag = (index: number) => `202601${String(index + 1).padStart(2, '0')}000000_m${index}`;

function files(count: number, directory = 'supabase/migrations'): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `${directory}/${tag(index)}.sql`);
  return Object.fromEntries(names.map((name, index) => [name, `create table t${index} (id int);`]));
}

function journalOf(count: number, directory = 'supabase/migrations'): Record<string, string> {
  const entries = Array.from({ length: count }, (_, index) => [tag(index), 1000 + index] as const);
  return { [`${directory}/meta/_journal.json`]: journal(Object.fromEntries(entries)) };
}

const toml = { 'supabase/config.toml': 'project_id = "x"\n' };

const workflow = (run: string, file = 'deploy') => ({
  [`.github/workflows/${file}.yml`]: `name: deploy
on: { push: { branches: [main] } }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          echo "supabase db push"
          ${run}
`,
});

const scripts = (all: Record<string, string>, file = 'package.json') => ({
  [file]: JSON.stringify({ name: 'x', scripts: all }, null, 2),
});

const listed = { 'drizzle.config.ts': toSupabase(), ...files(3), ...journalOf(3), ...toml };

describe('a folder without a journal', () => {
  const sql: Texts = { 'drizzle/0000_a.sql': 'create table a (id int);' };

  it('that a Drizzle config names has lost it: refused', async () => {
    const lost = { 'drizzle.config.ts': config, ...sql };
    await expect(decided(lost)).rejects.toMatchObject({ code: 'journal-missing' });
    expect(await decided(lost, {}, { migrationsFrom: 'files' })).toBe(
      'files: as told by the option migrations-from',
    );
  });

  it('that no config names is taken file by file', async () => {
    const other = { 'drizzle.config.ts': config, 'sql/one.sql': 'select 1;' };
    const why = 'files: sql has SQL files, no journal, and no Drizzle config names it';
    expect(await decided(other, {}, { migrationsDir: 'sql' })).toBe(why);
    expect(await decided(sql, {}, { migrationsDir: 'drizzle' })).toMatch(/^files: /);
  });

  it('with names for the Supabase CLI and its config is the CLI’s, with a Drizzle config or without', async () => {
    const why =
      'supabase: supabase/config.toml is there, and 2 of 2 files in supabase/migrations have names for the Supabase CLI';
    expect(await decided({ 'drizzle.config.ts': toSupabase(), ...files(2), ...toml })).toBe(why);
    expect(await decided({ ...files(2), ...toml })).toBe(why);
    expect(await decided(files(1))).toBe(
      'supabase: 1 of 1 file in supabase/migrations have names for the Supabase CLI',
    );
    // The CLI cannot work without its config: nobody knows what this is.
    await expect(decided({ 'drizzle.config.ts': toSupabase(), ...files(2) })).rejects.toMatchObject({
      code: 'journal-missing',
    });
  });

  it('is Drizzle’s again when the pull request brings the journal', async () => {
    const lost = { 'drizzle.config.ts': config, ...files(2, 'drizzle') };
    expect(await decided(lost, journalOf(2, 'drizzle'))).toBe(
      "drizzle: the pull request brings Drizzle's own list of drizzle",
    );
  });
});

describe('a folder with a journal', () => {
  it('is Drizzle’s anywhere but in supabase/migrations, whatever else is deployed', async () => {
    const elsewhere = { 'drizzle.config.ts': config, ...files(2, 'drizzle'), ...journalOf(2, 'drizzle') };
    const why = 'drizzle: drizzle/meta/_journal.json is there';
    expect(await decided(elsewhere)).toBe(why);
    expect(await decided({ ...elsewhere, ...toml, ...workflow('supabase db push') })).toBe(why);
  });

  it('in supabase/migrations is Drizzle’s as long as nothing deploys with the CLI', async () => {
    expect(await decided(listed)).toBe(
      'drizzle: supabase/migrations/meta/_journal.json is there, and nothing deploys with the Supabase CLI',
    );
  });

  it.each([
    ['a workflow', workflow('supabase db push'), '.github/workflows/deploy.yml:10 runs supabase db push'],
    [
      'a workflow, with a version and flags',
      workflow('npx supabase@latest --workdir . db push --linked --password "$P"'),
      '.github/workflows/deploy.yml:10 runs supabase db push',
    ],
    [
      'a workflow that calls a script',
      { ...workflow('pnpm run deploy:db'), ...scripts({ 'deploy:db': 'supabase migration up --linked' }) },
      '.github/workflows/deploy.yml:10 runs supabase migration up',
    ],
    ['a script', scripts({ push: 'supabase db push' }), 'package.json:4 runs supabase db push'],
    [
      'a workflow, though a script has drizzle-kit migrate',
      { ...workflow('supabase db push'), ...scripts({ migrate: 'drizzle-kit migrate' }) },
      '.github/workflows/deploy.yml:10 runs supabase db push',
    ],
    [
      'nothing but the local database',
      workflow('supabase migration up'),
      '.github/workflows/deploy.yml:10 runs supabase migration up',
    ],
  ])('is the Supabase CLI’s by %s', async (_, evidence, why) => {
    expect(await decided({ ...listed, ...evidence })).toBe(
      `supabase: ${why}; the journal is drizzle-kit's own`,
    );
  });

  it.each([
    ['drizzle-kit migrate', workflow('bunx drizzle-kit migrate'), 'drizzle-kit migrate'],
    [
      'drizzle-kit migrate, though the local database is the CLI’s',
      { ...workflow('supabase migration up'), ...scripts({ migrate: 'drizzle-kit migrate' }) },
      'drizzle-kit migrate',
    ],
    [
      'drizzle-kit migrate in a workflow, though a script has the CLI',
      {
        ...workflow('npm run migrate'),
        ...scripts({ migrate: 'drizzle-kit migrate', p: 'supabase db push' }),
      },
      'drizzle-kit migrate',
    ],
  ])('is Drizzle’s by %s', async (_, evidence, what) => {
    const why = await decided({ ...listed, ...evidence });
    expect(why).toMatch(/^drizzle: /);
    expect(why).toContain(`runs ${what}`);
  });

  it.each([
    ['a dry run', workflow('supabase db push --dry-run')],
    ['the local database', workflow('supabase db push --local')],
    ['the CLI for its types', workflow('supabase gen types typescript --local')],
    ['words in a message', workflow('git commit -m "supabase db push"')],
    ['a package beside it', scripts({ push: 'supabase db push' }, 'apps/other/package.json')],
  ])('is not the CLI’s by %s', async (name, evidence) => {
    const why = await decided({ ...listed, ...evidence });
    // The local database alone says little, and more than nothing.
    expect(why).toMatch(name === 'the local database' ? /^supabase: / : /^drizzle: .*nothing deploys/);
  });

  it('says so where both deploy', async () => {
    const both = { ...workflow('supabase db push'), ...workflow('npx drizzle-kit migrate', 'migrate') };
    expect(await decided({ ...listed, ...both })).toBe(
      "drizzle: both .github/workflows/deploy.yml:10 runs supabase db push and .github/workflows/migrate.yml:10 runs drizzle-kit migrate; taken as Drizzle's, for the journal names 3 of 3 files",
    );
    expect(await decided({ ...listed, ...both, ...files(9) })).toMatch(
      /^supabase: both .*, and the journal names 3 of 9 files$/,
    );
  });

  it('that names the lesser part of the CLI’s files is not what is deployed', async () => {
    expect(await decided({ ...listed, ...files(9) })).toBe('supabase: the journal names 3 of 9 files');
    // One that somebody forgot is a finding, not a change of hands.
    expect(await decided({ ...listed, ...files(4) })).toMatch(/^drizzle: /);
  });

  it('with prefix: supabase is written for the CLI', async () => {
    const prefixed = { ...listed, 'drizzle.config.ts': withPrefix };
    expect(await decided(prefixed)).toBe(
      "supabase: drizzle.config.ts has prefix: 'supabase', supabase/config.toml is there, and nothing runs drizzle-kit migrate",
    );
    expect(await decided({ ...prefixed, ...workflow('drizzle-kit migrate') })).toMatch(/^drizzle: /);
  });

  it('knows a CLI that is told not to migrate', async () => {
    const off = {
      'supabase/config.toml': '[db.migrations]\n# x\nenabled = false\n[db.seed]\nenabled = true\n',
    };
    expect(await decided({ ...listed, ...off, ...workflow('supabase db push') })).toMatch(/^drizzle: /);
    const on = { 'supabase/config.toml': '[db.migrations]\nenabled = true\n[db.seed]\nenabled = false\n' };
    expect(await decided({ ...listed, ...on, ...workflow('supabase db push') })).toMatch(/^supabase: /);
  });

  it('that names none of many files applies none of them', async () => {
    const dead = {
      'drizzle.config.ts': config,
      ...files(5, 'drizzle'),
      'drizzle/meta/_journal.json': journal({ '0000_gone': 1 }),
    };
    expect(await decided(dead)).toBe(
      "files: the journal names 0 of 5 files, so Drizzle's migrator is not what applies them",
    );
  });
});

describe('a pull request', () => {
  it('cannot change who applies by what it brings', async () => {
    expect(await decided(listed, workflow('supabase db push'))).toBe(
      "drizzle: supabase/migrations/meta/_journal.json is there, and nothing deploys with the Supabase CLI; this pull request speaks for the Supabase CLI: .github/workflows/deploy.yml:10 runs supabase db push; the journal is drizzle-kit's own",
    );
    expect(
      await decided({ ...files(3), ...toml }, { 'drizzle.config.ts': toSupabase(), ...journalOf(3) }),
    ).toMatch(/^supabase: /);
    expect(
      await decided({ ...listed, ...workflow('supabase db push') }, { '.github/workflows/deploy.yml': null }),
    ).toMatch(/^supabase: /);
  });

  it('that brings the first migrations is judged by its own evidence', async () => {
    expect(await decided({}, listed)).toMatch(/^drizzle: /);
    expect(await decided({}, { ...listed, ...workflow('supabase db push') })).toMatch(/^supabase: /);
  });
});

describe('folders of Drizzle 1.0', () => {
  const folders = (directory: string) => ({ [`${directory}/20260101000000_a/migration.sql`]: 'select 1;' });

  it('are Drizzle’s, whatever the CLI is told: it passes folders over', async () => {
    expect(await decided({ 'drizzle.config.ts': config, ...folders('drizzle') })).toBe(
      'drizzle: drizzle holds 1 folder of Drizzle 1.0',
    );
    const deployed = { ...folders('supabase/migrations'), ...toml, ...workflow('supabase db push') };
    expect(await decided({ 'drizzle.config.ts': toSupabase(), ...deployed })).toBe(
      'drizzle: supabase/migrations holds 1 folder of Drizzle 1.0; the Supabase CLI passes folders over, though .github/workflows/deploy.yml:10 runs supabase db push',
    );
  });
});

describe('nothing committed', () => {
  const project = { 'drizzle.config.ts': config, 'src/schema.ts': 'export {};' };

  it('and a Drizzle config with a schema: the schema is all there is', async () => {
    const history = await historyOfFolders({
      base: project,
      head: { 'src/schema.ts': 'export const a = 1;' },
    });
    expect(history).toMatchObject({
      applier: 'schema',
      applierWhy: 'drizzle holds no migrations at base or head, and drizzle.config.ts names a schema',
      layout: null,
      directory: 'drizzle',
      journalFile: null,
      base: [],
      new: [],
      migrationsTable: null,
      drizzle: {
        workingDirectory: '.',
        config: { head: 'drizzle.config.ts', base: 'drizzle.config.ts' },
        line: 2,
      },
    });
    expect(await decided(project, { '.gitignore': 'node_modules\n/drizzle\n' })).toBe(
      'schema: .gitignore keeps drizzle out of git, and drizzle.config.ts names a schema',
    );
    expect(await decided({ ...project, 'drizzle/rls.sql': '', 'drizzle/.gitkeep': '' })).toMatch(/^schema: /);
  });

  it('is what the option says, also beside migrations and where only running the config tells the folder', async () => {
    const options: Options = { migrationsFrom: 'schema' };
    const beside = { ...project, ...files(2, 'drizzle'), ...journalOf(2, 'drizzle') };
    expect(await decided(beside, {}, options)).toBe('schema: as told by the option migrations-from');
    const unknown = { 'drizzle.config.ts': 'export default { schema: s(), out: o() };' };
    expect(await historyOfFolders({ base: unknown, head: {} }, options)).toMatchObject({
      applier: 'schema',
      directory: 'drizzle',
    });
    await expect(decided({}, {}, options)).rejects.toMatchObject({ code: 'drizzle-config-missing' });
  });

  it('but files for the Supabase CLI: they are what is applied', async () => {
    const history = await historyOfFolders({ base: { ...project, ...files(2), ...toml }, head: {} });
    expect(history).toMatchObject({ applier: 'supabase', directory: 'supabase/migrations' });
    expect(history.drizzle).not.toBeNull();
  });
});

describe('the option', () => {
  it('supabase takes the CLI’s folder, and Drizzle’s where there is none', async () => {
    const two = { 'drizzle.config.ts': config, ...files(2, 'drizzle'), ...journalOf(2, 'drizzle') };
    const options: Options = { migrationsFrom: 'supabase' };
    expect(await historyOfFolders({ base: { ...two, ...files(1) }, head: {} }, options)).toMatchObject({
      directory: 'supabase/migrations',
      applierWhy: 'as told by the option migrations-from',
    });
    expect(await historyOfFolders({ base: two, head: {} }, options)).toMatchObject({
      applier: 'supabase',
      directory: 'drizzle',
    });
  });

  it('drizzle reads the journal beside the CLI’s files', async () => {
    const deployed = { ...listed, ...workflow('supabase db push') };
    const history = await historyOfFolders({ base: deployed, head: {} }, { migrationsFrom: 'drizzle' });
    expect(history).toMatchObject({ applier: 'drizzle', layout: { head: 'journal' } });
  });
});
