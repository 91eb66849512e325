/** What went with a drop although no statement named it, and belonged to something else that is still there. */
import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import type { DroppedObject, Place } from '../replay/record.ts';
import { groupedBy } from './cause.ts';
import { oidsOf } from './gone.ts';
import type { Evidence } from './rule.ts';

export type VictimKind =
  | 'policy'
  | 'view'
  | 'constraint'
  | 'trigger'
  | 'function'
  | 'default'
  | 'index'
  | 'type';

export interface Victim {
  readonly kind: VictimKind;
  readonly oid: number;
  readonly object: string;
  /** That lost it; null for what stands alone. */
  readonly table: string | null;
  readonly place: Place | null;
  /** What the same statement names, as Postgres spells it. */
  readonly roots: readonly string[];
}

/** Sorted by object. Objects of the base only, and only those that do not stand again at head. */
export function cascadeVictims({ base, head, replay }: Evidence): readonly Victim[] {
  if (base === null || head === null || replay === null) return [];
  const lost = lostObjects(base.catalog, head.catalog);
  const groups = groupedBy(replay.dropped, ({ place }) =>
    place === null ? 'nowhere' : `${place.file}:${place.line}`,
  );
  const victims = [...groups.values()].flatMap((group) => victimsOf(group, lost));
  const unique = new Map(victims.map((victim) => [`${victim.kind} ${victim.object}`, victim]));
  return [...unique.values()]
    .filter(({ kind, table }) => !inheritsFrom(base.catalog, kind, table, victims))
    .toSorted((one, other) => (one.object < other.object ? -1 : 1));
}

interface Lost extends Pick<Victim, 'kind' | 'oid' | 'object' | 'table'> {
  /** A key column of it is still there: it did not merely go with all its columns. */
  readonly outlived: boolean;
}

/** By Postgres' word for the type and the oid; a default by its identity. */
type LostObjects = ReadonlyMap<string, Lost>;

function victimsOf(group: readonly DroppedObject[], lost: LostObjects): Victim[] {
  const named = group.filter(({ original }) => original);
  const roots = [...new Set(named.map(({ identity }) => identity))];
  const dropsColumn = named.some(({ subId }) => subId !== 0);
  const namesIt = new Set(named.map(keyOf));
  return group.flatMap((dropped) => {
    const victim = lost.get(keyOf(dropped));
    if (victim === undefined || dropped.original || namesIt.has(keyOf(dropped))) return [];
    // Not reached by CASCADE: part of what was dropped, except that a column takes along keys and indexes of others.
    if (!dropped.cascaded && !(dropsColumn && victim.outlived)) return [];
    const { kind, oid, object, table } = victim;
    return [{ kind, oid, object, table, place: dropped.place, roots }];
  });
}

const defaultPrefix = 'for ';

function keyOf({ type, oid, identity }: DroppedObject): string {
  return type === 'default value' ? `default ${identity.slice(defaultPrefix.length)}` : `${type} ${oid}`;
}

