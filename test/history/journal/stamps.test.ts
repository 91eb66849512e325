/** Where new entries stand in the journal, and what they are stamped: against base, each other and the clock. */
import { describe, expect, it } from 'vitest';
import { found, historyBetween, remedies, what } from '../memory-tree.ts';
import { drizzle } from '../project.ts';

const day = 86_400_000;
const headTime = Date.parse('2026-06-15T00:00:00Z');
/** Days before the head commit was made; negative ones lie ahead. */
const at = (daysBefore: number) => [headTime - daysBefore * day, 'select 1;'] as const;
const base = { '0000_a': at(30), '0001_b': at(20) };
const between = (
  older: Record<string, ReturnType<typeof at>>,
  added: Record<string, ReturnType<typeof at>>,
) => historyBetween(drizzle(older), drizzle({ ...older, ...added }));

describe('migration-skipped', () => {
  it('is a repair that somebody dated back a year', async () => {
    const history = await between(base, { '0002_repair': at(365) });
    expect(found(history)).toEqual(['migration-skipped 0002_repair:23']);
    expect(remedies(history)).toContain('Regenerate it on top of the base branch');
  });

  it('says that generating again would not help where base is stamped in the future', async () => {
    const history = await between({ ...base, '0002_far': at(-40) }, { '0003_now': at(1) });
    expect(found(history)).toEqual(['migration-skipped 0003_now:30']);
    expect(remedies(history)).toContain(
      `to ${headTime + 40 * day + 1}. Generating it again would not help: 0002_far`,
    );
    expect(remedies(history)).toContain('until 2026-07-25');
  });

  it('is a lost entry put back in the middle, for which generating is the wrong way', async () => {
    const lost = drizzle({ '0000_a': at(30), '0002_c': at(10) });
    const whole = drizzle({ '0000_a': at(30), '0001_b': at(20), '0002_c': at(10) });
    const file = { 'drizzle/0001_b.sql': whole['drizzle/0001_b.sql'] ?? '' };
    const history = await historyBetween({ ...lost, ...file }, whole);
    expect(found(history)).toEqual(['migration-skipped 0001_b:16']);
    expect(remedies(history)).toContain('Put its entry at the end of drizzle/meta/_journal.json');
  });

  it('is a warning for each of several that are not in their order, all above base', async () => {
    const history = await between(base, {
      '0002_c': at(5),
      '0003_d': at(7),
      '0004_e': at(6),
      '0005_f': at(4),
    });
    expect(found(history)).toEqual([
      'migration-skipped warning 0003_d:30',
      'migration-skipped warning 0004_e:37',
    ]);
    expect(what(history)).toContain('not after 0002_c, which is new too');
    expect(history.new.map(({ tag }) => tag)).toEqual(['0002_c', '0003_d', '0004_e', '0005_f']);
  });

  it('is not an entry in the middle with a stamp above all: a new database only runs it in another order', async () => {
    const history = await historyBetween(
      drizzle(base),
      drizzle({ '0000_a': at(30), '0002_c': at(1), '0001_b': at(20) }),
    );
    expect(found(history)).toEqual([]);
    expect([history.outOfOrder, history.new.map(({ tag }) => tag)]).toEqual([['0002_c'], ['0002_c']]);
    expect(history.journalOrder).toEqual(['0000_a', '0002_c', '0001_b']);
  });

  it('is no matter for several in order, for a first migration, or for stamps that are small numbers', async () => {
    expect(found(await between(base, { '0002_c': at(3), '0003_d': at(2) }))).toEqual([]);
    expect(found(await historyBetween({}, drizzle(base)))).toEqual([]);
    expect(found(await between({ '0000_a': [1, 'select 1;'] }, { '0001_b': [2, 'select 1;'] }))).toEqual([]);
  });
});

describe('migration-stamped-ahead', () => {
  it('is an entry that sticks out into the future', async () => {
    const history = await between(base, { '0002_c': at(-40) });
    expect(found(history)).toEqual(['migration-stamped-ahead 0002_c:22']);
    expect(what(history)).toContain('40 days after the commit was made');
    expect(remedies(history)).toContain(`to the time it was made, ${headTime} for one`);
  });

  it('is the one of several that sticks out, and what stands behind it is no finding of its own', async () => {
    const history = await between(base, { '0002_c': at(-400), '0003_d': at(1) });
    expect(found(history)).toEqual(['migration-stamped-ahead 0002_c:22']);
  });

  it('is a warning where base is ahead already and the new one goes on from there', async () => {
    const history = await between({ ...base, '0002_far': at(-40) }, { '0003_next': at(-41) });
    expect(found(history)).toEqual(['migration-stamped-ahead warning 0003_next:29']);
    expect(what(history)).toContain('as 0002_far of the base branch is');
  });

  it('is an error again where it goes far beyond what base is ahead', async () => {
    const history = await between({ ...base, '0002_far': at(-3) }, { '0003_next': at(-400) });
    expect(found(history)).toEqual(['migration-stamped-ahead 0003_next:29']);
  });

  it('is a warning where all of several are ahead in an order of their own', async () => {
    const history = await between(base, { '0002_c': at(-10), '0003_d': at(-11) });
    expect(found(history)).toEqual(['migration-stamped-ahead warning 0003_d:29']);
    expect(what(history)).toContain('2 new entries are stamped ahead');
  });

  it('is standing where base is ahead and nothing is new', async () => {
    const older = drizzle({ ...base, '0002_far': at(-40) });
    const history = await historyBetween(older, { ...older, 'README.md': 'x' });
    expect(found(history)).toEqual(['migration-stamped-ahead warning 0002_far:22 standing']);
  });

  it('is not a clock that is wrong by hours, nor a stamp in seconds', async () => {
    expect(found(await between(base, { '0002_c': at(-0.9) }))).toEqual([]);
    const seconds = Math.floor(headTime / 1000);
    const old = { '0000_a': [seconds - 9000, 'select 1;'] as const };
    expect(found(await between(old, { '0001_b': [seconds, 'select 1;'] }))).toEqual([]);
  });
});

describe('a `when` that is changed after it was merged', () => {
  const skipped = { '0000_a': at(20), '0001_b': at(25) };
  const restamped = (older: Record<string, ReturnType<typeof at>>, changed: Record<string, number>) =>
    historyBetween(
      drizzle(older),
      drizzle(
        Object.fromEntries(Object.entries(older).map(([tag, is]) => [tag, at(changed[tag] ?? daysOf(is))])),
      ),
    );
  const daysOf = ([stamp]: ReturnType<typeof at>) => (headTime - Number(stamp)) / day;

  it('is an error where production has recorded it', async () => {
    const history = await restamped(base, { '0001_b': 5 });
    expect(found(history)).toEqual(['migration-edited 0001_b:15']);
    expect(remedies(history)).toContain('Set it back to');
  });

  it('is a warning where the base branch had it skipped: what migration-skipped tells to do', async () => {
    const history = await restamped(skipped, { '0001_b': 5 });
    expect(found(history)).toEqual(['migration-edited warning 0001_b:15']);
    expect(what(history)).toContain('unless one deploy ran both');
    expect(remedies(history)).toContain(`created_at = ${headTime - 25 * day}`);
  });

  it('stays an error where the new stamp does not help either', async () => {
    const history = await restamped(skipped, { '0001_b': 21 });
    expect(found(history)).toEqual(['migration-edited 0001_b:15']);
    expect(remedies(history)).toContain(`above ${headTime - 20 * day}`);
  });
});
