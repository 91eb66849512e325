/** Where the migrated database is not what the schema declares, and whether it was so before the pull request. */
import type { Catalog } from '../catalog/catalog.ts';
import { type DeclaredDifference, declaredDifferences } from '../catalog/declared.ts';
import type { HistoryProblem } from '../history/history.ts';
import type { Evidence } from './rule.ts';

export interface Apart extends DeclaredDifference {
  /** Production has it already. */
  readonly standing: boolean;
}

/** Empty where nothing was compared, or where what is missing may only not have been tried. */
export function apart({ declared, base, head, replay, history }: Evidence): readonly Apart[] {
  if (declared === null || base === null || head === null || replay === null) return [];
  if (history.problems.some(isWhy)) return [];
  if (replay.failed !== null || (replay.headRls?.failed ?? null) !== null) return [];
  const before =
    declared.base === null ? null : new Set(declaredDifferences(declared.base, base.catalog).map(keyOf));
  const nameAtBase = namesAtBase(base.catalog, head.catalog);
  const tables = new Set(base.catalog.tables.map(({ object }) => object));
  const found = declaredDifferences(declared.head, head.catalog).map((difference) => {
    const then = {
      ...difference,
      object: nameAtBase(difference.object, difference.of),
      of: nameAtBase(difference.of, difference.of),
    };
    // Where nobody knows what base's schema said, only what hangs on a new table is surely new.
    return { ...difference, standing: before === null ? tables.has(then.of) : before.has(keyOf(then)) };
  });
  const left = [...replay.new, ...(replay.headRls?.files ?? [])].some(({ statements }) =>
    statements.some(({ outcome }) => outcome === 'not-executed'),
  );
  return found
    .filter(({ actual }) => !left || actual !== null)
    .filter(({ standing }) => replay.gaps.length === 0 || (before !== null && !standing));
}

const whys: readonly HistoryProblem['kind'][] = [
  'migration-skipped',
  'migration-edited',
  'migration-removed',
  'migration-unlisted',
];

/** SQL of this pull request that will not run: what the database lacks for it has been told. */
function isWhy({ kind, atBase }: HistoryProblem): boolean {
  return !atBase && whys.includes(kind);
}

function keyOf({ kind, object, declared, actual }: DeclaredDifference): string {
  return JSON.stringify([kind, object, actual === null ? null : Object.keys(declared)]);
}

/** A table that was renamed has brought its differences along. */
function namesAtBase(base: Catalog, head: Catalog): (object: string, table: string) => string {
  const before = new Map(base.tables.map(({ oid, object }) => [oid, object]));
  const names = new Map(head.tables.map(({ oid, object }) => [object, before.get(oid)]));
  return (object, table) => {
    const then = names.get(table);
    return then === undefined ? object : `${then}${object.slice(table.length)}`;
  };
}
