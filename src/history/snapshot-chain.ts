/** Whether drizzle-kit 0.x's snapshots still follow the migrations: what the next `drizzle-kit generate` starts from. */
import { posix } from 'node:path';
import type { HistoryProblem } from './history.ts';
import type { Migration } from './migration.ts';
import { modelledChange } from './modelled.ts';
import { prefixOf } from './numbers.ts';
import type { Folders } from './removed.ts';
import {
  isNamedAsSnapshot,
  origin,
  type Snapshot,
  SnapshotReader,
  snapshotFiles,
  type UnreadableSnapshot,
} from './snapshots.ts';
import type { Tree, TreeEntry } from './tree.ts';

export interface ChainRequest {
  readonly trees: { readonly base: Tree; readonly head: Tree };
  readonly folders: Folders;
  /** New entries, also those that production would skip. */
  readonly fresh: readonly Migration[];
  /** The two branches gave one number away, which says more than that their snapshots have one parent. */
  readonly collides: boolean;
}

/** What is looked at: head's snapshots, and those of them that the pull request brings. */
interface Chain extends ChainRequest {
  readonly files: readonly TreeEntry[];
  readonly newFiles: readonly TreeEntry[];
  readonly read: ReadonlyMap<string, Snapshot | UnreadableSnapshot>;
  readonly reader: SnapshotReader;
}

export async function snapshotProblems(request: ChainRequest): Promise<HistoryProblem[]> {
  const { trees, folders } = request;
  const files = snapshotFiles(folders.head);
  const before = snapshotFiles(folders.base);
  const nameless = namelessProblem(folders);
  // Written by hand throughout: there is nothing that drizzle-kit would go on from.
  if (files.length === 0) return before.length === 0 ? nameless : [...nameless, goneProblem(folders, before)];
  const known = new Map([...snapshotFiles(folders.mergeBase), ...before].map((file) => [nameOf(file), file]));
  const newFiles = files.filter((file) => !known.has(nameOf(file)));
  const changed = files.filter((file) => isChanged(file, folders));
  const first = files.findIndex((file) => newFiles.includes(file));
  const reader = new SnapshotReader(trees.head);
  const read = await reader.read([
    ...files.slice(-1),
    ...newFiles,
    ...changed,
    ...files.slice(Math.max(first - 1, 0), Math.max(first, 0)),
  ]);
  const chain = { ...request, files, newFiles, read, reader };
  return [
    ...nameless,
    ...strayProblems(chain),
    ...unreadableProblems(chain),
    ...missingProblems(chain),
    ...(await parentProblems(chain)),
    ...lastProblem(chain),
    ...versionProblems(chain),
  ];
}

function nameOf({ path }: TreeEntry): string {
  return posix.basename(path);
}

/** By size: git would have to read every snapshot to tell more. */
function isChanged(file: TreeEntry, { mergeBase, base }: Folders): boolean {
  const sizes = [mergeBase, base].flatMap(({ meta = [] }) =>
    meta.flatMap((each) => (nameOf(each) === nameOf(file) ? each.size : [])),
  );
  return sizes.length > 0 && !sizes.includes(file.size);
}

function isSnapshot(read: Snapshot | UnreadableSnapshot | undefined): read is Snapshot {
  return read !== undefined && !('unreadable' in read);
}

type Gap = 'missing' | 'shared' | 'dangling' | 'last' | 'version' | 'stray' | 'gone' | 'nameless';

function problem(
  gap: Gap,
  about: { readonly object: string; readonly file: string; readonly line: number | null },
  what: string,
  remedy: string,
): HistoryProblem {
  return { kind: 'snapshot-chain-broken', ...about, atBase: false, what, remedy, evidence: { gap } };
}

/** `prefix: none` names the snapshot `_snapshot.json`, and what begins with `_` is passed over. */
function namelessProblem({ base, head }: Folders): HistoryProblem[] {
  const file = `${head.directory}/meta/_snapshot.json`;
  const isThere = (meta: readonly TreeEntry[] = []) => meta.some((each) => nameOf(each) === '_snapshot.json');
  if (!isThere(head.meta)) return [];
  const what = `with \`prefix: 'none'\` drizzle-kit names the snapshot _snapshot.json and does not find it again; each \`drizzle-kit generate\` writes the whole schema once more, on which the deploy stops`;
  const remedy = `Take another \`prefix\` in the Drizzle config, and rename ${file} to one that it finds: 0000_snapshot.json.`;
  return [
    {
      ...problem('nameless', { object: file, file, line: null }, what, remedy),
      severity: 'warning',
      atBase: isThere(base.meta),
    },
  ];
}

function goneProblem({ head }: Folders, before: readonly TreeEntry[]): HistoryProblem {
  const place = `${head.directory}/meta`;
  const file = head.journalFile;
  return problem(
    'gone',
    { object: place, file, line: null },
    `the ${before.length} snapshots of the base branch are gone from ${place}; the next \`drizzle-kit generate\` writes the whole schema once more, on which the deploy stops`,
    `Put ${place} back as it is on the base branch.`,
  );
}

