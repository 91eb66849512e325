import { afterEach, describe, expect, it } from 'vitest';
import type { SqlFile } from '../../src/history/migration.ts';
import { type Files, makeRepository, type TestRepository } from '../repository.ts';
import { a, b, drizzle, historyOf, told } from './project.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

type Options = NonNullable<Parameters<typeof historyOf>[2]>;
const project = drizzle({ '0000_a': a });

async function change(base: Files, head: Files, options: Options = {}) {
  const repository = makeRepository({ ...project, ...base });
  repositories.push(repository);
  repository.git('branch', 'base');
  repository.commit(head);
  return await historyOf(repository.directory, 'base', options);
}

const texts = (files: readonly SqlFile[]) => files.map(({ file, text }) => `${file}=${text}`);

describe('rls.sql', () => {
  it('is found in its known places, and has one text at base and one at head', async () => {
    const history = await change(
      { 'drizzle/rls.sql': 'one', 'supabase/rls.sql': 'same' },
      { 'drizzle/rls.sql': 'two', 'db/rls.sql': 'new' },
    );
    expect(texts(history.rls.base)).toEqual(['drizzle/rls.sql=one', 'supabase/rls.sql=same']);
    expect(texts(history.rls.head)).toEqual([
      'db/rls.sql=new',
      'drizzle/rls.sql=two',
      'supabase/rls.sql=same',
    ]);
    expect(told(history)).toEqual([]);
  });

  it('is none when none is wanted, or none is there', async () => {
    expect((await change({ 'rls.sql': 'x' }, {}, { rlsFile: null })).rls).toEqual({ base: [], head: [] });
    expect((await change({}, { 'src/rls.sql': 'x' })).rls).toEqual({ base: [], head: [] });
  });

  it('is the named files, in their order, relative to the working directory', async () => {
    const head = { 'sql/b.sql': 'b', 'sql/a.sql': 'a', 'rls.sql': 'not named' };
    const history = await change({}, head, { rlsFile: ['./sql/b.sql', 'sql/a.sql'] });
    expect(texts(history.rls.head)).toEqual(['sql/b.sql=b', 'sql/a.sql=a']);
    expect(history.rls.base).toEqual([]);
  });

  it("is the base branch's where the pull request did not touch it, even when the branch is behind", async () => {
    const repository = makeRepository({ ...project, 'rls.sql': 'old', 'db/rls.sql': 'old' });
    repositories.push(repository);
    repository.git('checkout', '--quiet', '-b', 'topic');
    repository.commit({ 'db/rls.sql': 'topic' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ 'rls.sql': 'main', 'db/rls.sql': 'main' });
    repository.git('checkout', '--quiet', 'topic');
    const { rls } = await historyOf(repository.directory, 'main');
    expect(texts(rls.base)).toEqual(['rls.sql=main', 'db/rls.sql=main']);
    expect(texts(rls.head)).toEqual(['rls.sql=main', 'db/rls.sql=topic']);
  });

  it('is gone at head when the pull request deletes it', async () => {
    const { rls } = await change({ 'rls.sql': 'x' }, { 'rls.sql': null });
    expect([texts(rls.base), rls.head]).toEqual([['rls.sql=x'], []]);
  });

  it('is a migration when the journal names it', async () => {
    const history = await change({}, drizzle({ '0000_a': a, rls: b }));
    expect(history.new.map(({ tag }) => tag)).toEqual(['rls']);
  });
});

