import { describe, expect, it } from 'vitest';
import type { HistoryRequest } from '../../src/history/read-history.ts';
import { type Commits, historyOfFolders } from './folders.ts';
import { told } from './project.ts';

type Options = Partial<Omit<HistoryRequest, 'trees'>>;

const at = (name: string) => `supabase/migrations/${name}`;
const a = { [at('20260101000000_a.sql')]: 'create table a (id int);\n' };
const b = { [at('20260102000000_b.sql')]: 'create table b (id int);\n' };
const c = { [at('20260103000000_c.sql')]: 'create table c (id int);\n' };
const toml = { 'supabase/config.toml': 'project_id = "x"\n' };

async function read(commits: Commits, options: Options = {}) {
  const history = await historyOfFolders({ ...commits, base: { ...toml, ...commits.base } }, options);
  const tags = (migrations: readonly { tag: string }[]) => migrations.map(({ tag }) => tag.slice(15));
  return { history, told: told(history), base: tags(history.base), new: tags(history.new) };
}

describe('files that the Supabase CLI applies', () => {
  it('are taken by name; what base does not have is new; drizzle-kit’s marks are comments', async () => {
    const marked = { [at('20260104000000_d.sql')]: 'select 1;\n--> statement-breakpoint\nselect 2;\n' };
    const read_ = await read({ base: { ...b, ...a }, head: { ...marked, ...c } });
    expect([read_.base, read_.new, read_.told]).toEqual([['a', 'b'], ['c', 'd'], []]);
    expect(read_.history).toMatchObject({
      applier: 'supabase',
      layout: null,
      journalFile: null,
      directory: 'supabase/migrations',
      migrationsTable: { schema: 'supabase_migrations', name: 'schema_migrations' },
      migrationsTableMoved: null,
      outOfOrder: [],
      drizzle: null,
      unreadable: false,
    });
    expect(read_.history.new[1]).toMatchObject({ when: null, statements: [{ line: 1 }, { line: 3 }] });
  });

  it('have names of digits, an underscore and whatever; others are passed over', async () => {
    const head = {
      [at('1_x.sql')]: 'select 1;',
      [at('20260105000000_.sql')]: 'select 2;',
      [at('20260106000000.sql')]: 'select 3;',
      [at('seed.sql')]: 'select 4;',
      [at('meta/0000_snapshot.json')]: '{}',
      [at('deeper/20260107000000_x.sql')]: 'select 5;',
    };
    const base = { ...a, [at('notes.sql')]: '-- x' };
    const { history, ...seen } = await read({ base: { [at('0_first.sql')]: '', ...base }, head });
    expect(seen.new).toEqual([history.new[0]?.tag.slice(15), '']);
    expect(history.new.map(({ tag }) => tag)).toEqual(['1_x', '20260105000000_']);
    expect(seen.told.filter((one) => one.startsWith('migration-unlisted'))).toEqual([
      `migration-unlisted ${at('20260106000000.sql')} ${at('20260106000000.sql')}:null`,
      `migration-unlisted ${at('notes.sql')} ${at('notes.sql')}:null (base)`,
      `migration-unlisted ${at('seed.sql')} ${at('seed.sql')}:null`,
    ]);
    expect(history.problems.find(({ kind }) => kind === 'migration-unlisted')?.what).toContain(
      'is not named <digits>_<name>.sql',
    );
  });

  it('have nothing to do with a journal beside them', async () => {
    const journal = { [at('meta/_journal.json')]: '{ "entries": [] }' };
    const { told: problems, new: fresh } = await read(
      { base: { ...a, ...journal }, head: b },
      {
        migrationsFrom: 'supabase',
      },
    );
    expect([problems, fresh]).toEqual([[], ['b']]);
  });

  it('sort by version as text, whatever their names are', async () => {
    const names = ['9_x', '10_x', '0010_y', '2024_a', '20240101_b', '20240101000000_c'];
    const base = Object.fromEntries(names.map((name) => [at(`${name}.sql`), 'select 1;']));
    expect((await historyOfFolders({ base, head: {} })).base.map(({ tag }) => tag)).toEqual([
      '0010_y',
      '10_x',
      '2024_a',
      '20240101_b',
      '20240101000000_c',
      '9_x',
    ]);
  });

  it('begin with an init of an old CLI that newer ones pass over', async () => {
    const old = { [at('20210101000000_init.sql')]: 'create table old (id int);' };
    const first = await read({ base: { ...old, ...a }, head: {} });
    expect([first.base, first.told]).toEqual([
      ['a'],
      [`migration-unlisted ${at('20210101000000_init.sql')} ${at('20210101000000_init.sql')}:null (base)`],
    ]);
    const later = { [at('20260110000000_init.sql')]: 'select 1;' };
    expect((await read({ base: later, head: {} })).base).toEqual(['init']);
    expect((await read({ base: { [at('1_a.sql')]: '', ...old }, head: {} })).told).toEqual([]);
  });
});

