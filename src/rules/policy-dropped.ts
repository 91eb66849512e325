/** policy-dropped: a policy that existed is gone from a table that is still there. */
import type { PolicyObject } from '../catalog/catalog.ts';
import { identifier } from '../database/quoting.ts';
import type { Place } from '../replay/record.ts';
import { cascadeVictims } from './cascade-victims.ts';
import { at, byCause } from './cause.ts';
import { droppedAs, oidsOf } from './gone.ts';
import { createPolicy } from './policy-sql.ts';
import { closedTables, thosePast } from './reach.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { count, listed } from './wording.ts';

export const policyDropped: ChangeRule = {
  meta: {
    id: 'policy-dropped',
    title: 'A policy that existed is gone',
    category: 'access',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A policy of the base state is no longer there at head: neither under its oid, nor under its name on the same table, nor with the same definition under another name.',
    effect:
      'Without a permissive policy people lose the rows it let them reach, without an error. Without a restrictive one they reach rows it held back.',
    remedy: 'Create the policy again, or say in a waiver why it is not needed any more.',
    silentWhen:
      'Its table is dropped, the policy was renamed, or it was dropped and created again (as `rls.sql` does). A policy that went by CASCADE with something else is listed by `cascade-dropped`.',
  },
  scope: 'change',
  check: (evidence) => byCause(gonePolicies(evidence)).map((group) => findingOf(group, evidence)),
};

interface GonePolicy {
  readonly object: string;
  readonly place: Place | null;
  readonly policy: PolicyObject;
  /** The table's name at head. */
  readonly table: string;
}

function gonePolicies(evidence: Evidence): readonly GonePolicy[] {
  const { base, head, replay } = evidence;
  if (base === null || head === null) return [];
  const kept = oidsOf(head.catalog.policies);
  const oids = new Map(base.catalog.tables.map(({ object, oid }) => [object, oid]));
  const names = new Map(head.catalog.tables.map(({ object, oid }) => [oid, object]));
  const byCascade = new Set(
    cascadeVictims(evidence).flatMap(({ kind, oid }) => (kind === 'policy' ? [oid] : [])),
  );
  return base.catalog.policies.flatMap((policy) => {
    const table = names.get(oids.get(policy.table) ?? -1);
    if (table === undefined || kept.has(policy.oid) || byCascade.has(policy.oid)) return [];
    const still = head.catalog.policies.some(
      (other) => other.table === table && (other.name === policy.name || content(other) === content(policy)),
    );
    if (still) return [];
    const place = droppedAs(replay, ['policy'], policy.oid, 0)?.place ?? null;
    return [{ object: policy.object, place, policy, table }];
  });
}

function content({ permissive, command, roles, using, withCheck }: PolicyObject): string {
  return JSON.stringify([permissive, command, roles, using, withCheck]);
}

function findingOf(group: readonly GonePolicy[], { head }: Evidence): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group of policies is never empty');
  const objects = group.map(({ object }) => object);
  const tables = [...new Set(group.map(({ table }) => table))];
  const closed = head === null ? [] : closedTables(head.catalog, tables);
  const restrictive = group.some(({ policy }) => !policy.permissive);
  const names = group.map(({ policy, table }) => `${identifier(policy.name)} on ${table}`);
  const effects = [
    restrictive
      ? 'Rows a restrictive policy held back can be reached now.'
      : `${listed([...new Set(group.flatMap(({ policy }) => policy.roles))].map(roleWords))} can no longer ${listed([...new Set(group.map(({ policy }) => verbs[policy.command]))])} the rows it let them reach, and get no error.`,
    closed.length > 0
      ? `No policy is left on ${listed(closed)}: only ${thosePast(head?.platform ?? 'supabase')} can reach it.`
      : '',
  ];
  return {
    object: first.object,
    ...at(first.place),
    title:
      group.length > 4
        ? `${count(group.length, 'policy')} are dropped: ${listed(names)}`
        : `The ${group.length === 1 ? 'policy' : 'policies'} ${listed(names)} ${group.length === 1 ? 'is' : 'are'} dropped`,
    detail: effects.filter((effect) => effect !== '').join(' '),
    remedy:
      'Create it again, in the migration or in `rls.sql`, unless nobody should reach these rows any more.',
    fix: group.map(({ policy, table }) => createPolicy(policy, table)).join('\n'),
    evidence: {
      table: first.table,
      ...(group.length > 1 ? { objects, tables } : {}),
      command: first.policy.command,
      roles: first.policy.roles,
    },
  };
}

const verbs: Readonly<Record<PolicyObject['command'], string>> = {
  all: 'use',
  select: 'read',
  insert: 'insert',
  update: 'change',
  delete: 'delete',
};

function roleWords(role: string): string {
  return role === 'public' ? 'People of every role' : role;
}