describe('seed, bootstrap and baseline', () => {
  it("are the base branch's; what the pull request makes of them is passed over, and said", async () => {
    const history = await change(
      { 'supabase/seed.sql': 'old', 'boot.sql': 'select 1;', 'dump.sql': 'select 2;' },
      { 'supabase/seed.sql': 'new', 'boot.sql': 'select 3;' },
      { bootstrapFile: 'boot.sql', baselineFile: 'dump.sql' },
    );
    expect(history).toMatchObject({
      seed: { text: 'old' },
      bootstrap: { text: 'select 1;' },
      baseline: { text: 'select 2;' },
      passedOver: ['supabase/seed.sql', 'boot.sql'],
    });
  });

  it("are the pull request's where the base has none, the seed from the first known place and only its rows", async () => {
    const history = await change(
      {},
      {
        'supabase/seed.sql': 'insert into a values (1); create rule r as on delete to a do instead nothing;',
        'db/seed.sql': 'second',
        'boot.sql': 'select 1;',
        'dump.sql': '\\restrict x\nselect 2;\n',
      },
      { bootstrapFile: 'boot.sql', baselineFile: 'dump.sql' },
    );
    expect(history.seed).toMatchObject({ file: 'supabase/seed.sql', statements: [{ node: 'InsertStmt' }] });
    expect(history.passedOver).toEqual([]);
    expect(history.bootstrap?.statements).toEqual([{ line: 1, sql: 'select 1', node: 'SelectStmt' }]);
    expect(history.baseline?.statements).toEqual([{ line: 2, sql: 'select 2', node: 'SelectStmt' }]);
  });

  it('are none by default', async () => {
    expect(await change({}, {})).toMatchObject({ seed: null, bootstrap: null, baseline: null });
    expect((await change({ 'db/seed.sql': 'x' }, {}, { seedFile: null })).seed).toBeNull();
  });

  it('are no migrations when they lie among them', async () => {
    const history = await change(
      { 'm/1.sql': '' },
      { 'm/2.sql': '', 'm/rls.sql': 'x', 'm/seed.sql': 'y' },
      { migrationsDir: 'm', rlsFile: ['m/rls.sql'], seedFile: 'm/seed.sql' },
    );
    expect(history.new.map(({ tag }) => tag)).toEqual(['2']);
  });
});

describe('the migrations table', () => {
  it("is the one of the base branch's config", async () => {
    const config = (table: string) => ({
      'drizzle.config.ts': `export default { migrations: { schema: 'public', table: '${table}' } };`,
    });
    const history = await change(config('done'), config('todo'));
    expect(history.migrationsTable).toEqual({ schema: 'public', name: 'done' });
  });

  it("is the one of the pull request's config where the base has no migrations", async () => {
    const repository = makeRepository({ 'README.md': 'x' });
    repositories.push(repository);
    const text = "export default { migrations: { schema: 'public', table: 'done' } };";
    repository.git('branch', 'base');
    repository.commit({ ...project, 'drizzle.config.ts': text });
    const { migrationsTable } = await historyOf(repository.directory, 'base');
    expect(migrationsTable).toEqual({ schema: 'public', name: 'done' });
  });
});

describe('a project below the root', () => {
  it('has its paths relative to the root', async () => {
    const inner = Object.fromEntries(
      Object.entries(project).map(([path, text]) => [`apps/api/${path}`, text]),
    );
    const head = { ...inner, 'apps/api/db/rls.sql': 'x', 'rls.sql': 'not ours' };
    const history = await change({}, head, { workingDirectory: './apps/api/' });
    expect(history).toMatchObject({
      directory: 'apps/api/drizzle',
      journalFile: 'apps/api/drizzle/meta/_journal.json',
      new: [{ file: 'apps/api/drizzle/0000_a.sql' }],
      rls: { head: [{ file: 'apps/api/db/rls.sql' }] },
    });
  });

  it('needs no config when the folder is named, and minds no broken one', async () => {
    const history = await change(
      {},
      { 'drizzle.config.ts': 'export default (' },
      { migrationsDir: 'drizzle' },
    );
    expect(history).toMatchObject({
      applier: 'drizzle',
      directory: 'drizzle',
      base: [{ tag: '0000_a' }],
      new: [],
    });
  });
});

describe('the work tree', () => {
  it('is judged with what is not committed', async () => {
    const repository = makeRepository(project);
    repositories.push(repository);
    repository.write({ ...drizzle({ '0000_a': a, '0001_b': b }), 'rls.sql': 'draft' });
    const history = await historyOf(repository.directory, 'main', { worktree: true });
    expect(history.new.map(({ tag }) => tag)).toEqual(['0001_b']);
    expect(texts(history.rls.head)).toEqual(['rls.sql=draft']);
    expect((await historyOf(repository.directory, 'main')).new).toEqual([]);
  });
});
