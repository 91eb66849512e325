/** The verdict: a function of findings and settings. */
import type { Severity } from '../rules/rule.ts';
import type { FailOn, JudgedFinding, Verdict } from './judged.ts';

interface VerdictRequest {
  readonly findings: readonly JudgedFinding[];
  readonly failOn: FailOn;
  /** Standing findings count too. */
  readonly all: boolean;
  /** Why no judgement was possible; null when it was. */
  readonly error: object | null;
}

/** "Could not judge" wins over everything: it is never green, and never only a finding. */
export function verdictOf({ findings, failOn, all, error }: VerdictRequest): Verdict {
  if (error !== null) return 'error';
  const blocks = findings.some(
    (finding) => counts(finding, all) && blocking[failOn].includes(finding.severity),
  );
  return blocks ? 'blocked' : 'pass';
}

/** Of several projects in one run: one that could not be judged wins, then one that is blocked. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('error')) return 'error';
  return verdicts.includes('blocked') ? 'blocked' : 'pass';
}

export interface FindingCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly notices: number;
}

/** Of the findings that decide the verdict: introduced (or all) and not waived. */
export function countFindings(findings: readonly JudgedFinding[], { all }: { all: boolean }): FindingCounts {
  const of = (severity: Severity) =>
    findings.filter((finding) => counts(finding, all) && finding.severity === severity).length;
  return { errors: of('error'), warnings: of('warning'), notices: of('notice') };
}

/** Of several projects together. */
export function sumOfCounts(counts: readonly FindingCounts[]): FindingCounts {
  const sum = (of: (one: FindingCounts) => number) => counts.reduce((total, one) => total + of(one), 0);
  return {
    errors: sum(({ errors }) => errors),
    warnings: sum(({ warnings }) => warnings),
    notices: sum(({ notices }) => notices),
  };
}

/** 3 is not among them: a bug has no verdict. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 2 {
  return exitCodes[verdict];
}

const blocking: Readonly<Record<FailOn, readonly Severity[]>> = {
  never: [],
  error: ['error'],
  warning: ['error', 'warning'],
  notice: ['error', 'warning', 'notice'],
};

const exitCodes: Readonly<Record<Verdict, 0 | 1 | 2>> = { pass: 0, blocked: 1, error: 2 };

function counts(finding: JudgedFinding, all: boolean): boolean {
  return finding.waived === null && (finding.introduced || all);
}
