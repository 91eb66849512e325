/**
 * JSON with the line of every value, and of the first mistake. JSON.parse leaves the position out of some messages, and
 * libraries that keep it accept what JSON.parse (and so Drizzle) refuses, such as a line break inside a string.
 */

export interface JsonValue {
  /** What `JSON.parse` gives for this value. */
  readonly value: unknown;
  readonly line: number;
  /** Members of an object; of equal keys the last counts, as for `JSON.parse`. */
  readonly members: ReadonlyMap<string, JsonValue> | null;
  readonly items: readonly JsonValue[] | null;
  /** The first name that this object has twice. */
  readonly repeated: { readonly name: string; readonly line: number; readonly column: number } | null;
}

export interface JsonMistake {
  readonly mistake: string;
  readonly line: number;
  readonly column: number;
}

const deepest = 64;

export function readJson(text: string): JsonValue | JsonMistake {
  const marker = conflictMarker(text);
  if (marker !== null) return marker;
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    const before = text.slice(0, error.at);
    const line = before.split('\n').length;
    return { mistake: error.message, line, column: error.at - before.lastIndexOf('\n') };
  }
}

/** Git leaves these at the start of a line; inside a JSON string there is no start of a line. */
function conflictMarker(text: string): JsonMistake | null {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^(?:<{7} |={7}\r?$|>{7} |\|{7} )/.test(line));
  return at === -1
    ? null
    : { mistake: `merge conflict marker ${lines[at]?.slice(0, 7)}`, line: at + 1, column: 1 };
}

class Mistake extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

class Reader {
  private readonly text: string;
  private at = 0;
  private line = 1;
  /** Looking back for it from every name takes minutes where a whole file is one line. */
  private lineStart = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): JsonValue {
    if (this.text.startsWith('\uFEFF')) throw new Mistake(0, 'byte order mark before the first character');
    const value = this.read();
    this.blank();
    if (this.at < this.text.length) throw this.unexpected('the end of the file');
    return value;
  }

  private read(): JsonValue {
    this.blank();
    const line = this.line;
    const first = this.text.charAt(this.at);
    if (first === '{' || first === '[') {
      if (this.depth === deepest) throw new Mistake(this.at, `more than ${deepest} levels deep`);
      this.depth += 1;
      const value = first === '{' ? this.object(line) : this.array(line);
      this.depth -= 1;
      return value;
    }
    return { value: this.scalar(), line, members: null, items: null, repeated: null };
  }

  private object(line: number): JsonValue {
    const members = new Map<string, JsonValue>();
    let repeated: JsonValue['repeated'] = null;
    this.at += 1;
    for (let more = !this.take('}'); more; more = this.more('}')) {
      this.blank();
      if (this.text.charAt(this.at) !== '"') throw this.unexpected('a name in double quotes');
      const column = this.at - this.lineStart + 1;
      const name = String(this.scalar());
      if (members.has(name)) repeated ??= { name, line: this.line, column };
      if (!this.take(':')) throw this.unexpected('a colon');
      members.set(name, this.read());
    }
    const value = Object.fromEntries([...members].map(([name, member]) => [name, member.value]));
    return { value, line, members, items: null, repeated };
  }

  private array(line: number): JsonValue {
    const items: JsonValue[] = [];
    this.at += 1;
    for (let more = !this.take(']'); more; more = this.more(']')) items.push(this.read());
    return { value: items.map((item) => item.value), line, members: null, items, repeated: null };
  }

  private more(close: string): boolean {
    if (this.take(',')) {
      this.blank();
      if (this.text.charAt(this.at) === close)
        throw new Mistake(this.at, `comma before the closing ${close}`);
      return true;
    }
    if (this.take(close)) return false;
    throw this.unexpected(`a comma or ${close}`);
  }

  private scalar(): unknown {
    const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|true|false|null/sy;
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0];
    if (found === undefined) throw this.unexpected('a value');
    let value: unknown;
    try {
      value = JSON.parse(found);
    } catch {
      throw new Mistake(this.at, `${found.startsWith('"') ? 'string' : 'number'} that JSON does not know`);
    }
    this.at += found.length;
    return value;
  }

  private take(mark: string): boolean {
    this.blank();
    if (this.text.charAt(this.at) !== mark) return false;
    this.at += 1;
    return true;
  }

  private blank(): void {
    for (; ' \t\r\n'.includes(this.text.charAt(this.at)) && this.at < this.text.length; this.at += 1) {
      if (this.text.charAt(this.at) !== '\n') continue;
      this.line += 1;
      this.lineStart = this.at + 1;
    }
  }

  private unexpected(wanted: string): Mistake {
    const found = this.text.codePointAt(this.at);
    const shown = found === undefined ? 'the end of the file' : JSON.stringify(String.fromCodePoint(found));
    return new Mistake(this.at, `${shown} where ${wanted} should be`);
  }
}
