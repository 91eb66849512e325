/** The statement that gives an object another name, from the names that a catalog would have for both. */
import type { RenameQuestion } from '../history/kit/look.ts';

/** null where both are not of one place, or where SQL has no such rename. */
export function renameSql(kind: RenameQuestion['kind'], from: string, to: string): string | null {
  const [old, now] = [split(from), split(to)];
  if (old === null || now === null) return null;
  const place = old.slice(0, -1).join('.');
  const name = now.at(-1) ?? '';
  if (kind === 'schema') return `alter schema ${from} rename to ${to};`;
  if (kind === 'role') return `alter role ${from} rename to ${to};`;
  const moves = old.length === 2 && now.length === 2 && place !== now[0] && old[1] === now[1];
  if (moves && kind in alterable) return `alter ${alterable[kind]} ${from} set schema ${now[0]};`;
  if (place !== now.slice(0, -1).join('.')) return null;
  if (kind === 'column') return `alter table ${place} rename column ${old.at(-1)} to ${name};`;
  if (kind === 'policy') return `alter policy ${old.at(-1)} on ${place} rename to ${name};`;
  const what = alterable[kind];
  return what === undefined ? null : `alter ${what} ${from} rename to ${name};`;
}

const alterable: Readonly<Record<string, string>> = {
  enum: 'type',
  sequence: 'sequence',
  table: 'table',
  view: 'view',
};

/** Its parts as they are spelled, quotes and all; null for what is no such name. */
function split(object: string): readonly string[] | null {
  const parts = object.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [];
  return parts.join('.') === object && parts.length > 0 ? parts : null;
}
