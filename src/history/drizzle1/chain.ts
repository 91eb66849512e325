/** The chain of snapshots in Drizzle 1.0's folders: each names its parents, and drizzle-kit builds on what comes out. */
import type { HistoryProblem } from '../history.ts';
import { type ModelledKind, modelledChange, type Snapshotted } from '../modelled.ts';
import { decode } from '../sql-files.ts';
import { readSqlFile } from '../statements.ts';
import { sortsAfter } from './folder-name.ts';
import { conflicts, historyOf, type Node } from './fork.ts';
import { mixedMistakes } from './formats.ts';
import type { MigrationFolder } from './migration-folders.ts';
import type { Snapshot, UnreadableSnapshot } from './snapshot.ts';

/** A problem with what tells whether another commit has the same one. */
export interface Mistake {
  readonly key: string;
  readonly problem: Omit<HistoryProblem, 'atBase'>;
}

export interface ChainRequest {
  readonly folders: readonly MigrationFolder[];
  /** Names that the pull request adds: of two that do not go together, they are the ones to change. */
  readonly isNew: (name: string) => boolean;
  /** Names by the ids of the snapshots that the base branch has. */
  readonly atBase: ReadonlyMap<string, string>;
}

export async function chainMistakes(request: ChainRequest): Promise<readonly Mistake[]> {
  const { folders } = request;
  const nodes: Node[] = folders.flatMap((folder) =>
    isRead(folder.snapshot) ? { folder, snapshot: folder.snapshot } : [],
  );
  const lost = lostMistakes(request);
  const unreadable = folders.flatMap((folder) => unreadableMistake(folder) ?? []);
  // Who only writes SQL by hand and runs the migrator needs no snapshots.
  if (nodes.length === 0) return [...lost, ...unreadable];
  const byId = new Map(nodes.map((node) => [node.snapshot.id, node]));
  const twins = nodes.flatMap((node) => twinMistake(byId, node, request) ?? []);
  const dangling = nodes.flatMap((node) => danglingMistake(byId, node, request) ?? []);
  const roots = rootMistakes(nodes, request);
  const mixed = mixedMistakes(nodes, request.isNew);
  const isWhole = [lost, unreadable, twins, dangling, roots, mixed].every(({ length }) => length === 0);
  const isLost = new Set(lost.map(({ problem }) => problem.object));
  return [
    ...lost,
    ...unreadable,
    ...(await missingMistakes(folders, nodes)).filter(({ problem }) => !isLost.has(problem.object)),
    ...twins,
    // A snapshot that cannot be read has an id too, which is then nobody's.
    ...(unreadable.length === 0 ? dangling : []),
    ...roots,
    ...mixed,
    ...nodes.flatMap((node) => orderMistakes(byId, node)),
    ...(isWhole ? conflictMistakes(byId, request) : []),
  ];
}

export function isRead(snapshot: Snapshot | UnreadableSnapshot | null): snapshot is Snapshot {
  return snapshot !== null && !('unreadable' in snapshot);
}

function unreadableMistake({ name, snapshot, snapshotFile }: MigrationFolder): Mistake | null {
  if (snapshot === null || isRead(snapshot)) return null;
  const { unreadable: why, line, column } = snapshot;
  const place = line === null ? '' : ` (line ${line}, column ${column})`;
  return {
    key: `unreadable ${name}`,
    problem: {
      kind: 'journal-broken',
      object: snapshotFile,
      file: snapshotFile,
      line,
      what: `${snapshotFile} cannot be read: ${why}${place}; drizzle-kit stops at it`,
      remedy: why.startsWith('merge conflict')
        ? `Take the base branch's ${snapshotFile} if it has one; else delete the folder ${name}, merge the base branch, and run \`drizzle-kit generate\` again.`
        : `Restore ${snapshotFile} from git; if it was never whole, delete the folder ${name} and run \`drizzle-kit generate\` again.`,
      evidence: { line, column },
    },
  };
}

