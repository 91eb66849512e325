/** The SQL of one migration as text to read: whole when short, around the findings when long. */
import type { MigrationRecord, StatementRecord } from '../replay/record.ts';
import { isUntried } from './selection.ts';
import { clip, visibleLine } from './visible.ts';
import { count, number } from './words.ts';

export interface SqlBudget {
  readonly lines: number;
  readonly characters: number;
}

interface Line {
  readonly text: string;
  /** In the file. */
  readonly number: number;
  /** Always shown when anything is. */
  readonly important: boolean;
  /** Lines of the file it stands for: more than one where they are far from anything worth showing. */
  readonly lines: number;
}

const contextLines = 6;
const lineCharacters = 400;

function withSemicolon(sql: string): string {
  const text = sql.trim();
  if (text.endsWith(';')) return text;
  // After a comment on the last line a semicolon would be part of the comment.
  return text.slice(text.lastIndexOf('\n') + 1).includes('--') ? `${text}\n;` : `${text};`;
}

/**
 * What happened to a statement, as an SQL comment; null when it simply ran. It stands below the statement, where SQL
 * comments are about what comes next: hence the arrow.
 */
function remark(statement: StatementRecord): string | null {
  const because = clip(visibleLine(statement.because ?? ''), 300);
  if (statement.outcome === 'stand-in')
    return `-- ↑ tried with a stand-in${because === '' ? '' : `: ${because}`}`;
  if (isUntried(statement)) return `-- ↑ ⚠️ could not be tried: ${because}`;
  if (statement.outcome !== 'failed') return null;
  if (statement.error === null) return '-- ↑ ⛔ failed';
  if (statement.error.deadline) return '-- ↑ ⛔ stopped by the gate: it did not end in time';
  return `-- ↑ ⛔ ${statement.error.sqlstate}: ${clip(visibleLine(statement.error.message), 300)}`;
}

/** A seed of a million rows must not become a million objects: what can never be shown is only counted. */
function split(
  sql: string,
  first: number,
  near: ReadonlySet<number>,
  most: number,
): readonly Omit<Line, 'important'>[] {
  const lines: Omit<Line, 'important'>[] = [];
  let far = 0;
  const closeFar = (at: number) => {
    if (far > 0) lines.push({ text: '', number: at - far, lines: far });
    far = 0;
  };
  for (let start = 0, at = first; start <= sql.length; at++) {
    const found = sql.indexOf('\n', start);
    const end = found < 0 ? sql.length : found;
    if (at - first < most || near.has(at)) {
      closeFar(at);
      lines.push({ text: sql.slice(start, end).replace(/\r$/, ''), number: at, lines: 1 });
    } else {
      far += 1;
    }
    start = end + 1;
    if (start > sql.length) closeFar(at + 1);
  }
  return lines;
}

/** Nothing of it ran, because of something before it. */
export function isUnreached({ statements }: MigrationRecord): boolean {
  return statements.every((one) => one.outcome === 'not-executed' && !isUntried(one));
}

function linesOf(migration: MigrationRecord, marked: readonly number[], most: number): readonly Line[] {
  const important = new Set(marked);
  const near = new Set(
    marked.flatMap((at) =>
      Array.from({ length: 2 * contextLines + 1 }, (_, offset) => at - contextLines + offset),
    ),
  );
  // A migration of which nothing ran says so once, in its label.
  let failed = isUnreached(migration);
  return migration.statements.flatMap((statement): Line[] => {
    const failing = statement.outcome === 'failed';
    const lines = split(withSemicolon(statement.sql), statement.line, near, most).map((line) => ({
      ...line,
      important: important.has(line.number) || (failing && line.number === statement.line),
    }));
    const note = (text: string) => lines.push({ text, number: statement.line, important: true, lines: 0 });
    const said = remark(statement);
    if (said !== null) note(said);
    if (statement.outcome === 'not-executed' && said === null && !failed) note('-- ↑ not run here');
    failed ||= failing;
    return lines;
  });
}

function shorten(text: string): string {
  if (text.length <= lineCharacters) return text;
  return `${clip(text, lineCharacters)} /* ${number(text.length - lineCharacters + 1)} more characters */`;
}

/** All lines when they fit; else those around the findings and the first few; without findings the first that fit. */
function chosen(lines: readonly Line[], budget: SqlBudget): ReadonlySet<number> {
  const shown = new Set<number>();
  let characters = 0;
  const take = (index: number) => {
    const line = lines[index];
    if (line === undefined || line.lines > 1 || shown.has(index)) return true;
    const cost = Math.min(line.text.length, lineCharacters + 40) + 1;
    if (shown.size >= budget.lines || characters + cost > budget.characters) return false;
    shown.add(index);
    characters += cost;
    return true;
  };
  const important = lines.flatMap((line, index) => (line.important ? [index] : []));
  if (!important.every(take)) return shown;
  const all = lines.map((_, index) => index);
  const length = lines.reduce((sum, { text }) => sum + Math.min(text.length, lineCharacters + 40) + 1, 0);
  const isWhole = lines.every((line) => line.lines <= 1);
  const fits = isWhole && lines.length <= budget.lines && length <= budget.characters;
  if (fits || important.length === 0) {
    all.every(take);
    return shown;
  }
  // Never across lines that are only counted: what lies beyond them is no neighbour.
  const side = (index: number, step: 1 | -1) => {
    const steps = Array.from({ length: contextLines }, (_, distance) => index + step * (distance + 1));
    const end = steps.findIndex((at) => (lines[at]?.lines ?? 2) > 1);
    return end < 0 ? steps : steps.slice(0, end);
  };
  const around = important.flatMap((index) => [...side(index, -1), ...side(index, 1)]);
  [...around, ...all.slice(0, contextLines)].every(take);
  return shown;
}

export interface ShownSql {
  readonly text: string;
  /** Lines of the migration that are not in it. */
  readonly leftOut: number;
}

/** `marked` are lines of the file that findings point to. */
export function shownSql(migration: MigrationRecord, marked: readonly number[], budget: SqlBudget): ShownSql {
  const lines = linesOf(migration, marked, budget.lines);
  const shown = chosen(lines, budget);
  const output: string[] = [];
  let gap = 0;
  let leftOut = 0;
  const closeGap = () => {
    if (gap > 0) output.push(`-- … ${count(gap, 'line')} left out, see plan.sql …`);
    gap = 0;
  };
  lines.forEach((line, index) => {
    if (!shown.has(index)) {
      gap += line.lines;
      leftOut += line.lines;
      return;
    }
    closeGap();
    output.push(shorten(line.text));
  });
  closeGap();
  return { text: output.join('\n'), leftOut };
}
