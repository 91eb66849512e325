/** Runs every rule over the evidence, and says of each finding whether the pull request introduces it. */

import type { Catalog } from '../catalog/catalog.ts';
import { byCodeUnit } from '../catalog/order.ts';
import { gapsAtBase, neededFromBase } from '../replay/needed-from-base.ts';
import type { Evidence, Finding, Rule, RuleMeta, StateRule } from './rule.ts';

export interface Found {
  readonly rule: RuleMeta;
  readonly finding: Finding;
  readonly introduced: boolean;
}

/** In the order of the rules, then of the objects. */
export function runRules(rules: readonly Rule[], evidence: Evidence): Found[] {
  const found = rules.flatMap((rule) => {
    const ofRule = rule.scope === 'state' ? checkStates(rule, evidence) : checkChanges(rule, evidence);
    return ofRule.toSorted(
      (one, other) =>
        byCodeUnit(one.finding.object, other.finding.object) ||
        byCodeUnit(one.finding.file ?? '', other.finding.file ?? '') ||
        (one.finding.line ?? 0) - (other.finding.line ?? 0),
    );
  });
  return withoutBlunter(found);
}

function checkStates(rule: StateRule, evidence: Evidence): Found[] {
  const { base, head } = evidence;
  if (head === null) return [];
  const before = new Set(base === null ? [] : rule.check(base).map(({ object }) => object));
  const nameAtBase = base === null ? (object: string) => object : oldNames(base.catalog, head.catalog);
  const found = rule.check(head).map((finding) => ({
    rule: rule.meta,
    finding,
    introduced: !before.has(nameAtBase(finding.object) ?? ''),
  }));
  return isHalfProtected(evidence) ? found.filter(({ introduced }) => !introduced) : found;
}

/** What a new statement of `rls.sql` would have protected is unknown when it failed for want of base's objects. */
function isHalfProtected({ replay, history }: Evidence): boolean {
  const failed = replay?.headRls?.failed ?? null;
  if (replay === null || failed === null || neededFromBase(failed, gapsAtBase(replay)) === null) return false;
  return !history.rls.base.some(({ statements }) => statements.some(({ sql }) => sql === failed.sql));
}

function checkChanges(rule: Exclude<Rule, StateRule>, evidence: Evidence): Found[] {
  return rule.check(evidence).map(({ standing, ...finding }) => ({
    rule: rule.meta,
    finding,
    introduced: standing !== true,
  }));
}

/**
 * A table that was only renamed has brought its faults along, and its old name is free: what now stands under that is
 * new, and has nothing at base.
 */
function oldNames(base: Catalog, head: Catalog): (object: string) => string | undefined {
  const before = new Map(base.tables.map(({ oid, object }) => [oid, object]));
  const oids = new Map(head.tables.map(({ oid, object }) => [object, oid]));
  const taken = new Set(head.tables.flatMap(({ oid }) => before.get(oid) ?? []));
  return (object) => {
    const oid = oids.get(object);
    if (oid === undefined) return object;
    return before.get(oid) ?? (taken.has(object) ? undefined : object);
  };
}

/** The blunter rule says of a table, or of a migration, only what the sharper one has said already. */
const sharper: readonly { readonly blunt: string; readonly sharp: string }[] = [
  // A folder of Drizzle 1.0 whose name tells no time fails at its row.
  { blunt: 'migration-failed', sharp: 'journal-broken' },
  { blunt: 'policy-without-rls', sharp: 'rls-disabled' },
  { blunt: 'rls-without-policy', sharp: 'cascade-dropped' },
  { blunt: 'rls-without-policy', sharp: 'policy-dropped' },
  { blunt: 'table-without-rls', sharp: 'rls-disabled' },
];

function withoutBlunter(found: readonly Found[]): Found[] {
  const said = new Set(
    found
      .filter(({ introduced }) => introduced)
      .flatMap(({ rule, finding }) => tablesOf(finding).map((table) => `${rule.id} ${table}`)),
  );
  return found.filter(
    ({ rule, finding }) =>
      !sharper.some(({ blunt, sharp }) => blunt === rule.id && said.has(`${sharp} ${finding.object}`)),
  );
}

/** The object itself and, as the rules note in their evidence, the tables it belongs to. */
function tablesOf({ object, evidence }: Finding): string[] {
  const tables = Array.isArray(evidence.tables) ? evidence.tables : [evidence.table];
  return [object, ...tables.filter((table) => typeof table === 'string')];
}
