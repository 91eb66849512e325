/** Names and numbers as findings write them. */
import type { ColumnObject } from '../catalog/catalog.ts';

const plurals: Readonly<Record<string, string>> = { policy: 'policies', index: 'indexes' };

/** `1 table`, `3 policies`. */
export function count(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : (plurals[noun] ?? `${noun}s`)}`;
}

/** `a`, `a and b`, `a, b, c and 4 more`. */
export function listed(names: readonly string[], most = 4): string {
  if (names.length <= 1) return names[0] ?? '';
  const shown = names.length > most ? names.slice(0, most - 1) : names.slice(0, -1);
  const rest = names.length - shown.length;
  return `${shown.join(', ')} and ${rest === 1 ? names.at(-1) : `${rest} more`}`;
}

/** The column's own name as SQL spells it. */
export function spelled(column: ColumnObject): string {
  return column.object.slice(column.table.length + 1);
}

/** Postgres sends messages of several lines; a title is one line of bounded length. */
export function oneLine(text: string, most = 200): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** `public.a is dropped`, `public.a and public.b are dropped`, `6 tables are dropped: public.a, public.b, …`. */
export function goneTitle(objects: readonly string[], noun: string, verb: string): string {
  if (objects.length > 4) return `${count(objects.length, noun)} are ${verb}: ${listed(objects)}`;
  return `${listed(objects)} ${objects.length > 1 ? 'are' : 'is'} ${verb}`;
}

/** A clause of ours as a sentence. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
