/** rls.sql is applied after every deploy, so its remedies are not those of a migration that runs once. */
import { expect, test } from 'vitest';
import { fixturesOf } from '../../scripts/rule-fixtures.ts';
import { judgeFiles } from '../judge.ts';

test('what is there already gets a guard as remedy, and no word about generated migrations', async () => {
  const fixture = fixturesOf('rls-file-failed').find(({ name }) => name === 'bad-unguarded');
  const { report } = await judgeFiles(fixture?.base ?? {}, fixture?.head ?? {});
  const [finding] = report.findings.filter(({ rule }) => rule === 'rls-file-failed');
  expect(finding?.remedy).toBe(
    'Write `drop policy if exists "Owners read" on "invoice";` above the statement.',
  );
  expect(`${finding?.detail}`).not.toMatch(/migration without a snapshot|drizzle-kit/);
});