/** What is in base and, on tables that still are, has no equal at head. */
function lostObjects(base: Catalog, head: Catalog): LostObjects {
  const lost = new Map<string, Lost>();
  const tables = oidsOf(head.tables);
  const tableOid = new Map(base.tables.map(({ object, oid }) => [object, oid]));
  const nameNow = new Map(head.tables.map(({ object, oid }) => [oid, object]));

  /** The name of an object's table at head; undefined when the table is gone, and the object with it. */
  const tableNow = (table: string) => {
    const oid = tableOid.get(table);
    return oid === undefined || !tables.has(oid) ? undefined : nameNow.get(oid);
  };
  const columnsNow = new Map(head.columns.map((column) => [`${column.oid}.${column.number}`, column]));
  const staying = new Set(
    base.columns
      .filter(({ oid, number }) => columnsNow.has(`${oid}.${number}`))
      .map(({ table, name }) => JSON.stringify([table, name])),
  );
  const columnStays = (table: string, column: string | null) =>
    column !== null && staying.has(JSON.stringify([table, column]));
  const add = (types: readonly string[], one: Lost) => {
    for (const type of types) lost.set(`${type} ${one.oid}`, one);
  };
  const parts = <One extends CatalogObject & { readonly table: string; readonly name: string }>(
    kind: VictimKind,
    type: string,
    before: readonly One[],
    after: readonly One[],
    content: (one: One) => string,
    columns: (one: One) => readonly (string | null)[],
  ) => {
    const oids = oidsOf(after);
    const names = new Set(after.map(({ table, name }) => JSON.stringify([table, name])));
    const contents = new Set(after.map((one) => JSON.stringify([one.table, content(one)])));
    for (const one of before) {
      const table = tableNow(one.table);
      if (oids.has(one.oid) || table === undefined) continue;
      const again =
        names.has(JSON.stringify([table, one.name])) || contents.has(JSON.stringify([table, content(one)]));
      if (again) continue;
      add([type], {
        kind,
        oid: one.oid,
        object: one.object,
        table: one.table,
        outlived: columns(one).some((column) => columnStays(one.table, column)),
      });
    }
  };
  const alone = <One extends CatalogObject>(
    kind: VictimKind,
    types: readonly string[],
    before: readonly One[],
    after: readonly One[],
  ) => {
    const oids = oidsOf(after);
    const names = new Set(after.map(({ object }) => object));
    for (const { oid, object } of before) {
      if (!oids.has(oid) && !names.has(object))
        add(types, { kind, oid, object, table: null, outlived: false });
    }
  };

  parts('policy', 'policy', base.policies, head.policies, contentOfPolicy, () => []);
  parts(
    'trigger',
    'trigger',
    base.triggers,
    head.triggers,
    ({ name }) => name,
    () => [],
  );
  parts(
    'constraint',
    'table constraint',
    base.constraints.filter(({ kind }) => kind !== 'not-null'),
    head.constraints,
    ({ kind, definition }) => `${kind} ${definition}`,
    ({ columns }) => columns,
  );
  parts(
    'index',
    'index',
    base.indexes.filter(({ constraint }) => constraint === null),
    head.indexes,
    ({ columns, unique, partial }) => JSON.stringify([unique, partial, columns]),
    ({ columns }) => columns,
  );
  const views = (catalog: Catalog) =>
    catalog.tables.filter(
      ({ kind, extension }) => extension === null && (kind === 'view' || kind === 'materialized-view'),
    );
  alone('view', ['view', 'materialized view'], views(base), views(head));
  alone(
    'function',
    ['function', 'procedure', 'aggregate'],
    base.functions.filter(({ extension }) => extension === null),
    head.functions,
  );
  alone(
    'type',
    ['type'],
    base.types.filter(({ extension }) => extension === null),
    head.types,
  );

  for (const { oid, number, object, table, default: value } of base.columns) {
    const now = columnsNow.get(`${oid}.${number}`);
    if (value === null || now === undefined || now.default !== null || now.identity !== null) continue;
    lost.set(`default ${object}`, { kind: 'default', oid, object, table, outlived: false });
  }
  return lost;
}

/** Under another name the same policy is the same: it was renamed by drop and create. */
function contentOfPolicy(policy: Catalog['policies'][number]): string {
  const { permissive, command, roles, using, withCheck } = policy;
  return JSON.stringify([permissive, command, roles, using, withCheck]);
}

/** A partition loses what its parent loses; that is said once. */
function inheritsFrom(
  base: Catalog,
  kind: VictimKind,
  table: string | null,
  victims: readonly Victim[],
): boolean {
  const parents = base.tables.find(({ object }) => object === table)?.parents ?? [];
  return parents.some((parent) => victims.some((victim) => victim.kind === kind && victim.table === parent));
}
