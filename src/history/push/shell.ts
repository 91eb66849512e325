/** Cuts the text of a script into commands and words, well enough to see which command it runs and with what in its environment. */

export interface Command {
  readonly words: readonly string[];
  /** Counted from 1 in the text. */
  readonly line: number;
}

interface Reader {
  readonly text: string;
  at: number;
  line: number;
}

/** Past this a file is no script that somebody wrote. */
const mostCommands = 2000;

/** Expansions stay as they are written: `$NAME`, `${{secrets.NAME}}` (without its blanks). */
export function commandsOf(script: string): readonly Command[] {
  const text = script
    .replace(/\r\n?/g, '\n')
    .replace(/\$\{\{([^}]*)\}\}/g, (whole) => whole.replace(/[^\S\n]+/g, ''));
  const reader: Reader = { text, at: 0, line: 1 };
  const commands: Command[] = [];
  let words: string[] = [];
  let line = 1;
  const end = () => {
    if (words.length > 0) commands.push({ words, line });
    words = [];
  };
  while (reader.at < text.length && commands.length < mostCommands) {
    const next = text[reader.at] ?? '';
    if (next === '\\' && text[reader.at + 1] === '\n') {
      reader.line += 1;
      reader.at += 2;
    } else if (next === '\n') {
      end();
      reader.line += 1;
      reader.at += 1;
    } else if (/\s/.test(next)) {
      reader.at += 1;
    } else if (next === '#') {
      while (reader.at < text.length && text[reader.at] !== '\n') reader.at += 1;
    } else if (/[;|&()]/.test(next)) {
      end();
      reader.at += 1;
    } else {
      if (words.length === 0) line = reader.line;
      words.push(readWord(reader));
    }
  }
  end();
  return commands;
}

function readWord(reader: Reader): string {
  const { text } = reader;
  let word = '';
  while (reader.at < text.length) {
    const next = text[reader.at] ?? '';
    if (next === "'" || next === '"' || next === '`') word += readQuoted(reader, next);
    else if (text.startsWith('${', reader.at)) word += readBraced(reader);
    else if (next === '\\') {
      // A backslash at the end of a line joins it to the next one.
      if (text[reader.at + 1] === '\n') break;
      word += text[reader.at + 1] ?? '';
      reader.at += 2;
    } else if (/[\s;|&()]/.test(next)) {
      break;
    } else {
      word += next;
      reader.at += 1;
    }
  }
  return word;
}

/** A quote that is never closed is an apostrophe (of a here-document): it ends with its line. */
function readQuoted(reader: Reader, quote: string): string {
  const { text } = reader;
  const start = reader.at + 1;
  let closing = text.indexOf(quote, start);
  while (quote === '"' && closing > 0 && text[closing - 1] === '\\')
    closing = text.indexOf(quote, closing + 1);
  if (closing === -1) {
    const newline = text.indexOf('\n', start);
    reader.at = newline === -1 ? text.length : newline;
    return text.slice(start, reader.at);
  }
  const inner = text.slice(start, closing);
  reader.line += inner.split('\n').length - 1;
  reader.at = closing + 1;
  return quote === '"' ? inner.replaceAll('\\"', '"') : inner;
}

function readBraced(reader: Reader): string {
  const close = reader.text.startsWith('${{', reader.at) ? '}}' : '}';
  const end = reader.text.indexOf(close, reader.at);
  const stop = end === -1 ? reader.text.length : end + close.length;
  const inner = reader.text.slice(reader.at, stop);
  reader.at = stop;
  reader.line += inner.split('\n').length - 1;
  return inner;
}

const assignment = /^([A-Za-z_]\w*)=(.*)$/s;

/** `NAME=value` words in front of a command, or those of `export`, `env` and `cross-env`. */
export function assignmentsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const set: Record<string, string> = {};
  for (const word of words) {
    const [, name, value] = assignment.exec(word) ?? [];
    if (name !== undefined && value !== undefined) set[name] = value;
    else if (!setters.has(word) && !word.startsWith('-')) break;
  }
  return set;
}

const setters = new Set(['export', 'env', 'cross-env', 'npx', 'bunx', 'pnpm', 'exec', 'sudo', 'set']);

/** `NAME=value` in the text that an `echo` or `printf` writes into an env file. */
export function writtenAssignments(words: readonly string[]): Readonly<Record<string, string>> {
  const set: Record<string, string> = {};
  for (const line of words.slice(1).flatMap((word) => word.split(/\\n|\n/))) {
    const [, name, value] = assignment.exec(line.trim()) ?? [];
    if (name !== undefined && value !== undefined) set[name] = value.replace(/^["']|["']$/g, '');
  }
  return set;
}
