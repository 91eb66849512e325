import { describe, expect, test } from 'vitest';
import { found, historyBetween, remedies, what } from '../memory-tree.ts';
import { folders, idOf, origin } from './folders.ts';

const init = '20260101000000_init';
const second = '20260102000000_second';
const own = '20260105000000_own';
const base = folders({ [init]: 'create table a (id int);\n', [second]: 'create table b (id int);\n' });

function withOwn(folder: Parameters<typeof folders>[0][string]): Record<string, string> {
  const given = typeof folder === 'string' ? { sql: folder } : folder;
  return { ...base, ...folders({ [own]: { on: [second], ...given } }) };
}

const snapshotFile = `drizzle/${own}/snapshot.json`;

describe('a migration without a snapshot', () => {
  test.each([
    ['create table c (id int);\n', 1],
    ['select 1;\n--> statement-breakpoint\nalter table a add column x int;\n', 3],
    ['drop table b;\n', 1],
  ])('is told where it changes what drizzle-kit describes: %s', async (sql, line) => {
    const history = await historyBetween(base, withOwn({ sql, on: null }));
    expect(found(history)).toEqual([`snapshot-chain-broken ${own}:${line}`]);
    expect(history.problems[0]?.evidence.gap).toBe('missing');
    expect(history.new.map(({ tag }) => tag)).toEqual([own]);
  });

  test.each([
    'insert into a values (1); update b set id = 2;\n',
    'create function f() returns int language sql as $$ select 1 $$;\n',
    'create trigger t after insert on a for each row execute function f();\n',
    'grant select on a to anon;\n',
    'create policy p on a using (true);\n',
    'create table a_backup as select * from a;\n',
    '-- nothing\n',
    'this is no sql\n',
  ])('is fine for what it does not describe: %s', async (sql) => {
    expect(found(await historyBetween(base, withOwn({ sql, on: null })))).toEqual([]);
  });

  test('is fine where nobody keeps snapshots', async () => {
    const bare = folders({ [init]: { sql: 'create table a (id int);\n', on: null } });
    const more = folders({ [own]: { sql: 'create table c (id int);\n', on: null } });
    expect(found(await historyBetween(bare, { ...bare, ...more }))).toEqual([]);
  });

  test('stands where base has the same', async () => {
    const before = withOwn({ sql: 'create table c (id int);\n', on: null });
    const after = { ...before, 'drizzle/20260106000000_x/migration.sql': 'select 1;\n' };
    expect(found(await historyBetween(before, after))).toEqual([`snapshot-chain-broken ${own}:1 standing`]);
  });
});

describe('a snapshot', () => {
  test.each([
    ['{"id": ', 'line 1'],
    ['<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n', 'merge conflict marker <<<<<<< (line 1'],
    ['{}', 'it has no "id" and "prevIds"'],
    ['[]', 'it has no "id" and "prevIds"'],
    ['null', 'it has no "id" and "prevIds"'],
  ])('that cannot be read is told with its place: %s', async (text, words) => {
    const history = await historyBetween(base, { ...withOwn('select 1;\n'), [snapshotFile]: text });
    expect(history.problems.map(({ kind, file }) => `${kind} ${file}`)).toEqual([
      `journal-broken ${snapshotFile}`,
    ]);
    expect(what(history)).toContain(words);
  });

  test('of base that is damaged is one problem, though others build on it', async () => {
    const history = await historyBetween(base, { ...base, [`drizzle/${init}/snapshot.json`]: '{' });
    expect(found(history)).toEqual([`journal-broken drizzle/${init}/snapshot.json:1`]);
  });

  test('of a later format is read by what it has in common', async () => {
    const later = { version: '12', id: idOf(own), prevIds: [idOf(second)], changes: {} };
    const history = await historyBetween(base, {
      ...withOwn('select 1;\n'),
      [snapshotFile]: JSON.stringify(later),
    });
    expect(found(history)).toEqual([]);
  });

  test('that builds on none that is there', async () => {
    const lost = await historyBetween(base, withOwn({ sql: 'select 1;\n', on: ['elsewhere'] }));
    expect(found(lost)).toEqual([`snapshot-chain-broken ${own}:-`]);
    expect(what(lost)).toContain(`builds on the snapshot ${idOf('elsewhere')}, which no folder has`);
  });

  test('that base has and head lost is told once, at the one that is lost', async () => {
    for (const name of [init, second]) {
      const { [`drizzle/${name}/snapshot.json`]: _, ...without } = base;
      const history = await historyBetween(base, without);
      expect(found(history)).toEqual([`snapshot-chain-broken ${name}:-`]);
      expect(remedies(history)).toBe(`Put drizzle/${name}/snapshot.json back as it is on the base branch.`);
    }
    const none = Object.fromEntries(Object.entries(base).filter(([path]) => !path.endsWith('snapshot.json')));
    expect(found(await historyBetween(base, none))).toHaveLength(2);
  });

  test('copied from another folder has its id too', async () => {
    const copy = {
      ...withOwn('select 1;\n'),
      [snapshotFile]: String(base[`drizzle/${second}/snapshot.json`]),
    };
    const history = await historyBetween(base, copy);
    expect(found(history)).toEqual([`snapshot-chain-broken ${own}:-`]);
    expect(what(history)).toContain(`${own} and ${second} have one id`);
  });

  test('of a second first migration', async () => {
    const history = await historyBetween(base, withOwn({ sql: 'create table a (id int);\n', on: [] }));
    expect(found(history)).toEqual([`snapshot-chain-broken ${own}:-`]);
    expect(what(history)).toContain(`${init} is one already`);
  });

  test('of a change without anything before it', async () => {
    const text = JSON.stringify({
      type: 'diff',
      version: '9',
      id: idOf(own),
      prevIds: [origin],
      deltas: [],
      footprints: [],
    });
    const bare = { 'drizzle.config.ts': String(base['drizzle.config.ts']) };
    const history = await historyBetween(bare, {
      ...bare,
      [`drizzle/${own}/migration.sql`]: 'select 1;\n',
      [snapshotFile]: text,
    });
    expect(what(history)).toContain('says what it changes and not on what');
  });

  test('of a folder that sorts before the one it builds on', async () => {
    const early = '20260101120000_early';
    const history = await historyBetween(base, {
      ...base,
      ...folders({ [early]: { sql: 'select 1;\n', on: [second] } }),
    });
    expect(found(history)).toEqual([`snapshot-chain-broken ${early}:-`]);
    expect(history.outOfOrder).toEqual([early]);
  });

  test('of the same second as the one it builds on is fine when the names sort', async () => {
    const history = await historyBetween(base, {
      ...base,
      ...folders({ '20260102000000_third': { sql: 'select 1;\n', on: [second] } }),
    });
    expect(found(history)).toEqual([]);
  });
});

