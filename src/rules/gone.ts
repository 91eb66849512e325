/** Which objects of the base are gone at head, told by oid: what a name says is not to be trusted. */
import type { CatalogObject, ColumnObject, TableObject } from '../catalog/catalog.ts';
import type { DroppedObject, Place, Replay } from '../replay/record.ts';
import type { Evidence } from './rule.ts';

export interface GoneTable {
  readonly object: string;
  readonly place: Place | null;
  readonly table: TableObject;
  /** Named by the statement itself, and not taken along by it. */
  readonly original: boolean;
  /** Another table stands under its name at head. */
  readonly rebuilt: boolean;
}

export interface GoneColumn {
  readonly object: string;
  readonly place: Place | null;
  readonly column: ColumnObject;
  readonly original: boolean;
  /** Another column stands under its name at head. */
  readonly rebuilt: boolean;
}

const tableTypes = ['table', 'foreign table'];
const columnTypes = ['table column', 'foreign table column'];

/** Tables with rows of their own; views are none. */
export function goneTables({ base, head, replay }: Evidence): readonly GoneTable[] {
  if (base === null || head === null) return [];
  const oids = oidsOf(head.catalog.tables);
  const names = new Set(head.catalog.tables.map(({ object }) => object));
  return base.catalog.tables
    .filter((table) => holdsRows(table) && !oids.has(table.oid))
    .map((table) => {
      const dropped = droppedAs(replay, tableTypes, table.oid, 0);
      return {
        object: table.object,
        place: dropped?.place ?? null,
        table,
        original: dropped?.original ?? false,
        rebuilt: names.has(table.object),
      };
    });
}

/** Columns of tables that are still there; what a partition loses with its parent is said of the parent only. */
export function goneColumns({ base, head, replay }: Evidence): readonly GoneColumn[] {
  if (base === null || head === null) return [];
  const before = new Map(base.catalog.tables.map((table) => [table.object, table]));
  const after = new Map(head.catalog.tables.map((table) => [table.oid, table]));
  const kept = new Set(head.catalog.columns.map(({ oid, number }) => `${oid}.${number}`));
  const now = new Map(head.catalog.columns.map((column) => [`${column.oid} ${column.name}`, column]));
  const gone = base.catalog.columns.filter((column) => {
    const table = before.get(column.table);
    if (table === undefined || !holdsRows(table) || !after.has(column.oid)) return false;
    if (kept.has(`${column.oid}.${column.number}`)) return false;
    // A computed column holds nothing of its own: computed anew, nothing is lost.
    return column.generated === null || now.get(`${column.oid} ${column.name}`)?.generated == null;
  });
  const names = new Set(gone.map(({ table, name }) => `${table} ${name}`));
  return gone
    .filter(({ table, name }) => !before.get(table)?.parents.some((parent) => names.has(`${parent} ${name}`)))
    .map((column) => {
      const dropped = droppedAs(replay, columnTypes, column.oid, column.number);
      return {
        object: column.object,
        place: dropped?.place ?? null,
        column,
        original: dropped?.original ?? false,
        rebuilt: now.has(`${column.oid} ${column.name}`),
      };
    });
}

/** The record of an object's end; the types keep oids of different system catalogs apart. */
export function droppedAs(
  replay: Replay | null,
  types: readonly string[],
  oid: number,
  subId: number,
): DroppedObject | undefined {
  return replay?.dropped.find(
    (dropped) => dropped.oid === oid && dropped.subId === subId && types.includes(dropped.type),
  );
}

export function oidsOf(objects: readonly CatalogObject[]): ReadonlySet<number> {
  return new Set(objects.map(({ oid }) => oid));
}

export function holdsRows({ kind }: TableObject): boolean {
  return kind === 'table' || kind === 'partitioned-table' || kind === 'foreign-table';
}
