/** The report for a terminal: the same words as the comment, plain and calm. */
import { styleText } from 'node:util';
import type { JudgedFinding } from '../findings/judged.ts';
import { appliedPhrase, originLines, schemaPhrase } from './applied.ts';
import { summaryPhrases } from './markdown.ts';
import { findingsAbout, migrationLabel, newMigrations } from './migrations-markdown.ts';
import type { NotChecked, Report } from './report.ts';
import { accepted, counting, standing } from './selection.ts';
import { shownSql } from './sql.ts';
import { changedJobs, prominent, serverPhrase, standInPhrase, unremarkable } from './tried-on.ts';
import { clip, visibleBlock, visibleLine } from './visible.ts';
import { count, duration, headline, icons, planDigits } from './words.ts';

export interface TerminalContext {
  readonly color: boolean;
  readonly width: number;
  readonly version: string;
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

const mostFindings = 50;
const mostListed = 20;

/** Breaks between words; a word that is too long stays whole, so that a name can be copied. */
function wrap(text: string, width: number, indent: string): string {
  const room = Math.max(30, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of visibleLine(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => `${indent}${one}`).join('\n');
}

function indented(text: string, indent: string): string {
  return visibleBlock(text)
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}${line}`))
    .join('\n');
}

export function renderTerminal(report: Report, context: TerminalContext): string {
  const { width } = context;
  // Node decides by the stream unless told not to look; the caller has decided.
  const style = (styles: Style | Style[], text: string) =>
    context.color ? styleText(styles, text, { validateStream: false }) : text;
  const hue: Readonly<Record<JudgedFinding['severity'], Style>> = {
    error: 'red',
    warning: 'yellow',
    notice: 'cyan',
  };

  const where = (finding: JudgedFinding) => {
    if (finding.file === null) return '';
    return visibleLine(finding.line === null ? finding.file : `${finding.file}:${finding.line}`);
  };
  const block = (finding: JudgedFinding) => {
    const title = wrap(clip(finding.title, 500), width, '   ').trimStart();
    return [
      `${icons[finding.severity]} ${style([hue[finding.severity], 'bold'], title)}`,
      `   ${style('dim', [where(finding), finding.rule].filter((part) => part !== '').join(' · '))}`,
      finding.detail === '' ? '' : wrap(clip(finding.detail, 1500), width, '   '),
      finding.remedy === '' ? '' : `   → ${wrap(clip(finding.remedy, 1500), width, '     ').trimStart()}`,
      finding.fix === null ? '' : `\n${indented(clip(finding.fix, 6000), '     ')}`,
    ]
      .filter((part) => part !== '')
      .join('\n');
  };
  const listed = (
    title: string,
    findings: readonly JudgedFinding[],
    note: (finding: JudgedFinding) => string,
  ) => {
    if (findings.length === 0) return '';
    const lines = findings.slice(0, mostListed).map((finding) => {
      const place = where(finding);
      const tail = [place, finding.rule, note(finding)].filter((part) => part !== '').join(' · ');
      return `   ${clip(visibleLine(finding.title), 300)} ${style('dim', `· ${tail}`)}`;
    });
    const rest = findings.length - lines.length;
    return [style('bold', title), ...lines, ...(rest > 0 ? [`   ${rest} more in the report`] : [])].join(
      '\n',
    );
  };

  const { icon, text, mood } = headline(report);
  const moodHue: Readonly<Record<typeof mood, Style>> = {
    blocked: 'red',
    unjudged: 'red',
    warned: 'yellow',
    calm: 'green',
  };
  const digits = planDigits(report.plan);
  const line = [
    ...(report.project === '.' ? [] : [visibleLine(report.project)]),
    ...(report.verdict === 'error' && report.migrations.length === 0
      ? []
      : summaryPhrases(report).map((phrase) => phrase.replaceAll('`', ''))),
    ...(digits === null ? [] : [`plan ${digits}`]),
  ].join(' · ');
  const findings = counting(report);
  const sql = newMigrations(report).map((migration) => {
    const about = findingsAbout(report, migration);
    const marked = about.flatMap((finding) => (finding.line === null ? [] : [finding.line]));
    const shown = shownSql(migration, marked, { lines: 40, characters: 6000 });
    const label = `${style('bold', visibleLine(migration.file))} — ${migrationLabel(migration, about)}`;
    return `${label}\n${indented(shown.text, '   ')}`.trimEnd();
  });
  const said = ({ what, why }: NotChecked) => wrap(`- ${what} — ${why}`, width, '   ');
  const unchecked = unremarkable(report).slice(0, mostListed).map(said);
  const moreUnchecked = unremarkable(report).length - unchecked.length;
  const server = serverPhrase(report);
  const tried =
    server === null ? 'no database was started' : `tried on ${visibleLine(server.replaceAll('`', ''))}`;
  const standIns = standInPhrase(report);
  const jobs = changedJobs(report)
    .slice(0, mostListed)
    .map(({ name, schedule, command, state }) =>
      wrap(
        `- ${state}${name === null ? '' : ` ${name}`} at ${schedule}: ${clip(command, 500)}`,
        width,
        '   ',
      ),
    );
  const against = (name: string, sha: string) =>
    sha === '' ? [] : [`${name} ${visibleLine(sha.slice(0, 7))}`];
  const facts = [
    tried,
    ...(standIns === null ? [] : [visibleLine(standIns)]),
    ...[appliedPhrase(report), schemaPhrase(report)].flatMap((phrase) =>
      phrase === null ? [] : [visibleLine(phrase)],
    ),
    ...against('base', report.base.sha),
    ...against('head', report.head.sha),
    duration(report.durationMs),
    `migration-gatekeeper ${context.version}`,
  ];
  const isTold = report.error !== null;
  return `${[
    [`${icon} ${style([moodHue[mood], 'bold'], text)}`, ...(line === '' ? [] : [wrap(line, width, '')])].join(
      '\n',
    ),
    isTold ? wrap(report.error?.message ?? '', width, '   ') : '',
    isTold ? `   → ${wrap(report.error?.remedy ?? '', width, '     ').trimStart()}` : '',
    ...originLines(report).map((line) => wrap(line.replaceAll('`', ''), width, '')),
    prominent(report).length === 0
      ? ''
      : [
          style(['yellow', 'bold'], 'Not checked, and good to know'),
          ...prominent(report).slice(0, mostListed).map(said),
        ].join('\n'),
    ...findings.slice(0, mostFindings).map(block),
    findings.length > mostFindings
      ? `${count(findings.length - mostFindings, 'more finding')} in the report`
      : '',
    ...sql,
    listed(
      'Accepted with a reason',
      accepted(report),
      (finding) => `“${clip(visibleLine(finding.waived?.reason ?? ''), 200)}”`,
    ),
    listed('There before this change (they do not block)', standing(report), () => ''),
    unchecked.length === 0
      ? ''
      : [
          style('bold', 'Not checked'),
          ...unchecked,
          ...(moreUnchecked > 0 ? [`   ${moreUnchecked} more in the report`] : []),
        ].join('\n'),
    jobs.length === 0 ? '' : [style('bold', 'Jobs of pg_cron'), ...jobs].join('\n'),
    ...(report.postgres?.tried ?? []).map(({ adapter, reason }) =>
      style('dim', wrap(`${adapter} was not used: ${clip(reason, 400)}`, width, '')),
    ),
    style('dim', facts.join(' · ')),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}
