/** The grammar of a waiver in a SQL comment: `-- gatekeeper: allow <rule> <object> because "<reason>" until <date>`. */
import { isDate } from '../inputs/config-file.ts';
import { editDistance } from '../inputs/nearest.ts';

export interface Allow {
  readonly rule: string;
  readonly object: string;
  /** null: missing or empty. */
  readonly reason: string | null;
  readonly until: string | null;
}

/** A comment that was meant for us and cannot be read: never ignored in silence. */
export interface Misread {
  readonly misread: string;
}

// A quoted part may hold blanks, and so may a function's arguments: public."My table".x, public.f(integer, text).
const objectToken = /(?:"(?:[^"]|"")*"|\((?:[^()"]|"(?:[^"]|"")*")*\)|[^\s"()])+/y;
const clauseToken = /\s+(because|until)\b/iy;
// Word processors turn double quotes into pairs of curly ones.
const reasonToken = /\s*(?:"((?:[^"]|"")*)"|“([^”]*)”)(?=\s|$)/y;
const dateToken = /\s+(\S+)/y;

/** Reads one comment as it stands in the file; null when it is none of ours, `no-transaction` included. */
export function readDirectives(comment: string): (Allow | Misread)[] {
  const lines = comment.startsWith('/*')
    ? comment.replace(/^\/\*|\*\/$/g, '').split('\n')
    : [comment.replace(/^--/, '')];
  return lines.flatMap((line) => {
    const directive = readLine(line.replace(/^[\s*]+/, '').trimEnd());
    return directive === null ? [] : [directive];
  });
}

function readLine(line: string): Allow | Misread | null {
  const [, name = '', colon = '', body = ''] = /^([\w-]+)\s*(:?)\s*(.*)$/s.exec(line) ?? [];
  const ours = name.toLowerCase() === 'gatekeeper';
  const word = /^[\w-]*/.exec(body)?.[0].toLowerCase() ?? '';
  if (ours && colon !== '') {
    if (word === 'no-transaction') return null;
    return word === 'allow'
      ? readAllow(body.slice(word.length))
      : misread(`${shown(word)} is not a directive; a waiver begins with gatekeeper: allow`);
  }
  // Prose may well speak of a gatekeeper; only what goes on like a waiver was meant as one.
  const near = ours || editDistance(name.toLowerCase(), 'gatekeeper') <= 2 || /gatekeeper$/i.test(name);
  const goesOn = word !== '' && editDistance(word, 'allow') <= 1;
  return near && goesOn ? misread('a waiver begins with gatekeeper: allow') : null;
}

function readAllow(body: string): Allow | Misread {
  const rule = /^\s+([\w-]+)(?=\s|$)/.exec(body);
  if (rule?.[1] === undefined) return misread('the rule is missing after allow');
  const start = rule[0].length + (/^\s*/.exec(body.slice(rule[0].length))?.[0].length ?? 0);
  const object = take(objectToken, body, start);
  if (object === null || /^(?:because|until)$/i.test(object[0])) {
    return misread(`the object is missing after ${rule[1]}`);
  }
  let cursor = start + object[0].length;
  let reason: string | null = null;
  let until: string | null = null;
  while (cursor < body.length) {
    const clause = take(clauseToken, body, cursor);
    if (clause === null) return misread(`${shown(body.slice(cursor).trim())} cannot be read`);
    cursor += clause[0].length;
    if (clause[1]?.toLowerCase() === 'because') {
      const quoted = take(reasonToken, body, cursor);
      if (quoted === null && body.slice(cursor).trim() !== '') {
        return misread('the reason after because stands in double quotes');
      }
      reason = (quoted?.[1]?.replaceAll('""', '"') ?? quoted?.[2] ?? '').trim() || null;
      cursor = quoted === null ? body.length : cursor + quoted[0].length;
    } else {
      const date = take(dateToken, body, cursor);
      if (date?.[1] === undefined || !isDate(date[1])) {
        return misread('the date after until is written like 2027-01-31');
      }
      until = date[1];
      cursor += date[0].length;
    }
  }
  return { rule: rule[1], object: object[0], reason, until };
}

function take(token: RegExp, text: string, from: number): RegExpExecArray | null {
  token.lastIndex = from;
  return token.exec(text);
}

function misread(why: string): Misread {
  return { misread: why };
}

function shown(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
