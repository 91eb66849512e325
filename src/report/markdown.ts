/** The comment and the job summary: one layout, two budgets. */
import { isAbsent, isGenerated, newPhrases, originNote } from './applied.ts';
import { consequences } from './consequences.ts';
import { differenceLines } from './difference.ts';
import { code, fence, fold, prose } from './escape.ts';
import { acceptedFold, alert, findingsTable, fixes, howToAccept, standingFold } from './findings-markdown.ts';
import { type Part, shrinkToFit } from './fit.ts';
import { footer, gapsFold, notCheckedFold, pointer } from './footer.ts';
import type { Links } from './links.ts';
import { marker } from './marker.ts';
import { migrationFolds, newMigrations, rlsLine, type SqlSize } from './migrations-markdown.ts';
import type { Report } from './report.ts';
import { accepted, counting, decisive, standing, untried } from './selection.ts';
import { jobPhrases, jobsFold, prominentNote, triedFold, unremarkable } from './tried-on.ts';
import { clip } from './visible.ts';
import { count, headline, planDigits } from './words.ts';

export interface TextContext {
  /** Null where there is nothing to link to, as in a terminal. */
  readonly links: Links | null;
  readonly version: string;
  /** Whether a rule's findings may be accepted by a comment in the SQL. */
  readonly waivable?: (rule: string) => boolean;
}

/** What one surface has room for. Lists go from the largest size to the smallest. */
export interface Surface {
  readonly rows: readonly number[];
  readonly listed: number;
  readonly sql: readonly SqlSize[];
  readonly differenceLines: readonly number[];
  readonly differenceCharacters: number;
  readonly isSummary: boolean;
  readonly measure: (text: string) => number;
  readonly limit: number;
}

