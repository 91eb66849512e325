/** Turns text from a pull request into Markdown and HTML that can only ever be text. */
import { visibleBlock, visibleLine } from './visible.ts';

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text inside HTML of ours, on one line. */
export function html(text: string): string {
  return visibleLine(text).replace(/[&<>"']/g, (character) => htmlEntities[character] ?? character);
}

/** An identifier where Markdown is not read, as in `<summary>`. GitHub makes no mention or link inside `<code>`. */
export function htmlCode(text: string): string {
  return `<code>${text === '' ? '(empty)' : html(text)}</code>`;
}

/**
 * An identifier in running Markdown or in a table cell. Backticks, backslashes and pipes together have no
 * safe spelling inside a code span of a table (renderers differ), so such names become HTML in which every
 * character that Markdown could read is an entity.
 */
export function code(text: string): string {
  const line = visibleLine(text);
  if (line === '') return '`(empty)`';
  if (/^[^`|\\\s$<>&](?:[^`|\\$<>&]*[^`|\\\s$<>&])?$/u.test(line)) return `\`${line}\``;
  // GitHub's parser looks for addresses of mail after it has read the entities: an element stands in between.
  const entities = line.replace(/[^\p{L}\p{N} ]/gu, (character) =>
    character === '@' ? '<span>@</span>' : `&#${character.codePointAt(0)};`,
  );
  return `<code>${entities.replace(/^ | $/g, '&#32;')}</code>`;
}

/** What GitHub would link, mention, draw or compute when it stands outside code. */
const active = [
  /@/,
  /#\d/,
  /\bGH-\d/i,
  /:\/\//,
  /www\./i,
  /(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{7,40}(?![0-9a-z])/i,
  /\$/,
  /:[\w+-]+:/,
  /[<>]/,
  /\\u\{|\\[nrt]/,
];
const dottedName = /^[\p{L}_][\p{L}\p{N}_]+(?:\.[\p{L}_][\p{L}\p{N}_]+)+(?:\(\))?$/u;
const sqlFile = /^[\w./-]+\.(?:sql|json|ts)(?::\d+)?$/u;

function escapePunctuation(text: string): string {
  return text.replace(/[\\`*_{}[\]#|~^]/g, '\\$&').replace(/[&<>]/g, (c) => htmlEntities[c] ?? c);
}

function word(token: string): string {
  const [, before = '', core = '', after = ''] = /^([("'«“]*)(.*?)([)"'»”.,;:!?]*)$/u.exec(token) ?? [];
  if (core === '') return escapePunctuation(token);
  if (active.some((pattern) => pattern.test(token))) {
    // The comma after a name full of digits (a 1.0 migration) is none of it.
    if (!/^\w+$/.test(core) || !/^[.,;]?$/.test(before + after)) return code(token);
    return `${code(core)}${after}`;
  }
  const named = dottedName.test(core) || sqlFile.test(core);
  return `${escapePunctuation(before)}${named ? code(core) : escapePunctuation(core)}${escapePunctuation(after)}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A sentence of a rule or of Postgres: the given names, dotted names and `quoted code` become code, all else stays text. */
export function prose(text: string, names: readonly string[] = []): string {
  const known = names
    .filter((name) => name.length > 1 && name.length < 500)
    .map((name) => escapeRegExp(visibleLine(name)))
    .sort((one, other) => other.length - one.length);
  const alternatives = [...known.map((name) => `(?<![\\w."])${name}(?![\\w"]|\\.\\w)`), '`[^`]+`'];
  const pieces = visibleLine(text).split(new RegExp(`(${alternatives.join('|')})`, 'u'));
  const rendered = pieces.map((piece, index) => {
    if (index % 2 === 0) return piece.replace(/[^ ]+/g, word);
    return code(/^`[^`]+`$/.test(piece) ? piece.slice(1, -1) : piece);
  });
  // Two code spans in a row would read as one with a doubled fence.
  return rendered.reduce(
    (sum, piece) => sum + (sum.endsWith('`') && piece.startsWith('`') ? ' ' : '') + piece,
    '',
  );
}

/** A fenced block: the fence is one backtick longer than the longest run inside. */
export function fence(language: 'sql' | 'diff' | 'json' | 'text', content: string): string {
  const text = visibleBlock(content).replace(/\n+$/, '');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}

/** A folded part. `summary` is HTML made with `html` and `htmlCode`. */
export function fold(summary: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${body}\n</details>`;
}
