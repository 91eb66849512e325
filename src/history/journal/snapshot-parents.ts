/** What new snapshots follow: a parent that is there, and that no other one follows. */
import { posix } from 'node:path';
import type { HistoryProblem } from '../history.ts';
import type { TreeEntry } from '../tree.ts';
import { prefixOf } from './numbers.ts';
import type { Folders } from './removed.ts';
import { type Chain, gapProblem, isSnapshot, nameOf } from './snapshot-gap.ts';
import {
  isNamedAsSnapshot,
  origin,
  type Snapshot,
  SnapshotReader,
  snapshotFiles,
  type UnreadableSnapshot,
} from './snapshots.ts';

export async function parentProblems(chain: Chain): Promise<HistoryProblem[]> {
  const { files, read, reader, skipped } = chain;
  const regenerated = new Set([...skipped].map(prefixOf));
  const newFiles = chain.newFiles.filter((file) => !regenerated.has(prefixOf(nameOf(file))));
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
    if (sibling !== undefined || isFound || isRoot || !odd.includes(file)) return [];
    // A parent that far back would be as wrong.
    return [
      danglingProblem(chain, file, own, all.size < files.length ? `none of the last ${all.size}` : 'none'),
    ];
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
  return gapProblem(
    'shared',
    { object: file.path, file: file.path, line: own.parentLine },
    `${file.path} and ${posix.basename(other)} both follow ${from}: two branches were generated from it, and neither snapshot knows what the other one made. drizzle-kit check and generate stop there`,
    `Merge the base branch, delete ${file.path}${sql} and ${entry}, and run \`drizzle-kit generate\` again.`,
  );
}

function danglingProblem({ folders }: Chain, file: TreeEntry, own: Snapshot, none: string): HistoryProblem {
  const { sql, entry } = ofSnapshot(folders, file);
  return gapProblem(
    'dangling',
    { object: file.path, file: file.path, line: own.parentLine },
    `${file.path} follows a snapshot with the id ${own.parent}, and ${none} has that id: what it follows was lost or replaced when branches met, and it may lack what the base branch has made since. drizzle-kit does not say so, and generates it once more`,
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