/** Headline, what it means in one line, and what must be known first. */
function opening(report: Report): string {
  const { icon, text } = headline(report);
  const blocks = [`## ${icon} ${text}`, summaryLine(report)];
  if (report.error !== null) {
    const { message, remedy } = report.error;
    blocks.push(
      `> [!CAUTION]\n> **What happened:** ${prose(clip(message, 1500))}\n>\n> **What to do:** ${prose(clip(remedy, 1500))}`,
    );
  }
  blocks.push(originNote(report));
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** `apps/server · 2 new migrations · drops 1 column · plan 3f9a 1c07 5be2`. */
export function summaryPhrases(report: Report): readonly string[] {
  const acceptedCount = accepted(report).length;
  // Of a change that passes the headline says it.
  const left = report.verdict === 'pass' ? 0 : untried(report);
  return [
    ...newPhrases(report),
    ...consequences(report),
    ...jobPhrases(report),
    ...(left === 0 ? [] : [`${count(left, 'statement')} could not be tried`]),
    ...(acceptedCount === 0 ? [] : [`${count(acceptedCount, 'finding')} accepted`]),
  ];
}

function summaryLine(report: Report): string {
  const digits = planDigits(report.plan);
  const isEmpty = report.verdict === 'error' && report.migrations.length === 0;
  return [
    ...(report.project === '.'
      ? []
      : [
          `**${/^\w[\w./-]*$/.test(report.project) ? prose(report.project) : code(clip(report.project, 200))}**`,
        ]),
    ...(isEmpty ? [] : summaryPhrases(report).map((phrase) => prose(phrase))),
    ...(digits === null || isEmpty ? [] : [`plan \`${digits}\``]),
  ].join(' · ');
}

function difference(report: Report, most: number, characters: number): string {
  const lines = differenceLines(report.changes);
  if (lines.length === 0) return '';
  const fitting: string[] = [];
  let left = characters;
  for (const line of lines.slice(0, most).map((one) => clip(one, 500))) {
    left -= line.length + 1;
    if (left < 0) break;
    fitting.push(line);
  }
  const rest = lines.length - fitting.length;
  const more = rest > 0 ? [`… ${count(rest, 'more line')} in the report`] : [];
  return fold('What changes in the database', fence('diff', [...fitting, ...more].join('\n')));
}

/** A part that is there or not. */
function whole(text: () => string, name: string): Part {
  let full: string | null = null;
  return {
    sizes: [
      () => {
        full = text();
        return full;
      },
      () => '',
    ],
    missing: () => (full === '' ? null : name),
  };
}

function partsOf(report: Report, context: TextContext, surface: Surface): readonly Part[] {
  const { links } = context;
  const findings = counting(report);
  const first = decisive(report)[0];
  const alerted = report.verdict === 'blocked' && first !== undefined ? first : null;
  const acceptable = decisive(report).filter((finding) => context.waivable?.(finding.rule) ?? false);
  const isQuiet = findings.every((finding) => finding.severity === 'notice');
  const isSql = (file: string | null) => file?.endsWith('.sql') !== false && !isAbsent(report, file);
  const table = (rows: number) => {
    if (findings.length === 0) return '';
    const text = findingsTable(findings, links, rows, alerted);
    return isQuiet ? fold(count(findings.length, 'notice'), text) : text;
  };
  const migrations = newMigrations(report).length;
  return [
    {
      sizes: surface.rows.map((rows) => () => table(rows)),
      missing: (size) => {
        const missing = findings.length - (surface.rows[size] ?? 0);
        return missing <= 0 ? null : count(missing, 'finding');
      },
    },
    whole(() => fixes(findings, 20), 'the SQL of the fixes'),
    whole(() => howToAccept(acceptable, 10, isSql), 'how to accept a finding'),
    whole(() => acceptedFold(accepted(report), links, surface.listed), 'the accepted findings'),
    whole(() => gapsFold(report, surface.listed), 'where the base history does not replay'),
    {
      sizes: [...surface.sql.map((size) => () => migrationFolds(report, size)), () => ''],
      missing: (size) => {
        if (migrations === 0) return null;
        return size === surface.sql.length
          ? `the SQL of ${count(migrations, 'migration')}`
          : 'parts of the SQL';
      },
    },
    {
      sizes: [
        ...surface.differenceLines.map(
          (most) => () => difference(report, most, surface.differenceCharacters),
        ),
        () => '',
      ],
      missing: (size) =>
        report.changes.length > 0 && size === surface.differenceLines.length
          ? 'the catalog difference'
          : null,
    },
    whole(() => standingFold(standing(report), links, surface.listed), 'what was there before'),
    whole(() => notCheckedFold(unremarkable(report), surface.listed), 'what was not checked'),
    whole(() => jobsFold(report, surface.listed), 'the jobs of pg_cron'),
    whole(() => triedFold(report, surface.isSummary), 'where it was tried'),
  ];
}

/** The least important first: difference, old findings, lists, SQL size by size, fixes, rows. */
const shrinking = [6, 6, 10, 7, 4, 5, 3, 5, 5, 2, 1, 9, 8, 0, 5, 0, 5, 0];

export function compose(
  report: Report,
  given: TextContext,
  surface: Surface,
  mark: string | null,
): { readonly text: string; readonly omitted: readonly string[] } {
  const context = { ...given, links: linksFor(report, given.links) };
  const head = opening(report);
  const first = decisive(report)[0];
  const alerting = report.verdict === 'blocked' && first !== undefined ? alert(first) : '';
  const last = footer(report, context.links, context.version);
  const render = (texts: readonly string[], omitted: readonly string[]) => {
    const [
      table = '',
      fix = '',
      accept = '',
      waived = '',
      gaps = '',
      sql = '',
      diff = '',
      before = '',
      not = '',
      jobs = '',
      tried = '',
    ] = texts;
    const folds = [fix, accept, waived, gaps].filter((text) => text !== '').join('\n');
    const lower = [jobs, diff, before, not, tried].filter((text) => text !== '').join('\n');
    const main = [
      head,
      alerting,
      prominentNote(report),
      table,
      folds,
      sql,
      rlsLine(report),
      lower,
      pointer(omitted, context.links, surface.isSummary),
      last,
    ];
    const body = main.filter((text) => text !== '').join('\n\n');
    return `${mark === null ? '' : `${mark}\n`}${body}\n`;
  };
  const fitted = shrinkToFit(
    partsOf(report, context, surface),
    shrinking,
    ({ texts, omitted }) => render(texts, omitted),
    surface.measure,
    surface.limit,
  );
  if (surface.measure(fitted.text) <= surface.limit) return fitted;
  // Only with a tiny limit or names of thousands of characters: the verdict is what must arrive.
  const { icon, text } = headline(report);
  const omitted = ['everything but the verdict'];
  const least = [`## ${icon} ${text}`, pointer(omitted, context.links, surface.isSummary)].join('\n\n');
  return { text: `${mark === null ? '' : `${mark}\n`}${least}\n`, omitted };
}

/** No link leads to a file that is not in the repository. */
function linksFor(report: Report, links: Links | null): Links | null {
  return links === null || !isGenerated(report)
    ? links
    : { ...links, isAbsent: (file) => isAbsent(report, file) };
}

/** Below GitHub's 65,536, with room for what GitHub counts differently. */
export const commentLimit = 60_000;

export interface CommentContext extends TextContext {
  /** The project: one comment each. */
  readonly key: string;
  readonly limit?: number;
}

export function renderComment(
  report: Report,
  context: CommentContext,
): { readonly body: string; readonly omitted: readonly string[] } {
  const surface: Surface = {
    rows: [20, 10, 5],
    listed: 30,
    sql: [
      {
        toRead: { lines: 200, characters: 20_000 },
        safe: { lines: 80, characters: 8_000 },
        characters: 30_000,
        listed: 40,
      },
      {
        toRead: { lines: 120, characters: 12_000 },
        safe: { lines: 20, characters: 2_000 },
        characters: 20_000,
        listed: 40,
      },
      { toRead: { lines: 60, characters: 6_000 }, safe: null, characters: 12_000, listed: 40 },
      { toRead: { lines: 20, characters: 2_000 }, safe: null, characters: 4_000, listed: 20 },
    ],
    differenceLines: [150, 40],
    differenceCharacters: 12_000,
    isSummary: false,
    measure: (text) => text.length,
    limit: context.limit ?? commentLimit,
  };
  const { text, omitted } = compose(report, context, surface, marker(context.key));
  return { body: text, omitted };
}
