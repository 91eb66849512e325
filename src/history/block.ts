/** Reads the body of a DO block with PL/pgSQL's own parser: its statements and its expressions, as SQL text. */
import { parsePlPgSQLSync } from 'libpg-query';
import { child, list } from './parse-tree.ts';

/** One piece of SQL in the body. */
export interface BlockPart {
  /** A whole statement; an expression or an assignment; what EXECUTE takes; the name of a variable's type. */
  readonly kind: 'statement' | 'expression' | 'dynamic' | 'type';
  readonly sql: string;
  /** It runs whenever the block does: no IF, no loop, no exception handler, no way out before it. */
  readonly always: boolean;
}

/**
 * Every piece of SQL in the order of the text; null when the body does not parse, or when nothing was parsed before:
 * the first `parseSql` loads the parser.
 */
export function readBlock(sql: string): readonly BlockPart[] | null {
  const parts: BlockPart[] = [];
  try {
    collect(parsePlPgSQLSync(sql), { within: '', always: true }, { hasExit: false, parts });
  } catch {
    return null;
  }
  return parts;
}

interface Where {
  /** The node around it: `PLpgSQL_stmt_if`. */
  readonly within: string;
  readonly always: boolean;
}

interface Reading {
  hasExit: boolean;
  readonly parts: BlockPart[];
}

/** What the parser calls RAW_PARSE_DEFAULT: a statement. The others are expressions and assignments. */
const wholeStatement = 0;

const straight = new Set([
  'PLpgSQL_function',
  'PLpgSQL_stmt_block',
  'PLpgSQL_stmt_dynexecute',
  'PLpgSQL_stmt_execsql',
]);
const exits = new Set(['PLpgSQL_stmt_exit', 'PLpgSQL_stmt_raise', 'PLpgSQL_stmt_return']);
const dynamic = new Set(['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors']);

function collect(value: unknown, where: Where, reading: Reading): void {
  for (const item of list(value)) collect(item, where, reading);
  for (const [key, inner] of Object.entries(child(value))) {
    const { query, parseMode, typname, exceptions } = child(inner);
    const always = where.always && !reading.hasExit;
    if (key === 'PLpgSQL_expr' && typeof query === 'string') {
      const kind = parseMode === wholeStatement ? 'statement' : 'expression';
      reading.parts.push({ kind, sql: query, always });
    } else if (key === 'PLpgSQL_type' && typeof typname === 'string') {
      reading.parts.push({ kind: 'type', sql: typname, always });
    } else if (key === 'dynquery' || (key === 'query' && dynamic.has(where.within))) {
      const text = child(child(inner).PLpgSQL_expr).query;
      if (typeof text === 'string') reading.parts.push({ kind: 'dynamic', sql: text, always });
    } else if (key.startsWith('PLpgSQL_')) {
      const isStraight = straight.has(key) && exceptions === undefined;
      // The parser ends each body with a RETURN of its own, after which nothing stands.
      if (exits.has(key)) reading.hasExit = true;
      collect(inner, { within: key, always: where.always && isStraight }, reading);
    } else collect(inner, where, reading);
  }
}
