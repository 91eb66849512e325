/** Every rule: bad fires, good is silent, the fix silences, the documentation agrees. */
import { describe, expect, test } from 'vitest';
import { fixturesOf, type RuleFixture, rulesWithFixtures } from '../scripts/rule-fixtures.ts';
import type { JudgedFinding } from '../src/findings/judged.ts';
import { rules } from '../src/rules/index.ts';
import { judgeFiles } from './judge.ts';

/** What the pull request introduces and nobody waived. */
async function introducedBy({ base, head, options, kit }: RuleFixture): Promise<readonly JudgedFinding[]> {
  const { report } = await judgeFiles(base, head, options, undefined, kit);
  return report.findings.filter(({ introduced, waived }) => introduced && waived === null);
}

function idsOf(findings: readonly JudgedFinding[]): string[] {
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}

test('every folder of fixtures belongs to a rule, and every rule has bad and good ones', () => {
  expect(rulesWithFixtures()).toEqual(rules.map(({ meta }) => meta.id));
  for (const { meta } of rules) {
    const fixtures = fixturesOf(meta.id);
    expect([meta.id, fixtures.some(({ isBad }) => isBad)]).toEqual([meta.id, true]);
    expect([meta.id, fixtures.some(({ isBad }) => !isBad)]).toEqual([meta.id, true]);
  }
});

describe.concurrent.each(rules.map(({ meta }) => meta.id))('%s', (rule) => {
  const fixtures = fixturesOf(rule);
  test.each(fixtures.filter(({ isBad }) => isBad).map((fixture) => [fixture.name, fixture] as const))(
    'is found in %s, on the object and line that show it, and nothing unexpected besides',
    async (_, fixture) => {
      const findings = await introducedBy(fixture);
      expect(idsOf(findings)).toEqual([rule, ...fixture.also].sort());
      const own = findings.filter((finding) => finding.rule === rule);
      if (fixture.objects !== null) expect(own.map(({ object }) => object).sort()).toEqual(fixture.objects);
      for (const { file, title, detail, remedy } of own) {
        expect(file).not.toBeNull();
        expect(Object.keys(fixture.head).concat(Object.keys(fixture.base))).toContain(file);
        expect(title).not.toMatch(/[.\n]$/);
        expect(detail).toMatch(/^[^\n]+[.!]$/);
        expect(remedy).toMatch(/^[^\n]+$/);
      }
    },
  );
  test.each(fixtures.filter(({ isBad }) => !isBad).map((fixture) => [fixture.name, fixture] as const))(
    'stays silent on %s',
    async (_, fixture) => {
      const findings = await introducedBy(fixture);
      expect(findings.filter((finding) => finding.rule === rule)).toEqual([]);
      expect(idsOf(findings)).toEqual(fixture.also);
    },
  );
});