describe('formats', () => {
  const whole = folders({ [init]: { sql: 'create table a (id int);\n', ddl: [] } });

  test('that are all of one release candidate are fine', async () => {
    const head = { ...whole, ...folders({ [own]: { sql: 'select 1;\n', on: [init], ddl: [] } }) };
    expect(found(await historyBetween(whole, head))).toEqual([]);
  });

  test('an older drizzle-kit on a folder that went on', async () => {
    const history = await historyBetween(base, withOwn({ sql: 'select 1;\n', ddl: [] }));
    expect(found(history)).toEqual([`snapshot-chain-broken ${own}:-`]);
    expect(what(history)).toContain(
      `the snapshot of ${own} has the format 8 and that of ${init} the format 9`,
    );
    expect(remedies(history)).toContain('Generate');
  });

  test('a newer drizzle-kit on a folder that nobody brought up', async () => {
    const text = folders({ [own]: { sql: 'select 1;\n', on: [init] } });
    const history = await historyBetween(whole, { ...whole, ...text });
    expect(found(history)).toEqual([`snapshot-chain-broken ${own}:-`]);
    expect(remedies(history)).toContain('drizzle-kit up');
  });

  test('brought up in the pull request', async () => {
    const up = folders({ [init]: 'create table a (id int);\n', [own]: 'select 1;\n' });
    expect(found(await historyBetween(whole, up))).toEqual([]);
  });
});

describe('two branches', () => {
  const branch = '20260103000000_theirs';
  const landed = (writes: string[]) => ({
    ...base,
    ...folders({ [branch]: { sql: 'select 1;\n', on: [second], writes } }),
  });
  const mine = (writes: string[], on = [second]) => folders({ [own]: { sql: 'select 2;\n', on, writes } });

  test('that touch different things are fine', async () => {
    const before = landed(['public.a.x']);
    expect(found(await historyBetween(before, { ...before, ...mine(['public.a.y']) }))).toEqual([]);
  });

  test('that touch one thing conflict, also where the branch is behind', async () => {
    const before = landed(['public.a.x']);
    const expected = [`snapshot-chain-broken ${own}:-`];
    const conflict = await historyBetween(before, { ...before, ...mine(['public.a.x']) });
    expect(found(conflict)).toEqual(expected);
    const behind = await historyBetween(before, { ...base, ...mine(['public.a.x']) }, { mergeBase: base });
    expect(found(behind)).toEqual(expected);
    expect(remedies(behind)).toContain(`Delete ${own}, merge the base branch`);
  });

  test('that are joined are no conflict', async () => {
    const before = landed(['public.a.x']);
    const joined = folders({ '20260106000000_join': { sql: 'select 3;\n', on: [branch, own] } });
    expect(found(await historyBetween(before, { ...before, ...mine(['public.a.x']), ...joined }))).toEqual(
      [],
    );
  });

  test('that conflict on the base branch stand', async () => {
    const before = { ...landed(['public.a.x']), ...mine(['public.a.x']) };
    const after = { ...before, ...folders({ '20260107000000_more': { sql: 'select 1;\n', on: [own] } }) };
    expect(found(await historyBetween(before, after))).toEqual([`snapshot-chain-broken ${own}:- standing`]);
  });

  describe('of the older format', () => {
    const column = (name: string, more = {}) => ({
      schema: 'public',
      table: 'a',
      name,
      entityType: 'columns',
      ...more,
    });
    const table = { schema: 'public', name: 'a', entityType: 'tables' };
    const whole = folders({ [init]: { sql: 'select 1;\n', ddl: [table, column('x')] } });
    const fork = async (theirs: object[], ours: object[]) => {
      const before = { ...whole, ...folders({ [branch]: { sql: 'select 1;\n', on: [init], ddl: theirs } }) };
      const head = folders({ [own]: { sql: 'select 1;\n', on: [init], ddl: ours } });
      return await historyBetween(before, { ...before, ...head });
    };

    test('touch different things', async () => {
      const y = [table, column('x'), column('y')];
      expect(found(await fork(y, [table, column('x'), column('z')]))).toEqual([]);
    });

    test('touch one thing, or a table that the other drops', async () => {
      const changed = await fork([table, column('x', { notNull: true })], [table]);
      expect(found(changed)).toEqual([`snapshot-chain-broken ${own}:-`]);
      expect(what(changed)).toContain(
        `${own} (drop column public.a.x) and ${branch} (alter column public.a.x)`,
      );
      expect(found(await fork([], [table, column('x'), column('y')]))).toEqual([
        `snapshot-chain-broken ${own}:-`,
      ]);
    });
  });
});
