/** A statement's record while it is being made: one that failed may still be mended by a later try. */
import type { Migration, SqlFile, Statement } from '../history/migration.ts';
import type { Answer } from './executor.ts';
import type { LockTaken, MigrationRecord, StatementFailure, StatementRecord } from './record.ts';

export interface Draft extends StatementRecord {
  outcome: StatementRecord['outcome'];
  because: string | null;
  error: StatementFailure | null;
  locks: readonly LockTaken[];
  rewrites: readonly string[];
  durationMs: number;
}

/** All statements of a file, before any of them ran. */
export function draftsOf(file: SqlFile): Map<Statement, Draft> {
  return new Map(
    file.statements.map((statement) => [
      statement,
      {
        file: file.file,
        line: statement.line,
        sql: statement.sql,
        node: statement.node,
        outcome: 'not-executed' as const,
        because: null,
        error: null,
        locks: [],
        rewrites: [],
        durationMs: 0,
      },
    ]),
  );
}

/** For a command that is not in the file: COMMIT, or the row in the migrations table. */
export function draftOfOurs(file: SqlFile, sql: string, node: string): Draft {
  const line = file.statements.at(-1)?.line ?? 1;
  return {
    file: file.file,
    line,
    sql,
    node,
    outcome: 'not-executed',
    because: null,
    error: null,
    locks: [],
    rewrites: [],
    durationMs: 0,
  };
}

export function note(draft: Draft, answer: Answer): void {
  const { treated = null } = answer;
  draft.outcome = answer.error === null ? (treated?.outcome ?? 'executed') : 'failed';
  draft.because = answer.error === null ? (treated?.because ?? null) : null;
  draft.error = answer.error;
  draft.durationMs = answer.durationMs;
}

export function migrationRecord(migration: Migration, drafts: Iterable<Draft>): MigrationRecord {
  const { file, tag, state, sha256 } = migration;
  return { file, tag, state, sha256, statements: [...drafts] };
}