/** SQL without a snapshot, where drizzle-kit has to know what it did. */
async function missingMistakes(
  folders: readonly MigrationFolder[],
  nodes: readonly Node[],
): Promise<readonly Mistake[]> {
  const known: Snapshotted = {
    names: new Set(nodes.flatMap(({ snapshot }) => snapshot.names)),
    kinds: new Set<ModelledKind>(nodes.flatMap(({ snapshot }) => snapshot.kinds)),
  };
  const mistakes: Mistake[] = [];
  for (const { name, sql, snapshot } of folders) {
    if (sql === null || snapshot !== null) continue;
    const text = decode(sql.file, sql.bytes, false);
    const change = modelledChange(await readSqlFile(sql.file, text, { breakpoints: true }), known);
    if (change === null) continue;
    mistakes.push({
      key: `missing ${name}`,
      problem: {
        kind: 'snapshot-chain-broken',
        object: name,
        file: sql.file,
        line: change.statement.line,
        what: `${name} has no snapshot.json and changes the ${change.kind} ${change.object}; drizzle-kit does not know of it: \`drizzle-kit generate\` writes the same change once more as soon as the Drizzle schema has it, and the deploy stops there`,
        remedy: `Make the change in the Drizzle schema, delete the folder ${name}, run \`drizzle-kit generate\`, and put your SQL in the place of what it writes.`,
        evidence: { gap: 'missing', statement: change.statement.sql.slice(0, 200) },
      },
    });
  }
  return mistakes;
}

function twinMistake(
  byId: ReadonlyMap<string, Node>,
  { folder, snapshot }: Node,
  { isNew }: ChainRequest,
): Mistake | null {
  const other = byId.get(snapshot.id)?.folder;
  if (other === undefined || other === folder) return null;
  const [copy, first] = isNew(folder.name) || !isNew(other.name) ? [folder, other] : [other, folder];
  return {
    key: `twins ${copy.name} ${first.name}`,
    problem: {
      kind: 'snapshot-chain-broken',
      title: `${copy.name} has the snapshot of ${first.name}`,
      object: copy.name,
      file: copy.snapshotFile,
      line: null,
      what: `the snapshots of ${copy.name} and ${first.name} have one id, ${snapshot.id}; drizzle-kit sees only one of them`,
      remedy: `Delete the folder ${copy.name} and make it anew with \`drizzle-kit generate\` (\`--custom\` for SQL of your own) instead of copying one.`,
      evidence: { id: snapshot.id },
    },
  };
}

/** The SQL of base is there, and its snapshot is not. */
function lostMistakes({ folders, atBase }: ChainRequest): readonly Mistake[] {
  const names = new Set(atBase.values());
  return folders
    .filter(({ name, sql, snapshot }) => sql !== null && snapshot === null && names.has(name))
    .map(({ name, sql, snapshotFile }) => ({
      key: `lost ${name}`,
      problem: {
        kind: 'snapshot-chain-broken',
        title: `${name} has lost its snapshot`,
        object: name,
        file: sql?.file ?? snapshotFile,
        line: null,
        what: `${snapshotFile} of the base branch is gone; drizzle-kit cannot tell what the schema was there, and stops at whatever builds on it`,
        remedy: `Put ${snapshotFile} back as it is on the base branch.`,
        evidence: { gap: 'lost' },
      },
    }));
}

function danglingMistake(
  byId: ReadonlyMap<string, Node>,
  { folder: { name, snapshotFile }, snapshot }: Node,
  { atBase }: ChainRequest,
): Mistake | null {
  const parent = snapshot.parents.find((id) => !byId.has(id));
  // What base has and head has not is told where it is gone.
  if (parent === undefined || atBase.has(parent)) return null;
  return {
    key: `dangling ${name} ${parent}`,
    problem: {
      kind: 'snapshot-chain-broken',
      object: name,
      file: snapshotFile,
      line: null,
      what: `${name} builds on the snapshot ${parent}, which no folder has; drizzle-kit cannot tell what stands before it, and stops`,
      remedy: `Commit the folder it was generated on if one is missing; else delete ${name}, merge the base branch, and run \`drizzle-kit generate\` again.`,
      evidence: { gap: 'dangling', parent },
    },
  };
}

