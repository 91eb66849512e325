/** Both orders are run: what comes out decides what the order weighs. */
import { expect, test } from 'vitest';
import { fixturesOf } from '../../scripts/rule-fixtures.ts';
import { judgeFiles } from '../judge.ts';

const fixtures = new Map(fixturesOf('migration-out-of-order').map((fixture) => [fixture.name, fixture]));

test.concurrent.each([
  ['bad-same-end', 'notice', { differences: 0 }, 'both end with the same database'],
  [
    'bad-ends-otherwise',
    'warning',
    { differences: 1, objects: 'public.hive.queen' },
    'the column public.hive.queen has another default',
  ],
  [
    'bad-fails-anew',
    'warning',
    { failedOn: 'a new database', sqlstate: '42703' },
    '20260110090000_check/migration.sql:1 fails there with 42703, column "frames" does not exist',
  ],
  [
    'bad-skipped-by-journal',
    'warning',
    { before: '0001_frames' },
    'drizzle-kit 0.x has skipped it in production',
  ],
])('%s is a %s', async (name, severity, evidence, words) => {
  const fixture = fixtures.get(name);
  const { report } = await judgeFiles(fixture?.base ?? {}, fixture?.head ?? {});
  const [finding] = report.findings.filter(({ rule }) => rule === 'migration-out-of-order');
  expect(finding).toMatchObject({ severity, evidence });
  expect(finding?.detail).toContain(words);
});
