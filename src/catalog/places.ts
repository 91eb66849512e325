/** Where in the pull request's SQL an object was made, altered or dropped. */
import type { DroppedObject, Place, StatementRecord, TouchedObject } from '../replay/record.ts';
import type { Catalog, CatalogObject } from './catalog.ts';

interface Trail {
  readonly touched: readonly TouchedObject[];
  readonly dropped: readonly DroppedObject[];
  /** The statements that ran, to choose among several that touched one table. */
  readonly statements: readonly StatementRecord[];
}

type Located = CatalogObject & { readonly table?: string; readonly name?: string };

/**
 * Answers by catalog name (`public.todo."Owners read"`): the place of the last statement that made or altered the
 * object itself; for what Postgres reports only as ALTER TABLE (columns, constraints, RLS) the last statement on its
 * table, one that spells the object's name if there is one; for what is gone, the statement that dropped it.
 */
export function placesOf(trail: Trail, base: Catalog, head: Catalog): (object: string) => Place | null {
  const byOid = new Map<number, Place[]>();
  for (const { oid, place } of trail.touched) {
    if (place === null) continue;
    byOid.set(oid, [...(byOid.get(oid) ?? []), place]);
  }
  const droppedByOid = new Map<string, Place>();
  for (const { oid, subId, place } of trail.dropped) {
    if (place !== null) droppedByOid.set(`${oid}.${subId}`, place);
  }
  const sqlAt = new Map(
    trail.statements.map((statement) => [`${statement.file}:${statement.line}`, statement.sql]),
  );
  const headObjects = indexByName(head);
  const baseObjects = indexByName(base);

  const lastOn = (places: readonly Place[] | undefined, name: string | undefined): Place | null => {
    if (places === undefined) return null;
    const spelled = places.filter(
      (place) => name !== undefined && sqlAt.get(`${place.file}:${place.line}`)?.includes(name),
    );
    return spelled.at(-1) ?? places.at(-1) ?? null;
  };

  return (object) => {
    const now = headObjects.get(object);
    if (now !== undefined) {
      const table = now.table === undefined ? undefined : headObjects.get(now.table);
      const own =
        now.table === undefined || now.oid !== table?.oid ? lastOn(byOid.get(now.oid), undefined) : null;
      if (own !== null) return own;
      if (table !== undefined) return lastOn(byOid.get(table.oid), now.name);
    }
    const then = baseObjects.get(object);
    if (then === undefined) return null;
    const column = 'number' in then && typeof then.number === 'number' ? then.number : 0;
    return droppedByOid.get(`${then.oid}.${column}`) ?? droppedByOid.get(`${then.oid}.0`) ?? null;
  };
}

function indexByName(catalog: Catalog): ReadonlyMap<string, Located> {
  const objects = new Map<string, Located>();
  for (const section of Object.values(catalog) as readonly (readonly Located[])[]) {
    for (const entry of section) if (!objects.has(entry.object)) objects.set(entry.object, entry);
  }
  return objects;
}
