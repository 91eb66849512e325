/** Findings as Markdown: the table, the fixes, how to accept one, and the folded lists. */
import type { JudgedFinding } from '../findings/judged.ts';
import { code, fence, fold, html, htmlCode, prose } from './escape.ts';
import { fileLink, type Links } from './links.ts';
import { clip, visibleLine } from './visible.ts';
import { count, icons, severities } from './words.ts';

const titleCharacters = 300;
const detailCharacters = 320;
const remedyCharacters = 400;

function sentence(text: string): string {
  if (text === '') return '';
  return /[.!?…)]$/.test(text) ? text : `${text}.`;
}

export function titleOf(finding: JudgedFinding): string {
  return prose(clip(finding.title.trim(), titleCharacters), [finding.object]);
}

export function detailOf(finding: JudgedFinding, characters = detailCharacters): string {
  return prose(clip(finding.detail.trim(), characters), [finding.object]);
}

/** `0007_tidy.sql:3` with its address; the whole path where there is no address to carry it. */
export function place(file: string | null, line: number | null, links: Links | null): string {
  if (file === null) return '–';
  const address = fileLink(links, file, line);
  const name = address === null ? file : shortName(file);
  const text = code(clip(name, 120) + (line === null ? '' : `:${line}`));
  return address === null ? text : `[${text}](${address})`;
}

/** Where every file has the same name (Drizzle 1.0) its folder tells which. */
function shortName(file: string): string {
  const steps = file.split('/');
  return steps.slice(steps.at(-1) === 'migration.sql' ? -2 : -1).join('/');
}

/** What must be known before anything else, once, above the table. */
export function alert(finding: JudgedFinding): string {
  return `> [!CAUTION]\n> **${titleOf(finding)}.** ${sentence(detailOf(finding, 700))}`;
}

function row(finding: JudgedFinding, links: Links | null, inAlert: boolean): string {
  const what =
    inAlert || finding.detail === ''
      ? `**${titleOf(finding)}**`
      : `**${titleOf(finding)}**<br>${detailOf(finding)}`;
  const where = `${place(finding.file, finding.line, links)}<br><sub>${finding.rule}</sub>`;
  const fix = finding.fix === null || finding.remedy.includes('SQL below') ? '' : ' (SQL below)';
  return `| ${icons[finding.severity]} | ${what} | ${where} | ${prose(clip(finding.remedy.trim(), remedyCharacters), [finding.object])}${fix} |`;
}

export function findingsTable(
  findings: readonly JudgedFinding[],
  links: Links | null,
  rows: number,
  alerted: JudgedFinding | null,
): string {
  const shown = findings.slice(0, rows);
  const rest = findings.slice(rows);
  const lines = [
    '| | what | where | what to do |',
    '| --- | --- | --- | --- |',
    ...shown.map((finding) => row(finding, links, finding === alerted)),
  ];
  const more = `${count(rest.length, 'more finding')} (${severities(rest)}) in the report.`;
  return rest.length === 0 ? lines.join('\n') : `${lines.join('\n')}\n\n${more}`;
}

/** A fold per fix while they are few, else one for all; the same SQL for two findings is shown once. */
export function fixes(findings: readonly JudgedFinding[], most: number): string {
  const bySql = new Map<string, JudgedFinding[]>();
  for (const finding of findings) {
    if (finding.fix !== null) bySql.set(finding.fix, [...(bySql.get(finding.fix) ?? []), finding]);
  }
  const sql = (text: string) => clip(text.trim(), 6000);
  if (bySql.size <= 3) {
    const folds = [...bySql].map(([text, fixed]) => {
      // No migration shows this SQL: it is what there is to read.
      const isMissing = fixed.some(({ rule }) => rule === 'schema-drift');
      const others = fixed.length > 1 ? ` and ${fixed.length - 1} more` : '';
      const title = `Fix for ${htmlCode(clip(fixed[0]?.object ?? '', 200))}${others}`;
      return fold(isMissing ? 'The SQL that is missing' : title, fence('sql', sql(text)), isMissing);
    });
    return folds.join('\n');
  }
  const shown = [...bySql.keys()].slice(0, most).map(sql);
  const rest = bySql.size - shown.length;
  const more = rest > 0 ? `\n\n${count(rest, 'more fix')} in the report.` : '';
  return fold(count(bySql.size, 'fix'), `${fence('sql', shown.join('\n\n'))}${more}`);
}

/**
 * The exact comment line that accepts a finding, reviewed together with the SQL. What is not in a SQL file
 * of the repository has no place for one: it is accepted in the config file.
 */
export function howToAccept(
  findings: readonly JudgedFinding[],
  most: number,
  isSql: (file: string | null) => boolean,
): string {
  // A name that does not fit on one line cannot stand in a line comment.
  const shown = findings.filter(({ object }) => visibleLine(object) === object).slice(0, most);
  const lines = shown
    .filter(({ file }) => isSql(file))
    .map(({ rule, object }) => `-- gatekeeper: allow ${rule} ${object} because ""`);
  const entries = shown
    .filter(({ file }) => !isSql(file))
    .map(({ rule, object }) => JSON.stringify({ rule, object, reason: '' }));
  const parts = [
    lines.length === 0
      ? ''
      : `Put the line above the statement and write the reason between the quotes:\n\n${fence('sql', [...new Set(lines)].join('\n'))}`,
    entries.length === 0
      ? ''
      : `No SQL file has a statement for it: it is accepted among the \`waivers\` of \`gatekeeper.json\` on the base branch, with a reason:\n\n${fence('json', [...new Set(entries)].join(',\n'))}`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  return fold('Meant that way? Accept it, with a reason', parts.join('\n\n'));
}

function entry(finding: JudgedFinding, links: Links | null): string {
  const where = finding.file === null ? '' : ` · ${place(finding.file, finding.line, links)}`;
  return `- ${titleOf(finding)}${where} · <sub>${finding.rule}</sub>`;
}

function folded(summary: string, lines: readonly string[], most: number): string {
  const rest = lines.length - most;
  const more = rest > 0 ? [`- ${rest} more in the report`] : [];
  return fold(summary, [...lines.slice(0, Math.max(0, most)), ...more].join('\n'));
}

export function acceptedFold(findings: readonly JudgedFinding[], links: Links | null, most: number): string {
  if (findings.length === 0) return '';
  const lines = findings.map((finding) => {
    const { waived } = finding;
    const until = waived?.until == null ? '' : `, until ${prose(waived.until)}`;
    const by = waived === null ? '' : ` (${place(waived.file, waived.line, links)}${until})`;
    return `${entry(finding, links)}<br>accepted: ${prose(clip(waived?.reason ?? '', 400))}${by}`;
  });
  return folded(`${html(count(findings.length, 'finding'))} accepted with a reason`, lines, most);
}

export function standingFold(findings: readonly JudgedFinding[], links: Links | null, most: number): string {
  if (findings.length === 0) return '';
  const lines = findings.map((finding) => entry(finding, links));
  return folded(
    `There before this pull request: ${count(findings.length, 'finding')} (they do not block)`,
    lines,
    most,
  );
}
