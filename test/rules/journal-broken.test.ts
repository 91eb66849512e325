/** What journal-broken says of a mistake that leaves the deploy alone. */
import { expect, test } from 'vitest';
import type { HistoryProblem } from '../../src/history/history.ts';
import { journalBroken } from '../../src/rules/journal-broken.ts';
import { evidence } from './evidence.ts';

const problem: HistoryProblem = {
  kind: 'journal-broken',
  object: '0002_queen',
  file: 'drizzle/meta/_journal.json',
  line: 23,
  atBase: false,
  what: '0002_queen is not as it should be',
  remedy: 'Mend it.',
  evidence: {},
};

function detailOf(fields: Partial<HistoryProblem>): string | undefined {
  const { history } = evidence({});
  const problems = [{ ...problem, ...fields }];
  return journalBroken.check(evidence({ history: { ...history, problems } }))[0]?.detail;
}

test('doubts what a deploy runs only where a deploy is in doubt', () => {
  const doubt = 'Until it is mended nobody can be sure what a deploy runs.';
  expect(detailOf({})).toContain(doubt);
  // Of one number, or only in another order, all of them run.
  expect(detailOf({ evidence: { number: '0002', other: '0002_bee' } })).not.toContain(doubt);
  expect(detailOf({ severity: 'warning' })).not.toContain(doubt);
});
