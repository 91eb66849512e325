/** Cuts SQL text into statements with Postgres' own parser: the only place that reads SQL as text. */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { type Node, parse, parseSync, scan } from 'libpg-query';
import { notBlank, skipBlank, trimEnd } from './blank.ts';
import type { SqlFile, Statement } from './migration.ts';

// V8 of Node 22 and later optimises the parser's large functions in the background, with 0.5 GB of memory and a core
// of its own (bench/memory.ts). We parse a few megabytes at most, for which its baseline code serves: no function of
// the module is function 0, an import, so none is optimised.
setFlagsFromString('--wasm-tier-up-filter=0');

/** One statement of the parser; `start` and `end` are offsets in the JavaScript string. */
export interface ParsedStatement {
  /** Node tag: `CreateStmt`, `AlterTableStmt` … */
  readonly node: string;
  readonly tree: Node;
  readonly start: number;
  readonly end: number;
}

export type Parsed = { readonly statements: readonly ParsedStatement[] } | { readonly error: string };

/** What drizzle-orm's migrator splits a file on, wherever it stands: dollar quotes do not protect it. */
export const breakpoint = '--> statement-breakpoint';

/** Postgres' grammar (18) over a text of any number of statements. Comments alone give no statements. */
export async function parseSql(sql: string): Promise<Parsed> {
  // The parser takes a C string: it would not see what stands behind a NUL, and refuses an empty one.
  if (sql.includes('\0')) return { error: 'invalid byte: NUL' };
  if (sql === '') return { statements: [] };
  let result: Awaited<ReturnType<typeof parse>>;
  try {
    result = await parse(sql);
  } catch (error) {
    // Besides syntax errors: very deep nesting overflows the stack of the WebAssembly module (RangeError).
    return { error: error instanceof Error ? error.message : String(error) };
  }
  const toIndex = byteOffsets(sql);
  const statements: ParsedStatement[] = [];
  for (const { stmt, stmt_location: location = 0, stmt_len: length = 0 } of result.stmts ?? []) {
    const node = stmt === undefined ? undefined : Object.keys(stmt)[0];
    if (stmt === undefined || node === undefined) continue;
    const start = skipBlank(sql, toIndex(location));
    // No length means: up to the end of the text.
    const end = length === 0 ? sql.length : toIndex(location + length);
    statements.push({ node, tree: stmt, start, end });
  }
  return { statements };
}

/**
 * The trees of a text without waiting, for rules. Null when it does not parse, or when nothing was parsed before:
 * the first `parseSql` loads the parser.
 */
export function treesOf(sql: string): readonly Node[] | null {
  try {
    return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => stmt ?? []);
  } catch {
    return null;
  }
}

/**
 * Reads a SQL file as its applier would. `breakpoints`: Drizzle's migrator, which first splits on the literal
 * marker; each part is then cut by the parser. A part that does not parse is one statement without a node.
 */
export async function readSqlFile(
  file: string,
  text: string,
  options: { readonly breakpoints: boolean },
): Promise<SqlFile> {
  const statements: Statement[] = [];
  const line = lineCounter(text);
  let offset = 0;
  for (const part of options.breakpoints ? text.split(breakpoint) : [psqlText(text)]) {
    for (const { node, start, end } of await cut(part)) {
      statements.push({ line: line(offset + start), sql: trimEnd(part.slice(start, end)), node });
    }
    offset += part.length + breakpoint.length;
  }
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { file, text, sha256, statements };
}

/** Every comment with the line it starts on; comment marks inside strings and function bodies are none. */
export async function sqlComments(text: string): Promise<{ line: number; text: string }[]> {
  if (!text.includes('--') && !text.includes('/*')) return [];
  const whole = await scanComments(text, 1);
  if (whole !== null) return whole;
  const comments: { line: number; text: string }[] = [];
  const line = lineCounter(text);
  let offset = 0;
  // An unterminated quote hides the comments of its own part only.
  for (const part of text.split(breakpoint)) {
    comments.push(...((await scanComments(part, line(offset))) ?? []));
    offset += part.length + breakpoint.length;
  }
  return comments;
}

/**
 * Names and operators in a text that is no statement, like a function body in PL/pgSQL: `cron.schedule` is one name of
 * two parts. Empty where Postgres' scanner cannot read it.
 */
export async function namesInText(text: string): Promise<readonly (readonly string[])[]> {
  if (text === '' || text.includes('\0')) return [];
  let tokens: Awaited<ReturnType<typeof scan>>['tokens'];
  try {
    ({ tokens } = await scan(text));
  } catch {
    return [];
  }
  const names: string[][] = [];
  let continues = false;
  for (const { text: token, tokenName, keywordName } of tokens) {
    const isName = tokenName === 'IDENT' || keywordName !== 'NO_KEYWORD';
    if (token === '.') continues = true;
    else if (isName || /^[-+*/<>=~!@#%^&|`?]+$/.test(token)) {
      const name = token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase();
      const last = names.at(-1);
      if (continues && last !== undefined) last.push(name);
      else names.push([name]);
      continues = false;
    } else continues = false;
  }
  return names;
}

/** The statement's place among line breaks, counted from 1; offsets must not decrease. CRLF counts once. */
export function lineCounter(text: string): (offset: number) => number {
  let seen = 0;
  let line = 1;
  return (offset) => {
    for (let next = text.indexOf('\n', seen); next !== -1 && next < offset; next = text.indexOf('\n', seen)) {
      line += 1;
      seen = next + 1;
    }
    return line;
  };
}

async function cut(part: string): Promise<{ node: string | null; start: number; end: number }[]> {
  const parsed = await parseSql(part);
  if ('statements' in parsed) return [...parsed.statements];
  const start = skipBlank(part, 0);
  // All blank and yet not read: a comment that never ends, shown from its mark on.
  const shown = start === part.length ? part.search(notBlank) : start;
  return [{ node: null, start: Math.max(shown, 0), end: part.length }];
}

/**
 * Files for psql and dumps by pg_dump: psql drops a byte order mark, and pg_dump (since 17.6) frames its output
 * with `\restrict` and `\unrestrict`, which are for psql alone. Blanked, so that offsets stay.
 */
function psqlText(text: string): string {
  const start = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  return start.replace(/^\\(?:un)?restrict\b[^\r\n]*/gm, (command) => ' '.repeat(command.length));
}

async function scanComments(
  text: string,
  firstLine: number,
): Promise<{ line: number; text: string }[] | null> {
  if (text === '' || text.includes('\0')) return [];
  let tokens: Awaited<ReturnType<typeof scan>>['tokens'];
  try {
    ({ tokens } = await scan(text));
  } catch {
    return null;
  }
  const line = lineCounter(text);
  const toIndex = byteOffsets(text);
  return tokens
    .filter(({ tokenName }) => tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT')
    .map(({ start, end }) => {
      const from = toIndex(start);
      const comment = trimEnd(text.slice(from, toIndex(end)));
      return { line: firstLine - 1 + line(from), text: comment };
    });
}

/** The parser counts UTF-8 bytes. Offsets must not decrease, so that one pass suffices. */
function byteOffsets(text: string): (bytes: number) => number {
  const buffer = Buffer.from(text);
  if (buffer.length === text.length) return (bytes) => bytes;
  let seenBytes = 0;
  let seenUnits = 0;
  return (bytes) => {
    seenUnits += buffer.toString('utf8', seenBytes, bytes).length;
    seenBytes = bytes;
    return seenUnits;
  };
}
