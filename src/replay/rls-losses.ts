/** Which statement of `rls.sql` takes rows away: it runs after the new migrations, on the same tables. */
import type { SqlFile, Statement } from '../history/migration.ts';
import type { Place } from './record.ts';

/**
 * The statement that most likely did it, among those the base's `rls.sql` does not have; null: it has them all, so that
 * production has lost these rows with its last deploy already.
 */
export function suspectIn(files: readonly SqlFile[], base: readonly SqlFile[]): Place | null {
  const old = new Set(base.flatMap(({ statements }) => statements.map(({ sql }) => sql)));
  const fresh = files.flatMap(({ file, statements }) =>
    statements.filter(({ sql }) => !old.has(sql)).map((statement) => ({ file, statement })),
  );
  // A statement that stands as it did may call a function that does not.
  const all = files.flatMap(({ file, statements }) => statements.map((statement) => ({ file, statement })));
  const found =
    fresh.find(({ statement }) => deletes.has(statement.node ?? '')) ??
    fresh.find(({ statement }) => mayDelete(statement)) ??
    all.find(({ statement }) => calls.has(statement.node ?? ''));
  return found === undefined ? null : { file: found.file, line: found.statement.line };
}

const deletes = new Set(['DeleteStmt', 'TruncateStmt', 'MergeStmt']);
const calls = new Set(['SelectStmt', 'CallStmt', 'ExecuteStmt']);
const writes = new Set(['DoStmt', 'InsertStmt', 'UpdateStmt']);

function mayDelete({ node }: Statement): boolean {
  return node === null || calls.has(node) || writes.has(node);
}
