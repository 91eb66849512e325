/** Parts of reports with everything filled in that a test does not care about. */
import type { JudgedFinding } from '../../src/findings/judged.ts';
import type { MigrationRecord, StatementRecord } from '../../src/replay/record.ts';
import type { ReportChange } from '../../src/report/report.ts';

export function finding(
  change: Partial<JudgedFinding> & Pick<JudgedFinding, 'rule' | 'object'>,
): JudgedFinding {
  return {
    severity: 'error',
    introduced: true,
    waived: null,
    file: null,
    line: null,
    title: `${change.object} is not as it should be`,
    detail: '',
    remedy: '',
    fix: null,
    evidence: {},
    ...change,
  };
}

export function statement(line: number, sql: string, change: Partial<StatementRecord> = {}): StatementRecord {
  return {
    file: '',
    line,
    sql,
    node: null,
    outcome: 'executed',
    because: null,
    error: null,
    locks: [],
    rewrites: [],
    durationMs: 1,
    ...change,
  };
}

export function migration(
  tag: string,
  statements: readonly StatementRecord[],
  change: Partial<MigrationRecord> = {},
): MigrationRecord {
  const file = `apps/server/drizzle/${tag}.sql`;
  const placed = statements.map((one) => ({ ...one, file }));
  return { tag, file, state: 'new', sha256: '0'.repeat(64), statements: placed, ...change };
}

export function change(
  one: Partial<ReportChange> & Pick<ReportChange, 'kind' | 'change' | 'object'>,
): ReportChange {
  return { before: null, after: null, renamed: false, file: null, line: null, ...one };
}
