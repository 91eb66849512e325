import { afterEach, describe, expect, it } from 'vitest';
import { type Files, journal, makeRepository, type TestRepository } from '../repository.ts';
import { a, b, c, drizzle, historyOf, told } from './project.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

function repositoryWith(base: Files): TestRepository {
  const repository = makeRepository(base);
  repository.git('branch', 'base');
  repositories.push(repository);
  return repository;
}

/** The history of one commit on top of a base. */
async function change(base: Files, head: Files, options: Parameters<typeof historyOf>[2] = {}) {
  const repository = repositoryWith(base);
  repository.commit(head);
  return await historyOf(repository.directory, 'base', options);
}

const tags = (migrations: readonly { tag: string }[]) => migrations.map(({ tag }) => tag);

describe('a pull request that adds a migration', () => {
  it('has the base in its order, the new ones and no problem', async () => {
    const history = await change(
      drizzle({ '0000_a': a, '0001_b': b }),
      drizzle({ '0000_a': a, '0001_b': b, '0002_c': c }),
    );
    expect(history).toMatchObject({
      applier: 'drizzle',
      directory: 'drizzle',
      journalFile: 'drizzle/meta/_journal.json',
      migrationsTable: { schema: 'drizzle', name: '__drizzle_migrations' },
      problems: [],
      unreadable: false,
      skipped: [],
    });
    expect(tags(history.base)).toEqual(['0000_a', '0001_b']);
    expect(history.new).toMatchObject([
      {
        tag: '0002_c',
        file: 'drizzle/0002_c.sql',
        state: 'new',
        when: 300,
        statements: [{ line: 1, sql: 'create table c (id int)', node: 'CreateStmt' }],
      },
    ]);
  });

  it('is whole when it is the first one of the project', async () => {
    const history = await change({ 'README.md': 'x' }, drizzle({ '0000_a': a }));
    expect([tags(history.base), tags(history.new), told(history)]).toEqual([[], ['0000_a'], []]);
  });

  it('sees nothing new in a commit that changes other files', async () => {
    const history = await change(drizzle({ '0000_a': a }), { 'README.md': 'x' });
    expect([tags(history.base), tags(history.new), told(history)]).toEqual([['0000_a'], [], []]);
  });
});

describe('migration-skipped', () => {
  const base = drizzle({ '0000_a': a, '0001_b': b });

  it('is an entry older than the newest of the base, and not one to replay', async () => {
    const history = await change(base, drizzle({ '0000_a': a, '0001_b': b, '0002_c': [150, 'select 1;'] }));
    expect(told(history)).toEqual(['migration-skipped 0002_c drizzle/meta/_journal.json:23']);
    expect([tags(history.new), tags(history.skipped)]).toEqual([[], ['0002_c']]);
    expect(history.problems[0]?.what).toContain('150 (1970-01-01T00:00:00.150Z)');
    expect(history.problems[0]?.remedy).toContain('above 200');
  });

  it('is an entry of equal age', async () => {
    const history = await change(base, drizzle({ '0000_a': a, '0001_b': b, '0002_c': [200, 'select 1;'] }));
    expect(tags(history.skipped)).toEqual(['0002_c']);
  });

  it('is a warning where several arrive together out of order, all above the base: one deploy runs them', async () => {
    const history = await change(
      base,
      drizzle({ '0000_a': a, '0001_b': b, '0002_c': [400, 'select 1;'], '0003_d': [300, 'select 2;'] }),
    );
    expect(tags(history.new)).toEqual(['0002_c', '0003_d']);
    expect(history.problems).toMatchObject([
      { kind: 'migration-skipped', severity: 'warning', object: '0003_d', line: 30, atBase: false },
    ]);
    expect(history.problems[0]?.remedy).toContain('above 400');
  });

  it('is an entry of a branch that was overtaken by the base branch', async () => {
    const repository = repositoryWith(drizzle({ '0000_a': a }));
    repository.commit(drizzle({ '0000_a': a, '0001_c': [250, 'select 1;'] }));
    const head = repository.git('rev-parse', 'HEAD');
    repository.git('checkout', '--quiet', 'base');
    repository.commit(drizzle({ '0000_a': a, '0001_b': [300, 'select 2;'] }));
    repository.git('checkout', '--quiet', head);
    const history = await historyOf(repository.directory, 'base');
    // What landed since is base; that the branch does not have it is no removal.
    expect([tags(history.base), told(history)]).toEqual([
      ['0000_a', '0001_b'],
      ['migration-skipped 0001_c drizzle/meta/_journal.json:16'],
    ]);
  });
});

