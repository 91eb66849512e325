/** What is looked at of drizzle-kit 0.x's snapshots, and how a gap in their chain is told. */
import { posix } from 'node:path';
import type { HistoryProblem } from '../history.ts';
import type { Migration } from '../migration.ts';
import type { Tree, TreeEntry } from '../tree.ts';
import type { Folders } from './removed.ts';
import type { Snapshot, SnapshotReader, UnreadableSnapshot } from './snapshots.ts';

export interface ChainRequest {
  readonly trees: { readonly base: Tree; readonly head: Tree };
  readonly folders: Folders;
  /** New entries, also those that production would skip. */
  readonly fresh: readonly Migration[];
  /** Tags of those that are told as skipped: they have to be generated again, which mends the chain. */
  readonly skipped: ReadonlySet<string>;
  /** The two branches gave one number away, which says more than that their snapshots have one parent. */
  readonly collides: boolean;
}

/** What is looked at: head's snapshots, and those of them that the pull request brings. */
export interface Chain extends ChainRequest {
  readonly files: readonly TreeEntry[];
  readonly newFiles: readonly TreeEntry[];
  readonly read: ReadonlyMap<string, Snapshot | UnreadableSnapshot>;
  readonly reader: SnapshotReader;
}

export function nameOf({ path }: TreeEntry): string {
  return posix.basename(path);
}

export function isSnapshot(read: Snapshot | UnreadableSnapshot | undefined): read is Snapshot {
  return read !== undefined && !('unreadable' in read);
}

type Gap = 'missing' | 'shared' | 'dangling' | 'last' | 'version' | 'stray' | 'gone' | 'nameless';

export function gapProblem(
  gap: Gap,
  about: { readonly object: string; readonly file: string; readonly line: number | null },
  what: string,
  remedy: string,
): HistoryProblem {
  return { kind: 'snapshot-chain-broken', ...about, atBase: false, what, remedy, evidence: { gap } };
}
