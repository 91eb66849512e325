/** Pure: two catalog snapshots of one server in, the changes between them out. */

import type { Catalog, Grant } from './catalog.ts';
import type { Change } from './change.ts';
import { type Comparable, comparables } from './comparable.ts';
import { byCodeUnit } from './order.ts';

interface Pair {
  readonly before: Comparable;
  readonly after: Comparable;
}

type Facts = Readonly<Record<string, unknown>>;

/** Sorted by object, then kind. Nothing is said of what looks different only because something else was renamed. */
export function compareCatalogs(before: Catalog, after: Catalog): readonly Change[] {
  const old = comparables(before);
  const now = comparables(after);
  const pairs = pair(old, now);
  const kept = new Set(pairs.flatMap((one) => [one.before, one.after]));
  const gone = old.filter((one) => !kept.has(one));
  const born = now.filter((one) => !kept.has(one));
  const goneIds = new Set(gone.map((one) => one.id));
  const bornIds = new Set(born.map((one) => one.id));
  const schemaNow = new Map(
    pairs
      .filter((one) => one.before.kind === 'schema')
      .map((one) => [one.before.name, one.after.name] as const),
  );

  const altered = new Map(
    pairs.map((one) => [one.after.id, [...alterations(one, schemaNow), ...regrants(one)]] as const),
  );
  const saidOfParent = (one: Comparable) => one.copyOf !== null && (altered.get(one.copyOf) ?? []).length > 0;

  const changes: Change[] = [
    ...gone
      .filter((one) => !one.goesWith.some((id) => goneIds.has(id)))
      .map((one) => change('removed', one, whole(one), null)),
    ...born
      .filter((one) => !one.comesWith.some((id) => bornIds.has(id)))
      .map((one) => change('added', one, null, whole(one))),
    ...pairs.flatMap(({ after: one }) => (saidOfParent(one) ? [] : (altered.get(one.id) ?? []))),
  ];
  return changes.sort(
    (one, other) =>
      byCodeUnit(one.object, other.object) ||
      byCodeUnit(one.kind, other.kind) ||
      // Dropped and made again reads in that order.
      byCodeUnit(other.change, one.change),
  );
}

/** By identity; what is left by name, if it holds nothing that dropping it has lost. */
function pair(old: readonly Comparable[], now: readonly Comparable[]): readonly Pair[] {
  const nowById = new Map(now.map((one) => [one.id, one]));
  const oldIds = new Set(old.map((one) => one.id));
  const nowByName = new Map(
    now
      .filter((one) => one.replaceable && !oldIds.has(one.id))
      .map((one) => [nameKey(one, one.table?.id ?? null), one]),
  );
  const pairs: Pair[] = [];
  // A view made again has another id, and its triggers are looked for on that one. Tables come before their parts.
  const successors = new Map<string, string>();
  for (const before of old) {
    const table = before.table === null ? null : (successors.get(before.table.id) ?? before.table.id);
    const after =
      nowById.get(before.id) ?? (before.replaceable ? nowByName.get(nameKey(before, table)) : undefined);
    if (after === undefined) continue;
    pairs.push({ before, after });
    successors.set(before.id, after.id);
  }
  return pairs;
}

function nameKey(one: Comparable, tableId: string | null): string {
  return JSON.stringify(tableId === null ? [one.kind, one.object] : [one.kind, tableId, one.name]);
}

function alterations({ before, after }: Pair, schemaNow: ReadonlyMap<string, string>): readonly Change[] {
  const expectedSchema = before.schema === null ? null : (schemaNow.get(before.schema) ?? before.schema);
  const renamed = before.name !== after.name || expectedSchema !== after.schema;
  const onlyNamesDiffer = before.stored !== null && before.stored === after.stored;
  const differing = differences(
    { ...before.facts, ...(onlyNamesDiffer ? {} : before.deparsed), ...ownerOf(before, after) },
    { ...after.facts, ...(onlyNamesDiffer ? {} : after.deparsed), ...ownerOf(after, before) },
  );
  if (!renamed && differing === null) return [];
  return [
    {
      ...change(
        'altered',
        after,
        { ...(renamed ? { object: before.object } : {}), ...differing?.before },
        { ...(renamed ? { object: after.object } : {}), ...differing?.after },
      ),
      renamed,
    },
  ];
}

/** What is made again belongs to who made it: only for the same object is another owner somebody's decision. */
function ownerOf(one: Comparable, other: Comparable): Facts {
  return one.owner === null || one.id !== other.id ? {} : { owner: one.owner };
}

function differences(before: Facts, after: Facts): { readonly before: Facts; readonly after: Facts } | null {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => before[name] !== after[name] && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (names.length === 0) return null;
  const only = (facts: Facts) => Object.fromEntries(names.map((name) => [name, facts[name] ?? null]));
  return { before: only(before), after: only(after) };
}

/** The object is still there, so its grants are altered: before are those it lost, after those it gained. */
function regrants({ before, after }: Pair): readonly Change[] {
  const lost = without(before.grants ?? [], after.grants ?? []);
  const gained = without(after.grants ?? [], before.grants ?? []);
  if (lost.length === 0 && gained.length === 0) return [];
  const kind = after.kind === 'default-privileges' ? after.kind : 'grant';
  return [{ ...change('altered', after, { grants: lost }, { grants: gained }), kind }];
}

function without(grants: readonly Grant[], others: readonly Grant[]): readonly Grant[] {
  const known = new Set(others.map(grantKey));
  return grants.filter((grant) => !known.has(grantKey(grant)));
}

function grantKey(grant: Grant): string {
  return JSON.stringify([grant.grantee, grant.privilege, grant.grantable]);
}

function change(how: Change['change'], one: Comparable, before: Facts | null, after: Facts | null): Change {
  return { kind: one.kind, change: how, object: one.object, before, after, renamed: false };
}

function whole(one: Comparable): Facts {
  return {
    ...(one.table === null ? {} : { table: one.table.object }),
    ...(one.schema === null ? {} : { schema: one.schema }),
    name: one.name,
    ...one.facts,
    ...one.deparsed,
    ...one.told,
    ...(one.owner === null ? {} : { owner: one.owner }),
    ...(one.grants === null ? {} : { grants: one.grants }),
  };
}
