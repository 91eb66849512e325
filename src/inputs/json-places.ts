/** Where things stand in a JSON text: the place of its first mistake, or the line of every value. */

export interface JsonMistake {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

/** Keys are paths such as `/waivers/0/rule`; the whole text is the empty path. */
export type JsonLines = ReadonlyMap<string, number>;

// One token at the cursor, after white space. RFC 8259.
const token =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

/**
 * JSON.parse's own messages differ between versions of Node and leave the position out for short texts,
 * and it keeps the last of two equal keys in silence.
 */
export function jsonPlaces(source: string): { mistake: JsonMistake } | { lines: JsonLines } {
  const lines = new Map<string, number>();
  let cursor = 0;

  const placeOf = (offset: number) => {
    const before = source.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
  const skipSpace = () => {
    while (' \t\r\n'.includes(source[cursor] ?? 'x')) cursor++;
  };
  const fail = (what: string): never => {
    skipSpace();
    throw new Mistake(what, cursor);
  };
  const next = (): string => {
    token.lastIndex = cursor;
    const match = token.exec(source);
    if (match === null) {
      skipSpace();
      return fail(unreadable(source.slice(cursor)));
    }
    cursor = token.lastIndex;
    return match[1] ?? match[2] ?? match[3] ?? '';
  };
  const peek = (): string => {
    const start = cursor;
    const found = next();
    cursor = start;
    return found;
  };
  const take = (wanted: string, what: string) => (peek() === wanted ? next() : fail(what));

  const value = (path: string): void => {
    const first = peek();
    skipSpace();
    lines.set(path, placeOf(cursor).line);
    if (first === '{') members(path);
    else if (first === '[') elements(path);
    else if (/^[\]},:]$/.test(first)) fail('a value is missing here');
    else next();
  };
  const members = (path: string): void => {
    next();
    const seen = new Set<string>();
    if (peek() === '}') return void next();
    for (;;) {
      const key = peek();
      if (!key.startsWith('"'))
        fail(key === '}' ? 'a comma stands before }' : 'a key in double quotes is missing');
      // A string token is JSON by itself, so its value is a string.
      const name = String(JSON.parse(key));
      if (seen.has(name)) fail(`the key ${key} is there twice`);
      seen.add(name);
      next();
      take(':', 'a colon is missing here');
      value(`${path}/${name}`);
      if (peek() === '}') return void next();
      take(',', 'a comma or } is missing here');
    }
  };
  const elements = (path: string): void => {
    next();
    if (peek() === ']') return void next();
    for (let index = 0; ; index++) {
      if (peek() === ']') fail('a comma stands before ]');
      value(`${path}/${index}`);
      if (peek() === ']') return void next();
      take(',', 'a comma or ] is missing here');
    }
  };

  try {
    value('');
    skipSpace();
    if (cursor < source.length) fail('the text goes on after its end');
    return { lines };
  } catch (error) {
    if (error instanceof Mistake) return { mistake: { ...placeOf(error.offset), what: error.message } };
    // Arrays nested thousands deep are no config file.
    if (error instanceof RangeError)
      return { mistake: { line: 1, column: 1, what: 'it is nested too deeply' } };
    throw error;
  }
}

class Mistake extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}

function unreadable(rest: string): string {
  if (rest === '') return 'the text ends too early';
  if (rest.startsWith('//') || rest.startsWith('/*')) return 'JSON has no comments';
  if (rest.startsWith("'")) return 'JSON strings stand in double quotes';
  if (rest.startsWith('"')) return 'this string does not end on its line or has an invalid escape';
  return 'this is not JSON';
}
