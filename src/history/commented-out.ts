/** First migrations that are commented out as a whole, as `drizzle-kit pull` writes them: production has what they say, a new database has not. */
import type { Migration, SqlFile } from './migration.ts';
import { breakpoint, parseSql, sqlComments } from './statements.ts';

export interface CommentedOut {
  readonly tag: string;
  readonly file: string;
  /** Where the comment begins. */
  readonly line: number;
  /** The statements in it. */
  readonly sql: readonly string[];
}

/** Those at the beginning of a history, before its first statement. */
export async function commentedOutIn(migrations: readonly Migration[]): Promise<readonly CommentedOut[]> {
  const found: CommentedOut[] = [];
  for (const migration of migrations) {
    if (!(await isCommentedOut(migration.text))) break;
    for (const { line, text } of await sqlComments(migration.text)) {
      const sql = text.startsWith('/*') ? await statementsIn(text.slice(2, -2)) : [];
      if (sql.length > 0) found.push({ tag: migration.tag, file: migration.file, line, sql });
    }
  }
  return found;
}

/**
 * Read as a whole: drizzle-kit leaves its breakpoints in the comment, at which Drizzle splits the file into parts that
 * are no SQL. Nobody has run such a file; production has what is in it from before.
 */
export async function isCommentedOut(text: string): Promise<boolean> {
  const parsed = await parseSql(text);
  return 'statements' in parsed && parsed.statements.length === 0;
}

/** Words of a note are no SQL. */
async function statementsIn(comment: SqlFile['text']): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const part of comment.split(breakpoint)) {
    const parsed = await parseSql(part);
    if ('error' in parsed) return [];
    statements.push(...parsed.statements.map(({ start, end }) => part.slice(start, end)));
  }
  return statements;
}
