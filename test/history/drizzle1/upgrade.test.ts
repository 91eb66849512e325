import { describe, expect, test } from 'vitest';
import { found, historyBetween, remedies, what } from '../memory-tree.ts';
import { drizzle } from '../project.ts';
import { folders } from './folders.ts';

const [one, two, three] = [1_767_225_600_123, 1_767_312_000_456, 1_767_398_400_789];
const a = 'create table a (id int);\n';
const b = 'create table b (id int);\n';
const c = 'create table c (id int);\n';
const journal = drizzle({ '0000_a': [one, a], '0001_b': [two, b] });
const up = folders({ '20260101000000_a': a, '20260102000000_b': b });

describe('the pull request that runs drizzle-kit up', () => {
  test('has nothing new: each old migration lives on in its folder', async () => {
    const history = await historyBetween(journal, up);
    expect(history.layout).toEqual({ head: 'folders', base: 'journal' });
    expect(history.base.map(({ tag, file, when }) => [tag, file, when])).toEqual([
      ['0000_a', 'drizzle/0000_a.sql', one],
      ['0001_b', 'drizzle/0001_b.sql', two],
    ]);
    expect(history.new).toEqual([]);
    expect(found(history)).toEqual([]);
  });

  test('and adds one', async () => {
    const history = await historyBetween(journal, {
      ...up,
      ...folders({ '20260103000000_c': { sql: c, on: ['20260102000000_b'] } }),
    });
    expect(history.new.map(({ tag }) => tag)).toEqual(['20260103000000_c']);
    expect(found(history)).toEqual([]);
  });

  test('names do not matter, the second and then the bytes do', async () => {
    const renamed = folders({ '20260101000000_other': a, '20270102000000_b': b });
    const history = await historyBetween(journal, renamed);
    expect(history.new).toEqual([]);
    expect(found(history)).toEqual([]);
  });

  test('two entries of one second are told apart by their bytes', async () => {
    const before = drizzle({ '0000_a': [one, a], '0001_b': [one + 100, b] });
    const after = folders({ '20260101000000_a': a, '20260101000000_b': b });
    const history = await historyBetween(before, after);
    expect(history.new).toEqual([]);
    expect(found(history)).toEqual([]);
  });

  test('two of one second with the same bytes are one to 1.0, and the other runs again', async () => {
    const before = drizzle({ '0000_a': [one, ''], '0001_b': [one + 100, ''] });
    const after = folders({ '20260101000000_a': '', '20260101000000_b': '' });
    const history = await historyBetween(before, after);
    expect(history.new.map(({ tag }) => tag)).toEqual(['20260101000000_b']);
  });

  test('what 0.x has skipped runs at the first deploy', async () => {
    const before = drizzle({ '0000_a': [one, a], '0001_c': [three, c], '0002_b': [two, b] });
    const after = folders({
      '20260101000000_a': a,
      '20260103000000_c': { sql: c, writes: ['public.c.id'] },
      '20260102000000_b': { sql: b, on: ['20260101000000_a'] },
    });
    const history = await historyBetween(before, after);
    expect(history.base.map(({ tag }) => tag)).toEqual(['0000_a', '0001_c']);
    expect(history.new.map(({ tag }) => tag)).toEqual(['20260102000000_b']);
    expect(history.outOfOrder).toEqual(['20260102000000_b']);
    expect(found(history)).toEqual(['migration-out-of-order warning 20260102000000_b:1']);
    expect(what(history)).toContain(`0002_b is stamped ${two}, before 0001_c`);
    expect(remedies(history)).toContain('drizzle.__drizzle_migrations');
  });

  test('also where its stamp had to be set anew for drizzle-kit up', async () => {
    const before = drizzle({ '0000_a': [one, a], '0001_c': [three, c], '0002_b': [two, b] });
    const after = folders({ '20260101000000_a': a, '20260103000000_c': c, '20260104000000_b': b });
    const history = await historyBetween(before, after);
    expect(history.new.map(({ tag }) => tag)).toEqual(['20260104000000_b']);
    expect(history.outOfOrder).toEqual([]);
    expect(found(history)).toEqual(['migration-out-of-order warning 20260104000000_b:1']);
  });

  test('a migration without a folder stops drizzle-orm 1.0', async () => {
    const history = await historyBetween(journal, folders({ '20260101000000_a': a }));
    expect(found(history)).toEqual(['migration-removed 0001_b:-']);
    expect(what(history)).toContain('knows no migration for that row, and throws');
    expect(remedies(history)).toContain('drizzle/20260102000000_b/migration.sql');
  });

  test('one that landed meanwhile is told as that', async () => {
    const base = drizzle({ '0000_a': [one, a], '0001_b': [two, b], '0002_c': [three, c] });
    const history = await historyBetween(base, up, { mergeBase: journal });
    expect(found(history)).toEqual(['migration-removed 0002_c:-']);
    expect(what(history)).toContain('since this branch left it');
    expect(remedies(history)).toContain('run `drizzle-kit up` again');
  });

  test('other bytes under the old second are an edit', async () => {
    const history = await historyBetween(journal, {
      ...up,
      'drizzle/20260102000000_b/migration.sql': 'create table b (id bigint);\n',
    });
    expect(found(history)).toEqual(['migration-edited 20260102000000_b:1']);
    expect(remedies(history)).toContain('Copy drizzle/0001_b.sql of the base branch');
  });

  test('a journal that stayed, with its files gone or there', async () => {
    const meta = { 'drizzle/meta/_journal.json': String(journal['drizzle/meta/_journal.json']) };
    const left = await historyBetween(journal, { ...up, ...meta });
    expect(left.layout).toEqual({ head: 'folders', base: 'journal' });
    expect(found(left)).toEqual(['journal-broken drizzle/meta/_journal.json:-']);

    const both = await historyBetween(journal, { ...journal, ...up });
    expect(both.layout).toEqual({ head: 'journal', base: 'journal' });
    expect(both.problems.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
      'migration-unlisted drizzle/20260101000000_a/migration.sql',
      'migration-unlisted drizzle/20260102000000_b/migration.sql',
    ]);
  });

  test('an empty journal has nothing to go over from', async () => {
    const history = await historyBetween(drizzle({}), up);
    expect(history.layout).toEqual({ head: 'folders', base: 'folders' });
    expect(history.new).toHaveLength(2);
    expect(found(history)).toEqual([]);
  });
});

