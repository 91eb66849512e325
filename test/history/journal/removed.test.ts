/** Base entries that are gone, renamed, replaced or moved: one finding for each cause. */
import { describe, expect, it } from 'vitest';
import { found, historyBetween, remedies, what } from '../memory-tree.ts';
import { a, b, c, config, drizzle } from '../project.ts';

const base = drizzle({ '0000_a': a, '0001_b': b, '0002_c': c });
const tags = (migrations: readonly { tag: string }[]) => migrations.map(({ tag }) => tag);
const journalFile = 'drizzle/meta/_journal.json';

describe('a squash', () => {
  it('with an old stamp is skipped in production, and told once', async () => {
    const history = await historyBetween(base, drizzle({ '0000_all': [100, 'select 1;'] }));
    expect(found(history)).toEqual(['migration-removed drizzle:9']);
    expect(what(history)).toContain('all 3 migrations of the base branch are gone, from 0000_a to 0002_c');
    expect(what(history)).toContain('0000_all takes their place, stamped 100');
    expect(what(history)).toContain('production skips it and new databases run it');
    expect(remedies(history)).toContain('with a "when" of 100 or less');
  });

  it('with a fresh stamp runs in production, and fails there', async () => {
    const history = await historyBetween(base, drizzle({ '0000_all': [900, 'select 1;'] }));
    expect(found(history)).toEqual(['migration-removed drizzle:9']);
    expect(what(history)).toContain(
      'production runs it too, and it fails there on the first thing that exists',
    );
    expect(tags(history.new)).toEqual(['0000_all']);
  });

  it('of the first ones only is one finding as well', async () => {
    const history = await historyBetween(base, drizzle({ '0000_ab': [100, 'select 1;'], '0002_c': c }));
    expect(found(history)).toEqual(['migration-removed drizzle:9']);
    expect(what(history)).toContain('2 migrations of the base branch are gone, from 0000_a to 0001_b');
  });
});

describe('removed', () => {
  it('is the only one, generated again', async () => {
    const history = await historyBetween(drizzle({ '0000_a': a }), drizzle({ '0000_x': [900, 'select 1;'] }));
    expect(found(history)).toEqual(['migration-removed drizzle:9']);
    expect(what(history)).toContain('0000_a, the only migration of the base branch, is gone');
    expect(what(history)).toContain('0000_x takes its place');
  });

  it('is the whole folder with nothing in its place', async () => {
    expect(found(await historyBetween(base, { 'drizzle.config.ts': config }))).toEqual([
      'migration-removed drizzle:-',
    ]);
  });

  it('is the last one in favour of another, which is a migration like any other', async () => {
    const history = await historyBetween(
      base,
      drizzle({ '0000_a': a, '0001_b': b, '0002_d': [400, 'select 4;'] }),
    );
    expect([found(history), tags(history.new)]).toEqual([['migration-removed 0002_c:-'], ['0002_d']]);
  });

  it('is a renumbered one, each with its new name', async () => {
    const history = await historyBetween(base, drizzle({ '0001_a': a, '0002_b': b, '0003_c': c }));
    expect(found(history)).toEqual([
      'migration-removed 0000_a:1',
      'migration-removed 0001_b:1',
      'migration-removed 0002_c:1',
    ]);
    expect(what(history)).toContain('0002_c of the base branch is renamed to 0003_c');
    expect([history.new, history.skipped]).toEqual([[], []]);
  });

  it('says when the new name would run again', async () => {
    const history = await historyBetween(base, drizzle({ '0000_a': a, '0001_b': b, '0003_c': [900, c[1]] }));
    expect(what(history)).toContain('stamped anew it would run there once more');
  });

  it('is not an old entry that a mistake keeps from being read: the mistake is told', async () => {
    const text = base[journalFile] ?? '';
    const without = { ...base, [journalFile]: text.replace(/,\s*"tag": "0001_b"/, '') };
    expect(found(await historyBetween(base, without))).toEqual(['journal-broken entry 2:12']);
    const more = drizzle({ '0000_a': a, '0001_b': b, '0002_c': c, '0003_d': [400, 'select 4;'] });
    const tagless = (more[journalFile] ?? '').replace(/,\s*"tag": "0003_d"/, '');
    expect(found(await historyBetween(base, { ...more, [journalFile]: tagless }))).toEqual([
      'journal-broken entry 4:26',
    ]);
    const stamp = { ...base, [journalFile]: text.replace('"when": 200', '"when": "200"') };
    expect(found(await historyBetween(base, stamp))).toEqual(['journal-broken 0001_b:15']);
  });
});