/** A history has one first migration, and that one is whole. */
function rootMistakes(nodes: readonly Node[], { isNew }: ChainRequest): readonly Mistake[] {
  const roots = nodes.filter(({ snapshot }) => snapshot.parents.length === 0);
  const [first, ...others] = roots.toSorted(
    (one, other) => Number(isNew(one.folder.name)) - Number(isNew(other.folder.name)),
  );
  if (first === undefined) return [];
  const common = { kind: 'snapshot-chain-broken' as const, line: null, evidence: {} };
  const unfounded = first.snapshot.shape === 'diff' ? [first] : [];
  return [
    ...unfounded.map(({ folder: { name, snapshotFile } }) => ({
      key: `unfounded ${name}`,
      problem: {
        ...common,
        title: `${name} builds on no first migration`,
        object: name,
        file: snapshotFile,
        what: `the snapshot of ${name} says what it changes and not on what; drizzle-kit stops, since no first snapshot is there`,
        remedy: `Restore the first migration's folder from git.`,
      },
    })),
    ...others.map(({ folder: { name, snapshotFile } }) => ({
      key: `root ${name}`,
      problem: {
        ...common,
        title: `${name} is a second first migration`,
        object: name,
        file: snapshotFile,
        what: `${name} was generated as a first migration, and ${first.folder.name} is one already; drizzle-kit stops at two, and the SQL makes again what is there`,
        remedy: `Delete the folder ${name} and run \`drizzle-kit generate\` with the migrations of the base branch in place.`,
      },
    })),
  ];
}

function orderMistakes(
  byId: ReadonlyMap<string, Node>,
  { folder: { name, snapshotFile }, snapshot }: Node,
): readonly Mistake[] {
  const parent = snapshot.parents
    .flatMap((id) => byId.get(id)?.folder ?? [])
    .find((before) => before.name !== name && !sortsAfter(name, before.name));
  if (parent === undefined) return [];
  return [
    {
      key: `order ${name} ${parent.name}`,
      problem: {
        kind: 'snapshot-chain-broken',
        title: `${name} sorts before ${parent.name}, on which it builds`,
        object: name,
        file: snapshotFile,
        line: null,
        what: `${name} builds on ${parent.name} and sorts before it, so that one deploy of both runs it first; drizzle-kit stops at such a folder`,
        remedy: `Rename the folder ${name}, as long as no database has run it, so that it sorts after ${parent.name}.`,
        evidence: { parent: parent.name },
      },
    },
  ];
}

function conflictMistakes(byId: ReadonlyMap<string, Node>, { isNew }: ChainRequest): readonly Mistake[] {
  const found = conflicts(byId).map(({ sides: [one, other] }) => {
    const [own, theirs] = isNew(other.leaf.name) && !isNew(one.leaf.name) ? [other, one] : [one, other];
    return {
      key: `conflict ${[own.folder.name, theirs.folder.name].sort().join(' ')}`,
      problem: {
        kind: 'snapshot-chain-broken' as const,
        title: `${own.folder.name} conflicts with ${theirs.folder.name}`,
        object: own.folder.name,
        file: own.folder.snapshotFile,
        line: null,
        what: `${own.folder.name} (${own.what}) and ${theirs.folder.name} (${theirs.what}) conflict: neither branch knows of the other, and drizzle-kit refuses to migrate or generate on both`,
        remedy: remedyOf(byId, own.leaf, theirs.leaf, isNew),
        evidence: { [own.folder.name]: own.what, [theirs.folder.name]: theirs.what },
      },
    };
  });
  // Three branches that meet in one place are two conflicts with the first.
  return [...new Map(found.map((mistake) => [mistake.key, mistake])).values()];
}

function remedyOf(
  byId: ReadonlyMap<string, Node>,
  own: MigrationFolder,
  theirs: MigrationFolder,
  isNew: (name: string) => boolean,
): string {
  const historyOfLeaf = ({ snapshot }: MigrationFolder) =>
    isRead(snapshot) ? historyOf(byId, snapshot.id) : new Set<string>();
  const kept = historyOfLeaf(theirs);
  const names = [...historyOfLeaf(own)]
    .filter((id) => !kept.has(id))
    .flatMap((id) => byId.get(id)?.folder.name ?? [])
    .filter(isNew)
    .sort();
  const folders = names.length === 0 ? own.name : names.join(', ');
  const again = `Delete ${folders}, merge the base branch, and run \`drizzle-kit generate\` again.`;
  if (isNew(theirs.name)) return again;
  return `${again} \`generate --fix-conflicts\` would delete ${theirs.name} too, which production may have run.`;
}
