/** Reports of runs that could not judge: what was found out is kept, the verdict is `error`. */
import { buildReport } from './build.ts';
import type { Report, ReportError } from './report.ts';

/** The report of a run that has not looked yet; it lacks the reason, and is no report until it has one. */
export function emptyReport(project: string): Report {
  return buildReport({
    project,
    verdict: 'error',
    error: null,
    platform: 'supabase',
    platformWhy: 'nothing was looked at',
    dataApiGrants: 'explicit',
    commits: null,
    history: null,
    server: null,
    replay: null,
    evidence: null,
    findings: [],
    decidedBy: { failOn: 'error', all: false },
    durationMs: 0,
  });
}

/** A report that something came between: nobody may take its verdict for one. */
export function withError(report: Report, { code, message, remedy }: ReportError): Report {
  return { ...report, verdict: 'error', error: { code, message, remedy } };
}
