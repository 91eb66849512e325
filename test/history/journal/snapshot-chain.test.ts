/** Whether snapshots follow the migrations; over 300 lines, for it is one list of what can happen to a chain. */
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../../src/history/folder.ts';
import { snapshotProblems } from '../../../src/history/journal/snapshot-chain.ts';
import { parseSnapshot } from '../../../src/history/journal/snapshots.ts';
import { journal } from '../../repository.ts';
import { found, historyBetween, remedies, treeOf, what } from '../memory-tree.ts';
import { config } from '../project.ts';

const origin = '00000000-0000-0000-0000-000000000000';
const table = (name: string) => ({ [`public.${name}`]: { name, schema: '', indexes: {}, policies: {} } });

/** As drizzle-kit writes it; ids are the names of their migrations. */
function snapshot(id: string, parent: string, version = '7'): string {
  return JSON.stringify(
    { id, prevId: parent, version, dialect: 'postgresql', tables: table('a'), enums: {} },
    null,
    2,
  );
}

const meta = (name: string) => `drizzle/meta/${name}`;

/** Migrations by tag, and what stands in `meta/`. */
function project(sql: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) {
  const whens = Object.keys(sql).map((tag, index) => [tag, 1000 + index] as const);
  return {
    'drizzle.config.ts': config,
    [meta('_journal.json')]: journal(Object.fromEntries(whens)),
    ...Object.fromEntries(Object.entries(sql).map(([tag, text]) => [`drizzle/${tag}.sql`, text])),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [meta(name), text])),
  };
}

const first = { '0000_a': 'create table a (id int);' };
const firstFile = { '0000_snapshot.json': snapshot('a', origin) };
const base = project(first, firstFile);
const added = (sql: string, files: Readonly<Record<string, string>> = {}) =>
  historyBetween(base, project({ ...first, '0001_b': sql }, { ...firstFile, ...files }));

describe('a new migration without its snapshot', () => {
  it.each([
    ['makes a table', 'create table b (id int);', 'public.b'],
    ['changes one that the snapshots know', '-- by hand\nalter table a add column note text;', 'public.a'],
    ['makes an enum', "create type mood as enum ('good');", 'public.mood'],
  ])('is found where it %s', async (_, sql, object) => {
    const history = await added(sql);
    expect(history.problems).toMatchObject([
      {
        kind: 'snapshot-chain-broken',
        object: '0001_b',
        file: 'drizzle/0001_b.sql',
        evidence: { gap: 'missing' },
      },
    ]);
    expect(what(history)).toContain(`changes ${object} and has no snapshot: drizzle/meta/0001_snapshot.json`);
    expect(remedies(history)).toContain('Make the change in the Drizzle schema');
  });

  it('names the line of the statement', async () => {
    expect(found(await added('-- by hand\nalter table a add column note text;'))).toEqual([
      'snapshot-chain-broken 0001_b:2',
    ]);
  });

  it.each([
    ['a function', 'create function f() returns int language sql as $$ select 1 $$;'],
    ['a grant and rows', "grant select on a to public; insert into a values (1); comment on table a is 'x';"],
    ['a policy, where policies are written by hand', 'create policy p on a using (true);'],
    ['a table that Drizzle does not know', 'alter table legacy add column x int;'],
    ['nothing at all', ''],
  ])('is right with %s', async (_, sql) => {
    expect(found(await added(sql))).toEqual([]);
  });

  it('is right where the project keeps no snapshots', async () => {
    const history = await historyBetween(
      project(first, {}),
      project({ ...first, '0001_b': 'create table b (id int);' }, {}),
    );
    expect(found(history)).toEqual([]);
  });

  it('is one of many where all snapshots were thrown away', async () => {
    const history = await historyBetween(
      base,
      project({ ...first, '0001_b': 'create table b (id int);' }, {}),
    );
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta:-']);
  });
});

