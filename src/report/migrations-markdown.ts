/** The SQL that will run as Markdown: one fold per migration, in order, what needs reading open. */
import type { JudgedFinding } from '../findings/judged.ts';
import type { MigrationRecord } from '../replay/record.ts';
import { fence, fold, html, prose } from './escape.ts';
import type { Report } from './report.ts';
import { counting } from './selection.ts';
import { type SqlBudget, shownSql } from './sql.ts';
import { clip } from './visible.ts';
import { count, effectOf, icons } from './words.ts';

export interface SqlSize {
  /** Migrations that a finding points into, or that failed. */
  readonly toRead: SqlBudget | null;
  readonly safe: SqlBudget | null;
  /** For all migrations together. */
  readonly characters: number;
  readonly most: number;
}

export function newMigrations(report: Report): readonly MigrationRecord[] {
  return report.migrations.filter((migration) => migration.state === 'new');
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** `⛔ destroys data · 2 statements`, `4 statements`. */
export function migrationLabel(migration: MigrationRecord, about: readonly JudgedFinding[]): string {
  const { statements } = migration;
  const failed = statements.find((statement) => statement.outcome === 'failed');
  const worst = about[0];
  const unreached = failed === undefined ? 0 : statements.length - statements.indexOf(failed) - 1;
  return [
    failed !== undefined ? `⛔ fails at line ${failed.line}` : null,
    failed === undefined && worst !== undefined ? `${icons[worst.severity]} ${effectOf(about)}` : null,
    count(statements.length, 'statement'),
    statements.length > 0 && statements.every((statement) => statement.outcome === 'not-executed')
      ? 'not reached'
      : null,
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

/** Every new migration has its line, even when its SQL does not fit any more. */
export function migrationFolds(report: Report, size: SqlSize): string {
  let left = size.characters;
  const migrations = newMigrations(report);
  const folds = migrations.slice(0, size.most).map((migration) => {
    const about = findingsAbout(report, migration);
    const open = needsReading(migration, about);
    const budget = open ? size.toRead : size.safe;
    const label = `<b>${html(clip(baseName(migration.file), 120))}</b> — ${migrationLabel(migration, about)}`;
    const marked = about.flatMap((finding) => (finding.line === null ? [] : [finding.line]));
    if (migration.statements.length === 0) return fold(label, 'No statements.');
    if (budget === null || left <= 0) return fold(label, 'The SQL is in plan.sql, in the report directory.');
    const fitting = { ...budget, characters: Math.min(budget.characters, left) };
    const { text } = shownSql(migration, marked, fitting);
    left -= text.length;
    return fold(label, fence('sql', text), open);
  });
  const rest = migrations.length - folds.length;
  if (rest > 0) folds.push(`${count(rest, 'more migration')} in plan.sql, in the report directory.`);
  return folds.join('\n');
}

/** `rls.sql` is part of what runs; its text stands in the pull request itself. */
export function rlsLine(report: Report): string {
  const changed = report.rls.filter((file) => file.changed);
  if (changed.length === 0) return '';
  const files = changed.map(
    (file) => `${prose(file.file, [file.file])} (changed, ${count(file.statements, 'statement')})`,
  );
  return `Afterwards ${files.join(' and ')} is applied, twice.`;
}
