/** Branches of the history that were never joined, and whether they touch the same thing: what drizzle-kit calls a conflict. */
import type { MigrationFolder } from './migration-folders.ts';
import type { Footprint, Snapshot } from './snapshot.ts';

export interface Node {
  readonly folder: MigrationFolder;
  readonly snapshot: Snapshot;
}

/** Two migrations on branches that do not know of each other. */
export interface Conflict {
  /** `what`: `drops column public.todo.title`. */
  readonly sides: readonly [ConflictSide, ConflictSide];
}

interface ConflictSide {
  readonly folder: MigrationFolder;
  readonly what: string;
  /** The last migration of its branch. */
  readonly leaf: MigrationFolder;
}

/** One for each pair of branches that conflict. A fork whose branches touch different things is fine. */
export function conflicts(nodes: ReadonlyMap<string, Node>): readonly Conflict[] {
  const parents = new Set([...nodes.values()].flatMap(({ snapshot }) => snapshot.parents));
  const leaves = [...nodes.keys()].filter((id) => !parents.has(id));
  const pairs = leaves.flatMap((one, index) => leaves.slice(index + 1).map((other) => [one, other] as const));
  return pairs.flatMap(([one, other]) => conflictOf(nodes, one, other) ?? []);
}

function conflictOf(nodes: ReadonlyMap<string, Node>, one: string, other: string): Conflict | null {
  const [historyOfOne, historyOfOther] = [historyOf(nodes, one), historyOf(nodes, other)];
  const shared = new Set([...historyOfOne].filter((id) => historyOfOther.has(id)));
  const branch = (history: ReadonlySet<string>) =>
    [...nodes].flatMap(([id, node]) => (history.has(id) && !shared.has(id) ? node : []));
  const branches = [branch(historyOfOne), branch(historyOfOther)] as const;
  const shapes = new Set(branches.flat().map(({ snapshot }) => snapshot.shape));
  const meeting = shapes.has('whole')
    ? meetingOfWholes(nodes, branches)
    : (meetingOf(branches[0], branches[1]) ?? reverse(meetingOf(branches[1], branches[0])));
  const [leafOfOne, leafOfOther] = [nodes.get(one)?.folder, nodes.get(other)?.folder];
  if (meeting === null || leafOfOne === undefined || leafOfOther === undefined) return null;
  return {
    sides: [
      { ...meeting[0], leaf: leafOfOne },
      { ...meeting[1], leaf: leafOfOther },
    ],
  };
}

export function historyOf(nodes: ReadonlyMap<string, Node>, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = nodes.get(next);
    if (node === undefined || found.has(next)) continue;
    found.add(next);
    open.push(...node.snapshot.parents);
  }
  return found;
}

type Side = Omit<ConflictSide, 'leaf'>;

/** What `from` writes and `to` writes or reads, unless both make the same change. */
function meetingOf(from: readonly Node[], to: readonly Node[]): readonly [Side, Side] | null {
  const touching = new Map<string, { folder: MigrationFolder; footprint: Footprint }[]>();
  for (const { folder, snapshot } of to) {
    for (const footprint of snapshot.footprints) {
      for (const place of [...footprint.writes, ...footprint.reads]) {
        const others = touching.get(place);
        if (others === undefined) touching.set(place, [{ folder, footprint }]);
        else others.push({ folder, footprint });
      }
    }
  }
  for (const { folder, snapshot } of from) {
    for (const footprint of snapshot.footprints) {
      for (const place of [...footprint.writes, ...footprint.sharedWrites]) {
        const other = touching.get(place)?.findLast((each) => !isSameChange(each.footprint, footprint));
        if (other === undefined) continue;
        return [
          { folder, what: wordsOf(footprint) },
          { folder: other.folder, what: wordsOf(other.footprint) },
        ];
      }
    }
  }
  return null;
}

function isSameChange(one: Footprint, other: Footprint): boolean {
  return one.sqlHash !== null && one.type === other.type && one.sqlHash === other.sqlHash;
}

/** `alter_column` of `['column', 'public', 'todo', 'title']`: alter column public.todo.title. */
function wordsOf({ type, target }: Footprint): string {
  return `${type.replaceAll('_', ' ')} ${target.slice(1).join('.')}`;
}

function reverse(meeting: readonly [Side, Side] | null): readonly [Side, Side] | null {
  return meeting === null ? null : [meeting[1], meeting[0]];
}

/** Snapshots without footprints: what each branch has otherwise than the one before. */
function meetingOfWholes(
  nodes: ReadonlyMap<string, Node>,
  [one, other]: readonly [readonly Node[], readonly Node[]],
): readonly [Side, Side] | null {
  const [left, right] = [entityChanges(nodes, one), entityChanges(nodes, other)];
  for (const [key, { folder, verb }] of left) {
    const meets = [...right].find(
      ([otherKey, otherChange]) =>
        otherKey === key ||
        (verb === 'drop' && isInside(otherKey, key)) ||
        (otherChange.verb === 'drop' && isInside(key, otherKey)),
    );
    if (meets === undefined) continue;
    const [otherKey, otherChange] = meets;
    return [
      { folder, what: `${verb} ${wordsOfKey(key)}` },
      { folder: otherChange.folder, what: `${otherChange.verb} ${wordsOfKey(otherKey)}` },
    ];
  }
  return null;
}

interface EntityChange {
  readonly folder: MigrationFolder;
  readonly verb: 'add' | 'alter' | 'drop';
}

/** Each entity that a migration of the branch has otherwise than its first parent has it. */
function entityChanges(
  nodes: ReadonlyMap<string, Node>,
  branch: readonly Node[],
): ReadonlyMap<string, EntityChange> {
  const changes = new Map<string, EntityChange>();
  for (const { folder, snapshot } of branch) {
    const before = nodes.get(snapshot.parents[0] ?? '')?.snapshot.entities() ?? new Map<string, string>();
    const after = snapshot.entities();
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(key) === after.get(key)) continue;
      const verb = !after.has(key) ? 'drop' : before.has(key) ? 'alter' : 'add';
      changes.set(key, { folder, verb });
    }
  }
  return changes;
}

/** `columns public.todo.title` is inside `tables public.todo`. */
function isInside(part: string, whole: string): boolean {
  return whole.startsWith('tables ') && part.slice(part.indexOf(' ') + 1).startsWith(`${whole.slice(7)}.`);
}

/** `indexes public.todo.by_title`: index public.todo.by_title. */
function wordsOfKey(key: string): string {
  const [entityType = '', name = ''] = key.split(' ');
  const words: Readonly<Record<string, string>> = { indexes: 'index', policies: 'policy' };
  return `${words[entityType] ?? entityType.replace(/s$/, '')} ${name}`;
}