describe('the parent of a new snapshot', () => {
  const sql = 'create table b (id int);';

  it('is the snapshot before it', async () => {
    expect(found(await added(sql, { '0001_snapshot.json': snapshot('b', 'a') }))).toEqual([]);
    const pulled = { '0000_snapshot.json': snapshot(origin, '') };
    const history = await historyBetween(
      project(first, pulled),
      project({ ...first, '0001_b': sql }, { ...pulled, '0001_snapshot.json': snapshot('b', origin) }),
    );
    expect(found(history)).toEqual([]);
  });

  it('is not there', async () => {
    const history = await added(sql, { '0001_snapshot.json': snapshot('b', 'lost') });
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/0001_snapshot.json:3']);
    expect(what(history)).toContain('follows a snapshot with the id lost, and none has that id');
    expect(remedies(history)).toContain(
      'Delete drizzle/meta/0001_snapshot.json, drizzle/0001_b.sql and its journal entry',
    );
  });

  it('is that of another one too, in the order of the branches', async () => {
    const both = { '0001_snapshot.json': snapshot('b', 'a'), '0002_snapshot.json': snapshot('c', 'a') };
    const history = await historyBetween(
      base,
      project({ ...first, '0001_b': sql, '0002_c': 'create table c (id int);' }, { ...firstFile, ...both }),
    );
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/0002_snapshot.json:3']);
    expect(what(history)).toContain(
      '0002_snapshot.json and 0001_snapshot.json both follow 0000_snapshot.json',
    );
  });

  it('is the first one’s for a second first one', async () => {
    const history = await added(sql, { '0001_snapshot.json': snapshot('b', origin) });
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/0001_snapshot.json:3']);
  });

  it('is no finding of its own where the migration is told as skipped', async () => {
    const older = project(
      { ...first, '0001_b': sql },
      { ...firstFile, '0001_snapshot.json': snapshot('b', 'a') },
    );
    const late = project(
      { ...first, '0001_b': sql, '0002_c': 'create table c (id int);' },
      { ...firstFile, '0001_snapshot.json': snapshot('b', 'a'), '0002_snapshot.json': snapshot('c', 'a') },
    );
    const journalFile = meta('_journal.json');
    const text = (late as Record<string, string>)[journalFile]?.replace('"when": 1002', '"when": 1000');
    expect(found(await historyBetween(older, { ...late, [journalFile]: text ?? '' }))).toEqual([
      'migration-skipped 0002_c:23',
    ]);
  });

  it('is not looked for in snapshots that base has', async () => {
    const odd = { ...firstFile, '0001_snapshot.json': snapshot('b', 'lost') };
    const older = project({ ...first, '0001_b': sql }, odd);
    const newer = project(
      { ...first, '0001_b': sql, '0002_c': 'create table c (id int);' },
      { ...odd, '0002_snapshot.json': snapshot('c', 'b') },
    );
    expect(found(await historyBetween(older, newer))).toEqual([]);
  });
});

describe('the last snapshot', () => {
  it('is by its name another migration’s than the last', async () => {
    const timed = { '20260101000000_a': 'create table a (id int);' };
    const timedFile = { '20260101000000_snapshot.json': snapshot('a', origin) };
    const history = await historyBetween(
      project(timed, timedFile),
      project(
        { ...timed, '0001_b': 'create table b (id int);' },
        { ...timedFile, '0001_snapshot.json': snapshot('b', 'a') },
      ),
    );
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/20260101000000_snapshot.json:16']);
    expect(what(history)).toContain('is that of 20260101000000_a; the last entry with a snapshot is 0001_b');
  });

  it('belongs to no entry, as when only an entry was taken out', async () => {
    const history = await historyBetween(base, {
      ...base,
      [meta('0001_snapshot.json')]: snapshot('b', 'a'),
    });
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/0001_snapshot.json:9']);
    const standing = { ...base, [meta('0001_snapshot.json')]: snapshot('b', 'a') };
    expect(found(await historyBetween(standing, { ...standing, 'README.md': 'x' }))).toEqual([
      'snapshot-chain-broken drizzle/meta/0001_snapshot.json:9 standing',
    ]);
  });

  it('may be older than the last migration, where that needed none', async () => {
    expect(found(await added('grant select on a to public;'))).toEqual([]);
  });
});

