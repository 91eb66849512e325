/** One hash for the shape of a database: the same on every server and by whatever way the shape was reached. */
import { createHash } from 'node:crypto';
import type { Catalog } from './catalog.ts';

/** Identities of one server, not part of the shape. */
const identities = new Set(['oid', 'number', 'stored', 'copyOf']);

/** Hex sha256. Two databases of one Postgres major with the same fingerprint have the same shape. */
export function fingerprint(catalog: Catalog): string {
  const rank = new Map<string, number>();
  const shape = {
    ...catalog,
    // Columns come in the order of their numbers; dropped ones leave gaps, so the rank counts.
    columns: catalog.columns.map((column) => {
      const place = (rank.get(column.table) ?? 0) + 1;
      rank.set(column.table, place);
      return { ...column, place };
    }),
    // The version is the server's packaging, not the project's history.
    extensions: catalog.extensions.map(({ version: _, ...extension }) => extension),
  };
  return createHash('sha256').update(canonical(shape)).digest('hex');
}

/** JSON with sorted keys. MAINTAIN is new in Postgres 17 and part of every `grant all` there, so it says nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const kept = value.filter((one: unknown) => !isMaintain(one));
    return `[${kept.map(canonical).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([name, field]) => !identities.has(name) && field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}

function isMaintain(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'privilege' in value && value.privilege === 'MAINTAIN'
  );
}