/** drizzle-kit reads every file there as a snapshot. */
function strayProblems({ newFiles, folders }: Chain): HistoryProblem[] {
  return newFiles
    .filter(({ path }) => !isNamedAsSnapshot(path))
    .map(({ path }) =>
      problem(
        'stray',
        { object: path, file: path, line: null },
        `${path} is no snapshot, and drizzle-kit takes every file in ${folders.head.directory}/meta for one: \`drizzle-kit generate\` stops at it`,
        `Move it out of ${folders.head.directory}/meta.`,
      ),
    );
}

function unreadableProblems({ files, newFiles, read, folders }: Chain): HistoryProblem[] {
  return files.flatMap((file): readonly HistoryProblem[] => {
    const { path } = file;
    const snapshot = read.get(path);
    if (snapshot === undefined || isSnapshot(snapshot) || !isNamedAsSnapshot(path)) return [];
    const { unreadable: why, line } = snapshot;
    const atBase = !newFiles.includes(file) && !isChanged(file, folders);
    return [
      {
        kind: 'journal-broken',
        object: path,
        file: path,
        line,
        atBase,
        what: `${path} cannot be read: ${why}${line === null ? '' : ` (line ${line})`}`,
        remedy: `Take the base branch's ${path} if it is there, else delete it with its migration, and run \`drizzle-kit generate\` again.`,
        evidence: { line },
      },
    ];
  });
}

function missingProblems({ fresh, files, read, folders }: Chain): HistoryProblem[] {
  const names = new Set(files.map(nameOf));
  const last = files.findLast(({ path }) => isSnapshot(read.get(path)));
  const snapshot = last === undefined ? undefined : read.get(last.path);
  if (last === undefined || !isSnapshot(snapshot)) return [];
  return fresh.flatMap((migration) => {
    const name = `${prefixOf(migration.tag)}_snapshot.json`;
    if (names.has(name) || name === '_snapshot.json') return [];
    const change = modelledChange(migration, snapshot.known);
    if (change === null) return [];
    const { tag, file } = migration;
    return [
      problem(
        'missing',
        { object: tag, file, line: change.statement.line },
        `${tag} changes ${change.object} and has no snapshot: ${folders.head.directory}/meta/${name} is not there. drizzle-kit goes on from ${nameOf(last)}, which knows nothing of it; once the Drizzle schema has it, \`drizzle-kit generate\` writes it again, and the deploy stops at what exists already`,
        `Make the change in the Drizzle schema, delete ${file} and its journal entry, run \`drizzle-kit generate\`, and put your SQL in the place of what it writes.`,
      ),
    ];
  });
}

async function parentProblems(chain: Chain): Promise<HistoryProblem[]> {
  const { files, newFiles, read, reader } = chain;
  const follows = (file: TreeEntry): boolean => {
    const own = read.get(file.path);
    const before = files[files.indexOf(file) - 1];
    if (!isSnapshot(own)) return true;
    if (before === undefined) return own.parent === origin || own.parent === '';
    const parent = read.get(before.path);
    return isSnapshot(parent) && parent.id === own.parent;
  };
  const landed = await landedSnapshots(chain);
  const odd = newFiles.filter((file) => isNamedAsSnapshot(file.path) && !follows(file));
  // Only what does not follow the one before it is looked for among all others, the latest first.
  const all = odd.length === 0 ? read : await reader.read(files.toReversed());
  const told = new Set<string>();
  return newFiles.flatMap((file) => {
    const own = all.get(file.path);
    if (!isSnapshot(own)) return [];
    const sibling = [...(odd.includes(file) ? all : []), ...landed].find(
      ([path, other]) => path !== file.path && isSnapshot(other) && other.parent === own.parent,
    );
    if (sibling !== undefined && !told.has(sibling[0])) {
      told.add(file.path);
      return [sharedProblem(chain, file, own, sibling[0], all)];
    }
    const isFound = [...all.values()].some((other) => isSnapshot(other) && other.id === own.parent);
    const isRoot = own.parent === origin || own.parent === '';
    if (sibling !== undefined || isFound || isRoot || all.size < files.length) return [];
    return odd.includes(file) ? [danglingProblem(chain, file, own)] : [];
  });
}

/** The base branch's, since this branch has left it. */
async function landedSnapshots({
  trees,
  folders,
  collides,
}: Chain): Promise<ReadonlyMap<string, Snapshot | UnreadableSnapshot>> {
  if (collides) return new Map();
  const here = new Set([folders.mergeBase, folders.head].flatMap(({ meta = [] }) => meta.map(nameOf)));
  const landed = snapshotFiles(folders.base).filter((file) => !here.has(nameOf(file)));
  return await new SnapshotReader(trees.base).read(landed);
}

