/** The SQL in a finding, applied as it stands, silences the finding: as one more migration and in rls.sql. */
import { describe, expect, test } from 'vitest';
import { type Files, fixturesOf, type RuleFixture } from '../../scripts/rule-fixtures.ts';
import type { JudgedFinding } from '../../src/findings/judged.ts';
import { judgeFiles } from '../judge.ts';

const rules = [
  'migrations-table-exposed',
  'policy-differs-from-schema',
  'policy-dropped',
  'policy-without-rls',
  'rls-disabled',
  'table-without-rls',
];
const cases = rules.flatMap((rule) =>
  fixturesOf(rule)
    .filter(({ isBad }) => isBad)
    .map((fixture) => [`${rule}/${fixture.name}`, rule, fixture] as const),
);

async function found(fixture: RuleFixture, head: Files): Promise<readonly JudgedFinding[]> {
  const { report } = await judgeFiles(fixture.base, head, fixture.options, undefined, fixture.kit);
  return report.findings.filter(({ introduced }) => introduced);
}

describe.concurrent('the fix of', () => {
  test.each(cases)('%s silences it', async (_, rule, fixture) => {
    const before = await found(fixture, fixture.head);
    const fixes = before.flatMap((finding) => (finding.rule === rule ? (finding.fix ?? []) : []));
    expect(fixes.length).toBeGreaterThan(0);
    const rls = `${fixture.head['db/rls.sql'] ?? ''}\n${fixes.join('\n')}\n`;
    const after = await found(fixture, { ...fixture.head, 'db/rls.sql': rls });
    const rulesAfter = after.map((finding) => finding.rule);
    expect(rulesAfter).not.toContain(rule);
    expect(rulesAfter).not.toContain('rls-file-failed');
    // What a policy-dropped fix creates again has no drop before it: it is meant for a migration.
    if (rule !== 'policy-dropped') expect(rulesAfter).not.toContain('rls-file-not-idempotent');
  });
});