describe('moved', () => {
  const to = (text: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(text).map(([path, own]) => [path.replace(/^drizzle\//, 'db/sql/'), own]),
    );
  const newConfig = { 'drizzle.config.ts': config.replace('./drizzle', './db/sql') };

  it('is a folder that came along whole, by its config', async () => {
    const history = await historyBetween(base, { ...to(base), ...newConfig });
    expect(found(history)).toEqual([]);
    expect(history.moved).toEqual({ from: 'drizzle', to: 'db/sql', migrations: 3 });
    expect([history.base.length, history.new.length]).toEqual([3, 0]);
  });

  it('is one that nobody says the old place of', async () => {
    const { 'drizzle.config.ts': _, ...files } = base;
    const history = await historyBetween(files, to(files), { migrationsDir: 'db/sql' });
    expect([history.moved?.from, history.base.length, found(history)]).toEqual(['drizzle', 3, []]);
  });

  it('is one with something new in it', async () => {
    const more = drizzle({ '0000_a': a, '0001_b': b, '0002_c': c, '0003_d': [400, 'select 4;'] });
    const history = await historyBetween(base, { ...to(more), ...newConfig });
    expect([history.moved?.migrations, tags(history.new), found(history)]).toEqual([3, ['0003_d'], []]);
  });

  it('is not one that lost a migration on the way, nor one that stayed', async () => {
    const less = drizzle({ '0000_a': a, '0001_b': b });
    const history = await historyBetween(base, { ...to(less), ...newConfig });
    expect([history.moved, found(history)]).toEqual([null, ['migration-removed 0002_c:-']]);
    expect((await historyBetween(base, base)).moved).toBeNull();
  });

  it('is not one of two journals that went: a second project of the repository', async () => {
    const { 'drizzle.config.ts': _, ...files } = base;
    const other = { 'other/meta/_journal.json': files[journalFile] ?? '' };
    const history = await historyBetween({ ...files, ...other }, to(files), { migrationsDir: 'db/sql' });
    expect([history.moved, history.base.length]).toEqual([null, 0]);
  });
});

describe('a change of the journal alone', () => {
  const changed = (from: string | RegExp, into: string) =>
    historyBetween(base, { ...base, [journalFile]: (base[journalFile] ?? '').replace(from, into) });

  it('is judged: a stamp, a number, an order', async () => {
    expect(found(await changed('"when": 200', '"when": 250'))).toEqual(['migration-edited 0001_b:15']);
    expect(found(await changed('"idx": 2', '"idx": 1'))).toEqual(['journal-broken 0002_c:20']);
    const swapped = drizzle({ '0000_a': a, '0002_c': c, '0001_b': b });
    expect(found(await historyBetween(base, swapped))).toEqual(['journal-broken warning 0001_b:23']);
  });

  it('is no matter of what Drizzle does not read: breakpoints, version, white space', async () => {
    expect(found(await changed(/"breakpoints": true/g, '"breakpoints": false'))).toEqual([]);
    expect(found(await changed(/"version": "7"/g, '"version": "6"'))).toEqual([]);
    expect(found(await changed(/\n\s*/g, ' '))).toEqual([]);
    expect(found(await changed(/\n/g, '\r\n'))).toEqual([]);
  });

  it('is refused where it names another dialect', async () => {
    await expect(changed('"postgresql"', '"sqlite"')).rejects.toMatchObject({
      code: 'drizzle-dialect-unsupported',
    });
  });
});