describe('migration-edited', () => {
  const base = drizzle({ '0000_a': a, '0001_b': [200, '-- note\ncreate table b (id int);\n'] });
  const edit = (sql: string) => change(base, { 'drizzle/0001_b.sql': sql });

  it('is any other byte in a merged migration, on the line that differs', async () => {
    const history = await edit('-- note\ncreate table if not exists b (id int);\n');
    expect(told(history)).toEqual(['migration-edited 0001_b drizzle/0001_b.sql:2']);
    // Production has the old text: that is what is replayed.
    expect(history.base[1]?.text).toContain('create table b');
    expect(history.new).toEqual([]);
  });

  it('says when only line endings or comments changed', async () => {
    expect((await edit('-- note\r\ncreate table b (id int);\r\n')).problems[0]?.what).toContain(
      'only line endings',
    );
    expect((await edit('-- other\ncreate table b (id int);\n')).problems[0]?.what).toContain('only comments');
    expect((await edit('-- note\ncreate table b (id bigint);\n')).problems[0]?.what).not.toContain('only');
  });

  it('is a changed stamp of an old entry', async () => {
    const history = await change(
      drizzle({ '0000_a': a, '0001_b': b }),
      drizzle({ '0000_a': a, '0001_b': [900, b[1]] }),
    );
    expect(told(history)).toEqual(['migration-edited 0001_b drizzle/meta/_journal.json:15']);
    expect(history.problems[0]?.what).toContain('from 200 to 900');
  });

  it('is not an edit that the base branch made itself', async () => {
    const repository = repositoryWith(base);
    repository.commit({ 'README.md': 'x' });
    const head = repository.git('rev-parse', 'HEAD');
    repository.git('checkout', '--quiet', 'base');
    repository.commit({ 'drizzle/0001_b.sql': 'select 1;' });
    repository.git('checkout', '--quiet', head);
    expect(told(await historyOf(repository.directory, 'base'))).toEqual([]);
  });
});

