/** The SQL of one migration as text to read: whole when short, around the findings when long. */
import type { MigrationRecord, StatementRecord } from '../replay/record.ts';
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
}

const contextLines = 6;
const lineCharacters = 400;

function withSemicolon(sql: string): string {
  const text = sql.trim();
  if (text.endsWith(';')) return text;
  // After a comment on the last line a semicolon would be part of the comment.
  return text.slice(text.lastIndexOf('\n') + 1).includes('--') ? `${text}\n;` : `${text};`;
}

/** What happened to a statement, as an SQL comment; null when it simply ran. */
function remark(statement: StatementRecord): string | null {
  if (statement.outcome === 'stand-in') return '-- tried with a stand-in';
  if (statement.outcome !== 'failed') return null;
  if (statement.error === null) return '-- ⛔ failed';
  if (statement.error.deadline) return '-- ⛔ stopped by the gate: it did not end in time';
  return `-- ⛔ ${statement.error.sqlstate}: ${clip(visibleLine(statement.error.message), 300)}`;
}

function linesOf(migration: MigrationRecord, marked: ReadonlySet<number>): readonly Line[] {
  // A migration of which nothing ran says so once, in its label.
  let failed = migration.statements.every((statement) => statement.outcome === 'not-executed');
  return migration.statements.flatMap((statement): Line[] => {
    const texts = withSemicolon(statement.sql).split(/\r\n?|\n/);
    const lines = texts.map((text, offset) => {
      const at = statement.line + offset;
      return { text, number: at, important: marked.has(at) };
    });
    const note = (text: string) => lines.push({ text, number: statement.line, important: true });
    const said = remark(statement);
    if (said !== null) note(said);
    if (statement.outcome === 'not-executed' && !failed) note('-- not run here');
    failed ||= statement.outcome === 'failed';
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
    if (line === undefined || shown.has(index)) return true;
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
  const fits = lines.length <= budget.lines && length <= budget.characters;
  if (fits || important.length === 0) {
    all.every(take);
    return shown;
  }
  const around = important.flatMap((index) =>
    all.slice(Math.max(0, index - contextLines), index + contextLines + 1),
  );
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
  const lines = linesOf(migration, new Set(marked));
  const shown = chosen(lines, budget);
  const output: string[] = [];
  let gap = 0;
  const closeGap = () => {
    if (gap > 0) output.push(`-- … ${count(gap, 'line')} left out, see plan.sql …`);
    gap = 0;
  };
  lines.forEach((line, index) => {
    if (!shown.has(index)) {
      gap += 1;
      return;
    }
    closeGap();
    output.push(shorten(line.text));
  });
  closeGap();
  return { text: output.join('\n'), leftOut: lines.length - shown.size };
}
