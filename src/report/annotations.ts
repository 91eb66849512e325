/** What stands beside the lines in "Files changed": the platform shows ten of each level. */
import type { JudgedFinding } from '../findings/judged.ts';
import type { Severity } from '../rules/rule.ts';
import { isAbsent } from './applied.ts';
import type { Report } from './report.ts';
import { counting } from './selection.ts';
import { clip, visibleLine } from './visible.ts';
import { number } from './words.ts';

export interface Annotation {
  readonly level: Severity;
  readonly file: string | null;
  readonly line: number | null;
  readonly title: string;
  readonly message: string;
}

const perLevel = 10;

function annotation(finding: JudgedFinding, report: Report): Annotation {
  const absent = isAbsent(report, finding.file);
  const where = absent && finding.line !== null ? `${finding.file}:${finding.line}: ` : '';
  const message = `${where}${finding.detail} ${finding.remedy}`.trim();
  return {
    level: finding.severity,
    file: absent ? null : finding.file,
    line: absent || finding.file === null ? null : finding.line,
    title: clip(visibleLine(finding.title), 250),
    message: clip(visibleLine(message), 1500),
  };
}

function limited(level: Severity, all: readonly Annotation[]): readonly Annotation[] {
  if (all.length <= perLevel) return all;
  const shown = all.slice(0, perLevel - 1);
  const rest = all.length - shown.length;
  const message =
    'The platform shows ten of a kind. All of them are in the comment, the job summary and report.json.';
  return [...shown, { level, file: null, line: null, title: `${number(rest)} more ${level}s`, message }];
}

/** Only what this pull request has to answer for, worst first, of all projects of the run together. */
export function renderAnnotations(reports: readonly Report[]): readonly Annotation[] {
  const failed = reports.flatMap(({ error, project }): Annotation[] => {
    if (error === null) return [];
    const what = reports.length === 1 ? 'this change' : project === '.' ? 'the top folder' : project;
    return [
      {
        level: 'error',
        file: null,
        line: null,
        title: clip(visibleLine(`Could not judge ${what}`), 250),
        message: clip(visibleLine(`${error.message} ${error.remedy}`), 1500),
      },
    ];
  });
  const all = [
    ...failed,
    ...reports.flatMap((report) => counting(report).map((finding) => annotation(finding, report))),
  ];
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    limited(
      level,
      all.filter((one) => one.level === level),
    ),
  );
}