describe('migration-removed', () => {
  const base = drizzle({ '0000_a': a, '0001_b': b, '0002_c': c });

  it('is a migration whose entry and file are gone', async () => {
    const history = await change(base, {
      ...drizzle({ '0000_a': a, '0001_b': b }),
      'drizzle/0002_c.sql': null,
    });
    expect(told(history)).toEqual(['migration-removed 0002_c drizzle/meta/_journal.json:null']);
  });

  it('is a lost entry, without calling its file unlisted as well', async () => {
    const history = await change(base, drizzle({ '0000_a': a, '0001_b': b }));
    expect(told(history)).toEqual(['migration-removed 0002_c drizzle/meta/_journal.json:null']);
  });

  it('is a new name for the same bytes, and that name is not called skipped', async () => {
    const head = { ...drizzle({ '0000_a': a, '0001_b': b, '0002_d': c }), 'drizzle/0002_c.sql': null };
    const history = await change(base, head);
    expect(told(history)).toEqual(['migration-removed 0002_c drizzle/0002_d.sql:1']);
    expect(history.problems[0]?.what).toContain('renamed to 0002_d');
    expect([tags(history.new), tags(history.skipped)]).toEqual([[], []]);
  });

  it('is a file renamed by hand that the journal still calls by its old name', async () => {
    const history = await change(base, { 'drizzle/0001_b.sql': null, 'drizzle/0001_d.sql': b[1] });
    expect(told(history)).toEqual(['migration-removed 0001_b drizzle/meta/_journal.json:16']);
    expect(history.problems[0]?.what).toContain('renamed to 0001_d');
    expect(history.problems[0]?.what).toContain('migrator stops there');
  });

  it('is a lost file, on the line of the entry that still names it', async () => {
    const history = await change(base, { 'drizzle/0001_b.sql': null });
    expect(told(history)).toEqual(['migration-removed 0001_b drizzle/meta/_journal.json:16']);
    expect(history.problems[0]?.what).toContain('stops at the entry without a file');
  });

  it('is one finding for a folder that was regenerated', async () => {
    const removed = { 'drizzle/0000_a.sql': null, 'drizzle/0001_b.sql': null, 'drizzle/0002_c.sql': null };
    const history = await change(base, {
      ...drizzle({ '0000_x': [900, 'create table a (id bigint);'] }),
      ...removed,
    });
    expect(told(history)).toEqual(['migration-removed drizzle drizzle/meta/_journal.json:9']);
    expect(tags(history.new)).toEqual(['0000_x']);
  });

  it('is not a folder that moved with nothing changed', async () => {
    const moved = Object.fromEntries(
      Object.entries(base).map(([path, text]) => [path.replace(/^drizzle\//, 'db/migrations/'), text]),
    );
    const history = await change(base, {
      drizzle: null,
      ...moved,
      'drizzle.config.ts': "export default { out: 'db/migrations', dialect: 'postgresql' };",
    });
    expect([history.directory, told(history), tags(history.new), history.base.length]).toEqual([
      'db/migrations',
      [],
      [],
      3,
    ]);
  });
});

describe('migration-unlisted', () => {
  it('is a SQL file that no entry names; those of the base are standing', async () => {
    const history = await change(
      { ...drizzle({ '0000_a': a }), 'drizzle/old.sql': 'select 1;' },
      {
        'drizzle/0001_hand.sql': 'select 2;',
        'drizzle/rls.sql': 'select 3;',
        'drizzle/deeper/x.sql': 'select 4;',
      },
    );
    expect(told(history)).toEqual([
      'migration-unlisted drizzle/0001_hand.sql drizzle/0001_hand.sql:null',
      'migration-unlisted drizzle/old.sql drizzle/old.sql:null (base)',
    ]);
  });

  it('does not exist where files are applied by name', async () => {
    const history = await change(
      { 'db/0001_a.sql': 'select 1;' },
      { 'db/0002_b.sql': 'select 2;', 'db/0002_A.sql': 'select 3;' },
      { migrationsDir: 'db' },
    );
    expect([history.applier, told(history), tags(history.new), history.migrationsTable]).toEqual([
      'files',
      [],
      ['0002_A', '0002_b'],
      null,
    ]);
  });
});

describe('journal-broken', () => {
  const base = drizzle({ '0000_a': a });

  it('leaves nothing to replay when the journal is not JSON, and names line and column', async () => {
    const history = await change(base, {
      'drizzle/meta/_journal.json': '{\n  "entries": [\n    {},\n  ]\n}\n',
    });
    expect(told(history)).toEqual(['journal-broken drizzle/meta/_journal.json drizzle/meta/_journal.json:4']);
    expect(history).toMatchObject({ unreadable: true, new: [], base: [{ tag: '0000_a' }] });
    expect(history.problems[0]?.what).toContain('line 4, column 3');
  });

  it('names conflict markers as such', async () => {
    const text = journal({ '0000_a': 100 }).replace('"entries"', '\n<<<<<<< HEAD\n"entries"');
    const history = await change(base, { 'drizzle/meta/_journal.json': text });
    expect(history.problems[0]).toMatchObject({
      line: 5,
      what: expect.stringContaining('conflict marker <<<<<<<'),
    });
  });

  it('is an entry without its file', async () => {
    const history = await change(base, {
      'drizzle/meta/_journal.json': journal({ '0000_a': 100, '0001_b': 200 }),
    });
    expect(told(history)).toEqual(['journal-broken 0001_b drizzle/meta/_journal.json:16']);
    expect([history.unreadable, history.new]).toEqual([false, []]);
  });

  it('is standing when the base has it too', async () => {
    const broken = { ...base, 'drizzle/meta/_journal.json': journal({ '0000_a': 100, '0001_lost': 200 }) };
    const history = await change(broken, {
      'drizzle/meta/_journal.json': journal({ '0000_a': 100, '0001_lost': 200, '0002_c': 300 }),
      'drizzle/0002_c.sql': 'select 1;',
    });
    expect(told(history)).toEqual(['journal-broken 0001_lost drizzle/meta/_journal.json:16 (base)']);
    expect(tags(history.new)).toEqual(['0002_c']);
  });

  it('is a failure when the base is broken: nobody knows what production holds', async () => {
    const broken = { ...base, 'drizzle/meta/_journal.json': '{' };
    await expect(change(broken, { 'README.md': 'x' })).rejects.toMatchObject({
      code: 'base-journal-unreadable',
    });
  });
});