function sharedProblem(
  { folders }: Chain,
  file: TreeEntry,
  own: Snapshot,
  other: string,
  all: ReadonlyMap<string, Snapshot | UnreadableSnapshot>,
): HistoryProblem {
  const parent = [...all].find(([, each]) => isSnapshot(each) && each.id === own.parent)?.[0];
  const from = parent === undefined ? `one state (${own.parent})` : posix.basename(parent);
  const { sql, entry } = ofSnapshot(folders, file);
  return problem(
    'shared',
    { object: file.path, file: file.path, line: own.parentLine },
    `${file.path} and ${posix.basename(other)} both follow ${from}: two branches were generated from it, and neither snapshot knows what the other one made. drizzle-kit check and generate stop there`,
    `Merge the base branch, delete ${file.path}${sql} and ${entry}, and run \`drizzle-kit generate\` again.`,
  );
}

function danglingProblem({ folders }: Chain, file: TreeEntry, own: Snapshot): HistoryProblem {
  const { sql, entry } = ofSnapshot(folders, file);
  return problem(
    'dangling',
    { object: file.path, file: file.path, line: own.parentLine },
    `${file.path} follows a snapshot with the id ${own.parent}, and none has that id: what it follows was lost or replaced when branches met, and it may lack what the base branch has made since. drizzle-kit does not say so, and generates it once more`,
    `Delete ${file.path}${sql} and ${entry}, and run \`drizzle-kit generate\` again on top of the base branch.`,
  );
}

/** The migration it belongs to, in words. */
function ofSnapshot({ head }: Folders, file: TreeEntry): { sql: string; entry: string } {
  const prefix = prefixOf(nameOf(file));
  const migration = head.migrations.find(({ tag }) => prefixOf(tag) === prefix);
  return migration === undefined
    ? { sql: '', entry: 'what was generated with it' }
    : { sql: `, ${migration.file}`, entry: 'its journal entry' };
}

/** drizzle-kit goes on from the last file name, and not from the last entry. */
function lastProblem({ files, newFiles, folders }: Chain): HistoryProblem[] {
  const { head, base } = folders;
  const last = files.at(-1);
  const names = new Set(files.map(nameOf));
  const expected = head.migrations.findLast(({ tag }) => names.has(`${prefixOf(tag)}_snapshot.json`));
  if (last === undefined || expected === undefined || !isNamedAsSnapshot(last.path)) return [];
  if (prefixOf(nameOf(last)) === prefixOf(expected.tag)) return [];
  const owner = head.migrations.find(({ tag }) => prefixOf(tag) === prefixOf(nameOf(last)));
  const belongs = owner === undefined ? 'belongs to no entry of the journal' : `is that of ${owner.tag}`;
  const before = snapshotFiles(base).at(-1);
  const found = problem(
    'last',
    { object: last.path, file: head.journalFile, line: expected.entry?.line ?? null },
    `drizzle-kit goes on from ${nameOf(last)}, the last file name in ${head.directory}/meta, which ${belongs}; the last entry with a snapshot is ${expected.tag}. The next \`drizzle-kit generate\` writes again what ${expected.tag} has done`,
    owner === undefined
      ? `Delete ${last.path}, or put its entry back.`
      : `Regenerate ${expected.tag}, so that its number is above that of ${owner.tag}.`,
  );
  const isStanding = newFiles.length === 0 && before !== undefined && nameOf(before) === nameOf(last);
  return [{ ...found, atBase: isStanding && hasLastProblem(folders) }];
}

function hasLastProblem({ base }: Folders): boolean {
  const files = snapshotFiles(base);
  const names = new Set(files.map(nameOf));
  const expected = base.migrations.findLast(({ tag }) => names.has(`${prefixOf(tag)}_snapshot.json`));
  const last = files.at(-1);
  return expected !== undefined && last !== undefined && prefixOf(nameOf(last)) !== prefixOf(expected.tag);
}

/** Each kit reads one version: beside newer ones an old one keeps it from generating anything. */
function versionProblems({ files, newFiles, read }: Chain): HistoryProblem[] {
  const newest = files.findLast((file) => !newFiles.includes(file) && isSnapshot(read.get(file.path)));
  const known = newest === undefined ? undefined : read.get(newest.path);
  if (newest === undefined || !isSnapshot(known)) return [];
  return newFiles.flatMap((file) => {
    const own = read.get(file.path);
    if (!isSnapshot(own) || !(Number(own.version) < Number(known.version))) return [];
    return [
      problem(
        'version',
        { object: file.path, file: file.path, line: null },
        `${file.path} is of version ${own.version}, and those before it of version ${known.version}: an older drizzle-kit wrote it, and the project's own stops at it ("not of the latest version")`,
        `Run \`drizzle-kit up\` with the project's drizzle-kit, or generate the migration again with it.`,
      ),
    ];
  });
}