describe('a journal at head, folders at base', () => {
  test('is no way back', async () => {
    const history = await historyBetween(
      up,
      drizzle({ '0000_a': [one, a], '0001_b': [two, b], '0002_c': [three, c] }),
    );
    expect(history.layout).toEqual({ head: 'journal', base: 'folders' });
    expect(found(history)).toEqual(['journal-broken drizzle/meta/_journal.json:-']);
    expect(history.base.map(({ tag }) => tag)).toEqual(['20260101000000_a', '20260102000000_b']);
    expect(history.new.map(({ tag }) => tag)).toEqual(['0002_c']);
  });

  test('is behind where the base branch went over meanwhile', async () => {
    const head = drizzle({ '0000_a': [one, a], '0001_b': [two, b], '0002_c': [three, c] });
    const history = await historyBetween(up, head, { mergeBase: journal });
    expect(found(history)).toEqual(['journal-broken drizzle/meta/_journal.json:-']);
    expect(remedies(history)).toContain('Merge the base branch');
    expect(history.new.map(({ tag }) => tag)).toEqual(['0002_c']);
  });

  test('both went over since the branch left', async () => {
    const landed = { ...up, ...folders({ '20260103000000_c': { sql: c, on: ['20260102000000_b'] } }) };
    const history = await historyBetween(landed, up, { mergeBase: journal });
    expect(history.layout).toEqual({ head: 'folders', base: 'folders' });
    expect(history.new).toEqual([]);
    expect(found(history)).toEqual([]);
  });
});
