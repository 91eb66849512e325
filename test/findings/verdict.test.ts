import { describe, expect, it } from 'vitest';
import type { JudgedFinding } from '../../src/findings/judged.ts';
import { countFindings, exitCodeOf, verdictOf } from '../../src/findings/verdict.ts';
import type { Severity } from '../../src/rules/rule.ts';
import { found } from './case.ts';

function finding(severity: Severity, more: Partial<JudgedFinding> = {}): JudgedFinding {
  const { finding } = found('table-dropped', 'public.todo');
  return { ...finding, rule: 'table-dropped', severity, introduced: true, waived: null, ...more };
}

const waived = { waived: { file: 'x.sql', line: 1, reason: 'why', until: null } };
const standing = { introduced: false };
const settings = { failOn: 'error', all: false, error: null } as const;

describe('the verdict', () => {
  it.each([
    ['error', ['blocked', 'pass', 'pass']],
    ['warning', ['blocked', 'blocked', 'pass']],
    ['notice', ['blocked', 'blocked', 'blocked']],
    ['never', ['pass', 'pass', 'pass']],
  ] as const)('with fail-on %s is blocked by that severity and worse', (failOn, verdicts) => {
    const severities = ['error', 'warning', 'notice'] as const;
    const given = severities.map((severity) =>
      verdictOf({ ...settings, failOn, findings: [finding(severity)] }),
    );
    expect(given).toEqual(verdicts);
  });

  it('rests on introduced findings only, or on all', () => {
    const findings = [finding('error', standing)];
    expect(verdictOf({ ...settings, findings })).toBe('pass');
    expect(verdictOf({ ...settings, findings, all: true })).toBe('blocked');
  });

  it('is not blocked by waived findings, not even with all', () => {
    const findings = [finding('error', waived), finding('error', { ...waived, ...standing })];
    expect(verdictOf({ ...settings, findings, all: true })).toBe('pass');
  });

  it('is error whenever there was one, also with nothing found or fail-on never', () => {
    const error = { code: 'x' };
    expect(verdictOf({ ...settings, findings: [], error })).toBe('error');
    expect(verdictOf({ ...settings, findings: [finding('error')], failOn: 'never', error })).toBe('error');
  });

  it('has its exit code', () => {
    expect([exitCodeOf('pass'), exitCodeOf('blocked'), exitCodeOf('error')]).toEqual([0, 1, 2]);
  });
});

describe('the counts', () => {
  it('are of unwaived introduced findings, or of all unwaived ones', () => {
    const findings = [
      finding('error'),
      finding('error', waived),
      finding('warning', standing),
      finding('notice'),
      finding('notice'),
    ];
    expect(countFindings(findings, { all: false })).toEqual({ errors: 1, warnings: 0, notices: 2 });
    expect(countFindings(findings, { all: true })).toEqual({ errors: 1, warnings: 1, notices: 2 });
  });
});
