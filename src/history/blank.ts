/** What Postgres' scanner passes over between statements: white space, comments, lone semicolons. */

/**
 * White space as Postgres' scanner has it. JavaScript's own counts a byte order mark and a no-break space in,
 * on which Postgres fails.
 */
const blank = /[ \t\n\r\f\v;]/;
const space = /[ \t\n\r\f\v]/;
export const notBlank = /[^ \t\n\r\f\v;]/;

export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\n\r\f\v'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Skips white space, comments and empty statements: the parser's location may still have some before it. */
export function skipBlank(text: string, from: number): number {
  return skip(text, from, blank);
}

/** Behind the semicolon that ends the statement before `from`, or where the text ends. */
export function endOfStatement(text: string, from: number): number {
  return Math.min(skip(text, from, space) + 1, text.length);
}

function skip(text: string, from: number, passed: RegExp): number {
  let at = from;
  while (at < text.length) {
    if (passed.test(text.charAt(at))) at += 1;
    else if (text.startsWith('--', at)) at = endOf(text, '\n', at);
    else if (text.startsWith('/*', at)) at = endOfBlockComment(text, at);
    else break;
  }
  return at;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}

/** Postgres' block comments nest. */
function endOfBlockComment(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    if (text.startsWith('/*', at)) depth += 1;
    else if (text.startsWith('*/', at)) depth -= 1;
    else {
      at += 1;
      continue;
    }
    at += 2;
    if (depth === 0) return at;
  }
  return at;
}