describe('what supabase db push refuses', () => {
  it('a version before the newest of base, also one that landed since the branch left', async () => {
    const { history, told: problems, new: fresh } = await read({ base: { ...a, ...c }, head: b });
    expect([problems, fresh]).toEqual([
      [`migration-out-of-order 20260102000000_b ${at('20260102000000_b.sql')}:null`],
      ['b'],
    ]);
    expect(history.problems[0]).toMatchObject({
      severity: 'error',
      what: expect.stringContaining(
        'sorts before 20260103000000_c of the base branch; `supabase db push` refuses',
      ),
      remedy:
        'Give it a version of now: `git mv supabase/migrations/20260102000000_b.sql supabase/migrations/$(date -u +%Y%m%d%H%M%S)_b.sql`. Only if it may run after 20260103000000_c: deploy with `supabase db push --include-all`.',
    });
    expect(history.outOfOrder).toEqual([]);
    const behind = await read({ mergeBase: { ...toml, ...a }, base: { ...a, ...c }, head: b });
    expect([behind.base, behind.new, behind.told.length]).toEqual([['a', 'c'], ['b'], 1]);
  });

  it('a number of drizzle-kit among moments, with the setting that ends it', async () => {
    const { history } = await read({ base: a, head: { [at('0001_x.sql')]: 'select 1;' } });
    expect(history.problems).toMatchObject([{ kind: 'migration-out-of-order' }]);
    expect(history.problems[0]?.remedy).toContain("`migrations: { prefix: 'supabase' }`");
  });

  it('and runs with --include-all, as the base branch deploys', async () => {
    const workflow = (flag: string) => ({
      '.github/workflows/deploy.yml': `jobs:\n  deploy:\n    steps:\n      - run: supabase db push ${flag}\n`,
    });
    const { history } = await read({ base: { ...a, ...c, ...workflow('--include-all') }, head: b });
    expect(history.outOfOrder).toEqual(['20260102000000_b']);
    expect(history.problems[0]).toMatchObject({
      severity: 'warning',
      what: expect.stringContaining('.github/workflows/deploy.yml:4 deploys with --include-all'),
    });
    const added = await read({
      base: { ...a, ...c, ...workflow('') },
      head: { ...b, ...workflow('--include-all') },
    });
    expect(added.history.problems[0]).toMatchObject({ severity: 'error' });
  });

  it('a version of base that is gone, or has another version now', async () => {
    const gone = await read({ base: { ...a, ...b, ...c }, head: { [at('20260102000000_b.sql')]: null } });
    expect(gone.told).toEqual(['migration-removed 20260102000000_b supabase/migrations:null']);
    expect(gone.history.problems[0]?.remedy).toContain(
      '`supabase migration repair --status reverted 20260102000000`',
    );
    const [text] = Object.values(c);
    const moved = await read({
      base: { ...a, ...b, ...c },
      head: { [at('20260103000000_c.sql')]: null, [at('20260109000000_c.sql')]: text ?? '' },
    });
    expect([moved.told, moved.new]).toEqual([
      [`migration-removed 20260103000000_c ${at('20260109000000_c.sql')}:1`],
      [],
    ]);
    const all = { [at('20260101000000_a.sql')]: null, [at('20260102000000_b.sql')]: null };
    const squashed = await read({
      base: { ...a, ...b, ...c },
      head: { ...all, [at('20260103000000_c.sql')]: 'create table a (id int); create table b (id int);' },
    });
    expect(squashed.told).toEqual([
      'migration-removed supabase/migrations supabase/migrations:null',
      `migration-edited 20260103000000_c ${at('20260103000000_c.sql')}:1`,
    ]);
  });

  it('two files of one version, whichever of them has run', async () => {
    const twin = (name: string) => ({ [at(`20260101000000_${name}.sql`)]: 'select 1;' });
    for (const name of ['0', 'z']) {
      const { history, told: problems, new: fresh } = await read({ base: a, head: twin(name) });
      const tag = `20260101000000_${name}`;
      expect([problems, fresh]).toEqual([[`migration-out-of-order ${tag} ${at(`${tag}.sql`)}:null`], []]);
      expect(history.problems[0]?.what).toContain(`${tag} and 20260101000000_a both have the version`);
    }
    const standing = await read({ base: { ...a, ...twin('z') }, head: b });
    expect(standing.base).toEqual(['a']);
    expect(standing.told).toEqual([
      `migration-out-of-order 20260101000000_z ${at('20260101000000_z.sql')}:null (base)`,
    ]);
    // Another pull request took the version first, under another name.
    const taken = await read({ mergeBase: { ...toml, ...b }, base: { ...b, ...a }, head: twin('z') });
    expect(taken.told).toEqual([`migration-edited 20260101000000 ${at('20260101000000_z.sql')}:1`]);
    expect(taken.history.problems[0]?.what).toContain('20260101000000_a has landed on the base branch');
  });
});

describe('an edited migration', () => {
  const edit = (text: string, name = '20260101000000_a.sql') =>
    read({ base: { ...a, ...b }, head: { [at('20260101000000_a.sql')]: null, [at(name)]: text } });

  it('never runs again', async () => {
    const { history, told: problems, base } = await edit('create table a (id bigint);\n');
    expect([problems, base]).toEqual([
      [`migration-edited 20260101000000_a ${at('20260101000000_a.sql')}:1`],
      ['a', 'b'],
    ]);
    expect(history.base[0]?.text).toContain('int)');
    expect(history.problems[0]?.remedy).toContain('supabase migration new');
  });

  it('is none with other comments, line ends or another name behind the version', async () => {
    expect((await edit('-- x\r\ncreate table a (id int);\r\n')).told).toEqual([]);
    expect((await edit('create table a (id int);\n', '20260101000000_other.sql')).told).toEqual([]);
  });
});