describe('files in meta', () => {
  it('cannot be read: conflict markers, a trailing comma', async () => {
    const conflict = snapshot('b', 'a').replace('"version"', '\n<<<<<<< HEAD\n"version"');
    expect(found(await added('select 1;', { '0001_snapshot.json': conflict }))).toEqual([
      'journal-broken drizzle/meta/0001_snapshot.json:5',
    ]);
    const comma = snapshot('b', 'a').replace(/\}$/, ',}');
    expect(found(await added('select 1;', { '0001_snapshot.json': comma }))[0]).toContain('journal-broken');
  });

  it('cannot be read any more, as an old one that was changed', async () => {
    const history = await historyBetween(base, { ...base, [meta('0000_snapshot.json')]: '{' });
    expect(found(history)).toEqual(['journal-broken drizzle/meta/0000_snapshot.json:1']);
  });

  it('cannot be read at base either', async () => {
    const broken = { ...base, [meta('0000_snapshot.json')]: '{' };
    expect(found(await historyBetween(broken, { ...broken, 'README.md': 'x' }))).toEqual([
      'journal-broken drizzle/meta/0000_snapshot.json:1 standing',
    ]);
  });

  it('are of an older version than those before', async () => {
    const old = await added('select 1;', { '0001_snapshot.json': snapshot('b', 'a', '6') });
    expect(found(old)).toEqual(['snapshot-chain-broken drizzle/meta/0001_snapshot.json:-']);
    // A project that stays with an old kit, and one that has just got a new one.
    for (const [before, after] of [
      ['5', '5'],
      ['6', '7'],
    ]) {
      const files = { '0000_snapshot.json': snapshot('a', origin, before) };
      const history = await historyBetween(
        project(first, files),
        project(
          { ...first, '0001_b': 'select 1;' },
          { ...files, '0001_snapshot.json': snapshot('b', 'a', after) },
        ),
      );
      expect(found(history)).toEqual([]);
    }
  });

  it('are no snapshots, and taken for some', async () => {
    const history = await historyBetween(base, {
      ...base,
      [meta('notes.md')]: 'x',
      [meta('_notes.md')]: 'x',
    });
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/notes.md:-']);
  });

  it('are passed over, as `prefix: none` names them', async () => {
    const nameless = { '_snapshot.json': snapshot('a', origin) };
    const history = await historyBetween(
      { 'drizzle.config.ts': config },
      project({ _a: 'create table a (id int);' }, nameless),
    );
    expect(found(history)).toEqual(['snapshot-chain-broken warning drizzle/meta/_snapshot.json:-']);
    const standing = await historyBetween(
      project({ _a: 'create table a (id int);' }, nameless),
      project({ _a: 'create table a (id int);', _b: 'create table b (id int);' }, nameless),
    );
    expect(found(standing)).toEqual(['snapshot-chain-broken warning drizzle/meta/_snapshot.json:- standing']);
  });
});

describe('the cost', () => {
  it('of a history of 500 is that of two snapshots', async () => {
    const tags = Array.from({ length: 500 }, (_, index) => `${String(index).padStart(4, '0')}_x`);
    const sql = Object.fromEntries(tags.map((tag) => [tag, 'select 1;']));
    const files = Object.fromEntries(
      tags.map((tag, index) => [
        `${tag.slice(0, 4)}_snapshot.json`,
        snapshot(`id ${index}`, index === 0 ? origin : `id ${index - 1}`),
      ]),
    );
    const more = { ...sql, '0500_b': 'create table b (id int);' };
    const tree = treeOf(project(more, { ...files, '0500_snapshot.json': snapshot('b', 'id 499') }));
    const read: string[] = [];
    const before = treeOf(project(sql, files));
    const folders = {
      head: await readFolder(tree, 'drizzle', 'drizzle', new Set()),
      base: await readFolder(before, 'drizzle', 'drizzle', new Set()),
      mergeBase: await readFolder(before, 'drizzle', 'drizzle', new Set()),
    };
    const head = {
      ...tree,
      read: (paths: readonly string[]) => {
        read.push(...paths);
        return tree.read(paths);
      },
    };
    const problems = await snapshotProblems({
      trees: { base: before, head },
      folders,
      fresh: [],
      skipped: new Set(),
      collides: false,
    });
    expect(problems).toEqual([]);
    expect(read.sort()).toEqual([meta('0499_snapshot.json'), meta('0500_snapshot.json')]);
  });
});

describe('parseSnapshot', () => {
  it('knows what the snapshots of all versions hold', () => {
    const old = {
      id: 'x',
      prevId: origin,
      version: '5',
      tables: { a: { name: 'a', schema: '' } },
      enums: { m: { name: 'm' } },
    };
    expect(parseSnapshot(JSON.stringify(old))).toMatchObject({
      version: '5',
      known: { names: new Set(['public.a', 'public.m']), kinds: new Set() },
    });
    const tables = { 'auth.a': { name: 'a', schema: 'auth', indexes: { i: {} }, isRLSEnabled: true } };
    const now = { id: 'x', prevId: origin, version: '7', tables, roles: { r: {} }, views: { v: {} } };
    expect(parseSnapshot(JSON.stringify(now))).toMatchObject({
      known: { names: new Set(['auth.a']), kinds: new Set(['view', 'role', 'policy', 'index']) },
    });
    expect(parseSnapshot('[]')).toEqual({ unreadable: 'it has no "id" and "prevId"', line: null });
  });
});
