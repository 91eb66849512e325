/** The table itself: nothing is in it twice, every exception is one, and the page says what it says. */
import { expect, test } from 'vitest';
import { staleContractPage } from '../../scripts/contract-docs.ts';
import { parseSql } from '../../src/history/statements.ts';
import { hostedOutcome } from './row.ts';
import { contract } from './rows/index.ts';

const rows = contract.flatMap((part) => part.rows);
const majors = [15, 16, 17, 18] as const;

test('every row has a name of its own, and there are more than a hundred', () => {
  expect(rows.length).toBeGreaterThan(100);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

test.each(rows)('$id: one statement that parses, with outcomes that are', async (row) => {
  expect(await parseSql(row.sql)).toMatchObject({ statements: [expect.anything()] });
  expect(await parseSql(row.before ?? '')).toHaveProperty('statements');
  const named = majors.map((major) => hostedOutcome(row, major));
  for (const outcome of named) expect(outcome).toMatch(/^(ok|[0-9A-Z]{5})$/);
  for (const { outcome, why, ...where } of row.apart ?? []) {
    expect(outcome).toMatch(/^(ok|not executed|[0-9A-Z]{5})$/);
    expect(why).not.toBe('');
    const there = majors.filter((major) => where.majors?.includes(major) ?? true);
    expect(there.filter((major) => hostedOutcome(row, major) === outcome)).toEqual([]);
  }
  // Who owns what was refused?
  if (row.owner !== undefined || row.seen !== undefined) expect(named).toContain('ok');
});

test('docs/contract.md is the table', () => {
  expect(staleContractPage()).toEqual([]);
});
