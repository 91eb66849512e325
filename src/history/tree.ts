/** A commit (or the working tree) as files: the only way any room reads the user's repository. */

export interface TreeEntry {
  /** Relative to the repository root, with forward slashes. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  /** Bytes; null for what is not a file. */
  readonly size: number | null;
}

/** What stands at a path. */
export interface TreeNode {
  readonly kind: TreeEntry['kind'] | 'directory';
  /** Bytes; null for what is not a file. */
  readonly size: number | null;
}

export interface Tree {
  /** The commit's sha, or `worktree`. */
  readonly id: string;
  /**
   * Everything below a directory, recursively, sorted by path; empty when the directory does not exist. For a path
   * that is itself a file, a symlink or a submodule: that one entry.
   */
  list(directory: string): Promise<readonly TreeEntry[]>;
  /** What stands at each of the paths; where nothing does, or where a link is on the way, the map has no key. */
  look(paths: readonly string[]): Promise<ReadonlyMap<string, TreeNode>>;
  /** Bytes of the regular files among `paths`; what is missing is absent from the map. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}
