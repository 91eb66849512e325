/** The last lines of a comment: what it was tried on, what that does not cover, where the rest is. */
import { appliedPhrase, isGenerated, schemaPhrase, schemaQuestion } from './applied.ts';
import { code, fold, prose } from './escape.ts';
import { commitLink, type Links, runLink } from './links.ts';
import type { NotChecked, Report } from './report.ts';
import { untried } from './selection.ts';
import { serverPhrase, standInPhrase } from './tried-on.ts';
import { clip } from './visible.ts';
import { count, duration } from './words.ts';

function shortCommit(sha: string, links: Links | null): string {
  const text = code(sha.slice(0, 7));
  const address = commitLink(links, sha);
  return address === null ? text : `[${text}](${address})`;
}

function triedOn(report: Report): string {
  const server = serverPhrase(report);
  return server === null ? 'No database was started' : `Tried on ${prose(server)}`;
}

function replayed(report: Report, links: Links | null): string | null {
  if (report.base.sha === '') return null;
  const migrations = report.migrations.filter((migration) => migration.state === 'base').length;
  const base = `base ${shortCommit(report.base.sha, links)}`;
  if (report.postgres === null) return base;
  const rls = report.rls.length > 0 ? ', rls.sql' : '';
  if (isGenerated(report)) return `${base} built from its schema${rls}`;
  return `${base} replayed: ${count(migrations, 'migration')}${rls}`;
}

/** `nothing` is only said of a change that was tried from beginning to end. */
function uncheckedPhrase(report: Report): string | null {
  const left = untried(report);
  const parts = [
    ...(left === 0 ? [] : [count(left, 'statement')]),
    ...(report.notChecked.length === 0 ? [] : [count(report.notChecked.length, 'thing')]),
  ];
  if (parts.length > 0) return `not checked: ${parts.join(' and ')}, listed above`;
  return report.postgres === null || report.verdict === 'error' ? null : 'not checked: nothing';
}

export function footer(report: Report, links: Links | null, version: string): string {
  const run = runLink(links);
  const standIns = standInPhrase(report);
  const applied = appliedPhrase(report);
  const schema = schemaPhrase(report);
  const parts = [
    triedOn(report),
    standIns === null ? null : prose(standIns),
    replayed(report, links),
    applied === null ? null : prose(applied),
    schema === null ? null : prose(schema),
    report.head.sha === '' ? null : `head ${shortCommit(links?.sha ?? report.head.sha, links)}`,
    uncheckedPhrase(report),
    duration(report.durationMs),
    run === null ? null : `[run](${run})`,
    `migration-gatekeeper ${prose(version)}`,
  ];
  return `<sub>${parts.filter((part) => part !== null).join(' · ')}</sub>`;
}

export function notCheckedFold(items: readonly NotChecked[], most: number): string {
  if (items.length === 0) return '';
  const lines = items
    .slice(0, most)
    .map(({ what, why }) => `- **${prose(clip(what, 200))}** — ${prose(clip(why, 300))}`);
  const rest = items.length - lines.length;
  if (rest > 0) lines.push(`- ${rest} more in the report`);
  const [only] = items;
  const what =
    items.length === 1 && only?.what === schemaQuestion ? schemaQuestion : count(items.length, 'thing');
  return fold(`Not checked: ${what}`, lines.join('\n'));
}

/** Statements of the base history that did not run on an empty database: never the pull request's fault. */
export function gapsFold(report: Report, most: number): string {
  const gaps = report.migrations
    .filter((migration) => migration.state === 'base')
    .flatMap((migration) => migration.statements)
    .filter((statement) => statement.outcome === 'failed');
  if (gaps.length === 0) return '';
  const lines = gaps.slice(0, most).map((gap) => {
    const where = code(clip(`${gap.file}:${gap.line}`, 200));
    const error = gap.error === null ? '' : ` — ${gap.error.sqlstate} ${prose(clip(gap.error.message, 240))}`;
    return `- ${where}${error}`;
  });
  if (gaps.length > lines.length) lines.push(`- ${gaps.length - lines.length} more in the report`);
  const body = `This pull request did not cause it. What needs the missing objects is listed as not checked; a \`baseline-file\` (a schema dump of production) removes the question.\n\n${lines.join('\n')}`;
  return fold(
    `The base history does not replay from nothing: ${count(gaps.length, 'statement')} failed`,
    body,
  );
}

/** Said whenever a text is shorter than the report. */
export function pointer(omitted: readonly string[], links: Links | null, inSummary: boolean): string {
  if (omitted.length === 0) return '';
  const run = runLink(links);
  const summary = inSummary ? '' : `the [job summary](${run}) shows more, and `;
  const elsewhere = `${run === null ? '' : summary}the report directory has all of it (report.json, plan.sql).`;
  return `Left out here for length: ${omitted.join('; ')}. ${elsewhere.charAt(0).toUpperCase()}${elsewhere.slice(1)}`;
}
