/** cascade-dropped: something no statement named went with a drop, and others miss it. */
import { cascadeVictims, type Victim, type VictimKind } from './cascade-victims.ts';
import { at, byCause } from './cause.ts';
import { closedTables, thosePast } from './reach.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { count, listed } from './wording.ts';

export const cascadeDropped: ChangeRule = {
  meta: {
    id: 'cascade-dropped',
    title: 'A drop took along what it did not name',
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A statement dropped one thing, and with it went a policy, view, constraint, trigger, function, default or type of something else: by CASCADE, or silently, as DROP COLUMN takes along a unique constraint or an index of several columns. One finding per statement lists all of it.',
    effect:
      'Whoever reviews the SQL does not see it: rows that nobody may read any more, references nobody checks, views and sign-up triggers that are gone.',
    remedy:
      'Drop each dependent object by name, so that the review sees it, and create again in the same migration what should stay.',
    silentWhen:
      'What went is part of the dropped table itself (its indexes, sequences, policies, constraints, types), is an index or constraint on the dropped column alone, stands again at head under its name or with the same definition, or was made by the same pull request. Tables and columns have rules of their own.',
  },
  scope: 'change',
  check: (evidence) => byCause(cascadeVictims(evidence)).map((group) => findingOf(group, evidence)),
};

/** What each loss means for people, worst first. */
const meanings: Readonly<Record<VictimKind, string>> = {
  policy: 'Policies that are gone let nobody in and hold nothing back.',
  constraint: 'References and values are no longer checked.',
  trigger: 'What a trigger did on each row is no longer done.',
  view: 'What reads a view that is gone fails.',
  function: 'What calls a function that is gone fails.',
  default: 'New rows no longer get a default.',
  type: 'What names a type that is gone fails.',
  index: 'Queries that leaned on an index get slow.',
};
const kinds = Object.keys(meanings) as readonly VictimKind[];

function findingOf(group: readonly Victim[], { head }: Evidence): Finding {
  const [first] = group;
  if (first === undefined) throw new Error('a group of dropped objects is never empty');
  const objects = group.map(({ object }) => object);
  const present = kinds.filter((kind) => group.some((victim) => victim.kind === kind));
  const counted = present.map((kind) => count(group.filter((victim) => victim.kind === kind).length, kind));
  const roots = [...new Set(group.flatMap((victim) => victim.roots))];
  const by = roots.length === 0 ? 'A drop' : `Dropping ${listed(roots)}`;
  const names =
    group.length > 1
      ? `${listed(counted)}: ${listed(objects)}`
      : `the ${first.kind} ${first.kind === 'default' ? 'of ' : ''}${first.object}`;
  const tables = [...new Set(group.flatMap(({ table }) => table ?? []))].sort();
  const lostPolicies = group.flatMap(({ kind, table }) =>
    kind === 'policy' && table !== null ? [table] : [],
  );
  const closed = head === null ? [] : closedTables(head.catalog, lostPolicies);
  return {
    object: first.object,
    ...at(first.place),
    title: `${by} takes along ${names}`,
    detail: [
      `No statement names ${group.length > 1 ? 'them' : 'it'}.`,
      ...present.map((kind) => meanings[kind]),
      ...(closed.length > 0
        ? [
            `No policy is left on ${listed(closed)}: only ${thosePast(head?.platform ?? 'supabase')} can reach it.`,
          ]
        : []),
    ].join(' '),
    remedy: `Drop ${group.length > 1 ? 'each of them' : 'it'} by name first, so that the review sees it, and create again what should stay.`,
    fix: null,
    evidence: {
      dropped: roots.slice(0, 50),
      objects,
      lost: group.map(({ kind, object }) => ({ kind, object })),
      ...(tables.length > 0 ? { tables } : {}),
    },
  };
}
