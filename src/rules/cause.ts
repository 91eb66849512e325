/** What one cause did is one finding: the statement, or a file that does the same many times over. */
import { byCodeUnit } from '../catalog/order.ts';
import type { Place } from '../replay/record.ts';

interface Placed {
  readonly place: Place | null;
  readonly object: string;
}

/** From here on a file's statements are one clearance and not so many decisions. */
const manyInOneFile = 6;

/** Groups in the order of their places; within a group the order is kept. What has no place stands alone, at the end. */
export function byCause<Item extends Placed>(items: readonly Item[]): readonly (readonly Item[])[] {
  const inFile = new Map<string, number>();
  for (const { place } of items) {
    if (place !== null) inFile.set(place.file, (inFile.get(place.file) ?? 0) + 1);
  }
  const ordered = items.toSorted((one, other) => comparePlaces(one.place, other.place));
  const groups = groupedBy(ordered, ({ place, object }) => {
    if (place === null) return `nowhere ${object}`;
    return (inFile.get(place.file) ?? 0) >= manyInOneFile ? place.file : `${place.file}:${place.line}`;
  });
  return [...groups.values()];
}

export function comparePlaces(one: Place | null, other: Place | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return byCodeUnit(one.file, other.file) || one.line - other.line;
}

/** `file` and `line` of a finding. */
export function at(place: Place | null): { readonly file: string | null; readonly line: number | null } {
  return { file: place?.file ?? null, line: place?.line ?? null };
}

/** Map.groupBy, which Node 20 lacks. */
export function groupedBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
