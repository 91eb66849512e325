/** The SQL that will run as Markdown: one fold per migration, in order, what needs reading open. */
import type { JudgedFinding } from '../findings/judged.ts';
import type { MigrationRecord } from '../replay/record.ts';
import { isAbsent } from './applied.ts';
import { fence, fold, htmlCode, prose } from './escape.ts';
import type { Report } from './report.ts';
import { counting, isUntried } from './selection.ts';
import { isUnreached, type SqlBudget, shownSql } from './sql.ts';
import { clip } from './visible.ts';
import { count, effectOf, icons } from './words.ts';

export interface SqlSize {
  /** Migrations that a finding points into, or that failed. */
  readonly toRead: SqlBudget | null;
  readonly safe: SqlBudget | null;
  /** For all migrations together. */
  readonly characters: number;
  /** Migrations named when their SQL is not shown. */
  readonly listed: number;
}

export function newMigrations(report: Report): readonly MigrationRecord[] {
  return report.migrations.filter((migration) => migration.state === 'new');
}

/** The name of the file, or of the folder where every file has the same name (1.0). */
function nameOf({ file, tag }: MigrationRecord): string {
  return file.endsWith(`/${tag}/migration.sql`) ? tag : file.slice(file.lastIndexOf('/') + 1);
}

/** `⛔ destroys data · 2 statements`, `4 statements`. */
export function migrationLabel(migration: MigrationRecord, about: readonly JudgedFinding[]): string {
  const { statements } = migration;
  const failed = statements.find((statement) => statement.outcome === 'failed');
  const worst = about[0];
  const left = statements.filter(isUntried).length;
  const unreached = failed === undefined ? 0 : statements.length - statements.indexOf(failed) - 1;
  return [
    failed !== undefined ? `⛔ fails at line ${failed.line}` : null,
    failed === undefined && worst !== undefined ? `${icons[worst.severity]} ${effectOf(about)}` : null,
    count(statements.length, 'statement'),
    statements.length > 0 && isUnreached(migration) ? 'not reached' : null,
    left > 0 ? `${left} not tried` : null,
    unreached > 0 ? `${unreached} not reached` : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

export function findingsAbout(report: Report, migration: MigrationRecord): readonly JudgedFinding[] {
  return counting(report).filter((finding) => finding.file === migration.file);
}

function needsReading(migration: MigrationRecord, about: readonly JudgedFinding[]): boolean {
  return (
    about.some((finding) => finding.severity !== 'notice') ||
    migration.statements.some((statement) => statement.outcome === 'failed')
  );
}

/** The SQL in order while there is room; migrations whose SQL is not shown are still named. */
export function migrationFolds(report: Report, size: SqlSize): string {
  let left = size.characters;
  const folds: string[] = [];
  const unshown: string[] = [];
  for (const migration of newMigrations(report)) {
    const about = findingsAbout(report, migration);
    const open = needsReading(migration, about);
    const name = isAbsent(report, migration.file)
      ? 'Generated from the schema'
      : htmlCode(clip(nameOf(migration), 120));
    const label = `<b>${name}</b> — ${migrationLabel(migration, about)}`;
    const budget = open ? size.toRead : size.safe;
    if (budget === null || left <= 0) {
      unshown.push(label);
    } else if (migration.statements.length === 0) {
      folds.push(fold(label, 'No statements.'));
    } else {
      const marked = about.flatMap((finding) => (finding.line === null ? [] : [finding.line]));
      const fitting = { ...budget, characters: Math.min(budget.characters, left) };
      const { text } = shownSql(migration, marked, fitting);
      left -= text.length;
      folds.push(fold(label, fence('sql', text), open));
    }
  }
  if (unshown.length > 0) {
    const lines = unshown.slice(0, size.listed).map((label) => `- ${label}`);
    if (unshown.length > lines.length) lines.push(`- ${unshown.length - lines.length} more`);
    const title =
      folds.length === 0 ? count(unshown.length, 'migration') : count(unshown.length, 'more migration');
    folds.push(fold(`${title}: the SQL is in plan.sql, in the report directory`, lines.join('\n')));
  }
  return folds.join('\n');
}

/** `rls.sql` is part of what runs; its text stands in the pull request itself. */
export function rlsLine(report: Report): string {
  const changed = report.rls.filter((file) => file.changed);
  if (changed.length === 0) return '';
  const files = changed.map(
    (file) => `${prose(file.file, [file.file])} (changed here, ${count(file.statements, 'statement')})`,
  );
  return `Then ${files.join(' and ')} is applied.`;
}
