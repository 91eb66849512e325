/** Which findings a text talks about, worst first. */
import type { FailOn, JudgedFinding } from '../findings/judged.ts';
import type { StatementRecord } from '../replay/record.ts';
import type { Severity } from '../rules/rule.ts';
import type { Report } from './report.ts';

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 };
const reach: Readonly<Record<FailOn, number>> = { never: -1, error: 0, warning: 1, notice: 2 };

/** Stable: within a severity the order of the report stays. */
export function worstFirst(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  return findings.toSorted((one, other) => rank[one.severity] - rank[other.severity]);
}

/** What this pull request has to answer for. */
export function counting(report: Report): readonly JudgedFinding[] {
  const all = report.decidedBy?.all ?? false;
  return worstFirst(
    report.findings.filter((finding) => finding.waived === null && (all || finding.introduced)),
  );
}

/** Those that close the gate. */
export function decisive(report: Report): readonly JudgedFinding[] {
  const limit = reach[report.decidedBy?.failOn ?? 'error'];
  return counting(report).filter((finding) => rank[finding.severity] <= limit);
}

/** There before the pull request. */
export function standing(report: Report): readonly JudgedFinding[] {
  if (report.decidedBy?.all) return [];
  return worstFirst(report.findings.filter((finding) => finding.waived === null && !finding.introduced));
}

export function accepted(report: Report): readonly JudgedFinding[] {
  return worstFirst(report.findings.filter((finding) => finding.waived !== null));
}

/** How many statements of this change were left out, for a reason of this server and not of theirs. */
export function untried({ outcomes, migrations }: Report): number {
  // Those of rls.sql are only in the numbers.
  if (outcomes.failed === 0) return outcomes.notExecuted;
  // Below the one that failed nothing was reached.
  const statements = migrations.filter(({ state }) => state === 'new').flatMap((one) => one.statements);
  return statements.filter(isUntried).length;
}

export function isUntried({ outcome, because }: StatementRecord): boolean {
  return outcome === 'not-executed' && because !== null;
}
