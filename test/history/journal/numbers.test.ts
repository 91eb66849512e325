/** Numbers that two migrations share, in one journal and in two branches that have not met. */
import { describe, expect, it } from 'vitest';
import { journal } from '../../repository.ts';
import { found, historyBetween, remedies, what } from '../memory-tree.ts';
import { config } from '../project.ts';

/** Tags with their `idx`, stamped in their order; `snapshots`: drizzle-kit wrote them. */
function project(entries: Readonly<Record<string, number>>, snapshots = false): Record<string, string> {
  const tags = Object.keys(entries);
  const whens = Object.fromEntries(tags.map((tag) => [tag, stamps.get(tag) ?? 1000]));
  const text = JSON.parse(journal(whens)) as { entries: { tag: string; idx: number }[] };
  for (const entry of text.entries) entry.idx = entries[entry.tag] ?? 0;
  let parent = '00000000-0000-0000-0000-000000000000';
  const files: Record<string, string> = {
    'drizzle.config.ts': config,
    'drizzle/meta/_journal.json': `${JSON.stringify(text, null, 2)}\n`,
  };
  for (const tag of tags) {
    files[`drizzle/${tag}.sql`] = `select '${tag}';\n`;
    if (!snapshots) continue;
    const file = `drizzle/meta/${tag.split('_')[0]}_snapshot.json`;
    files[file] = JSON.stringify({ id: `id of ${tag}`, prevId: parent, version: '7', tables: {} }, null, 2);
    parent = `id of ${tag}`;
  }
  return files;
}
const stamps = new Map([
  ['0000_a', 1],
  ['0001_theirs', 2],
  ['20260101000000_theirs', 2],
  ['1767225600_theirs', 2],
  ['_theirs', 2],
  ['0001_mine', 3],
  ['0002_mine', 3],
  ['20260102000000_mine', 3],
  ['1767225601_mine', 3],
  ['_mine', 3],
]);

describe('two of one number in a journal', () => {
  it('is found by the number where the idx was mended by hand', async () => {
    const history = await historyBetween(
      project({ '0000_a': 0, '0001_theirs': 1 }, true),
      project({ '0000_a': 0, '0001_theirs': 1, '0001_mine': 2 }, true),
    );
    expect(found(history)).toEqual(['journal-broken 0001_mine:23']);
    expect(what(history)).toContain('0001_theirs and 0001_mine share the number 0001');
  });

  it('weighs less where no snapshots are kept', async () => {
    const history = await historyBetween(
      project({ '0000_a': 0 }),
      project({ '0000_a': 0, '0001_theirs': 1, '0001_mine': 2 }),
    );
    expect(found(history)).toEqual(['journal-broken warning 0001_mine:23']);
  });

  it('is one finding with the idx', async () => {
    const history = await historyBetween(
      project({ '0000_a': 0 }),
      project({ '0000_a': 0, '0001_theirs': 1, '0001_mine': 1 }),
    );
    expect(found(history)).toEqual(['journal-broken 0001_mine:20']);
  });

  it('is standing where base has both', async () => {
    const both = project({ '0000_a': 0, '0001_theirs': 1, '0001_mine': 2 });
    expect(found(await historyBetween(both, both))).toEqual(['journal-broken warning 0001_mine:23 standing']);
  });

  it('is no matter of the prefixes that tell a time, or nothing', async () => {
    for (const [theirs, mine] of [
      ['20260101000000_theirs', '20260102000000_mine'],
      ['1767225600_theirs', '1767225601_mine'],
      ['_theirs', '_mine'],
    ] as const) {
      const history = await historyBetween(project({ [theirs]: 0 }), project({ [theirs]: 0, [mine]: 1 }));
      expect(found(history)).toEqual([]);
    }
  });
});

describe('one number in two branches', () => {
  const mergeBase = project({ '0000_a': 0 }, true);
  const theirs = project({ '0000_a': 0, '0001_theirs': 1 }, true);

  it('is found before they meet, with what the merge will do', async () => {
    const mine = project({ '0000_a': 0, '0001_mine': 1 }, true);
    const history = await historyBetween(theirs, mine, { mergeBase });
    expect(found(history)).toEqual(['journal-broken 0001_mine:16']);
    expect(what(history)).toContain(
      'conflicts in drizzle/meta/_journal.json and drizzle/meta/0001_snapshot.json',
    );
    expect(remedies(history)).toContain('delete drizzle/0001_mine.sql');
  });

  it('is found by the idx where the names tell times', async () => {
    const history = await historyBetween(
      project({ '0000_a': 0, '20260101000000_theirs': 1 }),
      project({ '0000_a': 0, '20260102000000_mine': 1 }),
      { mergeBase: project({ '0000_a': 0 }) },
    );
    expect(found(history)).toEqual(['journal-broken 20260102000000_mine:16']);
    expect(what(history)).toContain('has "idx": 1, and so has 20260101000000_theirs');
  });

  it('is found by the parent of the snapshots where the numbers differ', async () => {
    const history = await historyBetween(theirs, project({ '0000_a': 0, '0002_mine': 2 }, true), {
      mergeBase,
    });
    expect(found(history)).toEqual(['snapshot-chain-broken drizzle/meta/0002_snapshot.json:3']);
    expect(what(history)).toContain(
      '0002_snapshot.json and 0001_snapshot.json both follow 0000_snapshot.json',
    );
  });

  it('is no matter where the branch has the base branch in it, or that brought nothing', async () => {
    const merged = project({ '0000_a': 0, '0001_theirs': 1, '0002_mine': 2 }, true);
    expect(found(await historyBetween(theirs, merged))).toEqual([]);
    const mine = project({ '0000_a': 0, '0001_mine': 1 }, true);
    expect(found(await historyBetween({ ...mergeBase, 'README.md': 'x' }, mine, { mergeBase }))).toEqual([]);
  });
});
