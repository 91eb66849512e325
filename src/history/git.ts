/** Opens the user's repository: its commits and its trees, read from git's objects and never from a checkout. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { failure } from '../errors.ts';
import { type Commits, resolveCommits, type WantedCommits } from './commits.ts';
import { type Environment, gitAt, mustRun } from './git-command.ts';
import { gitTree } from './git-tree.ts';
import { type Search, searchWith } from './search.ts';
import type { Tree } from './tree.ts';
import { worktreeAt } from './worktree.ts';

export type { Commits } from './commits.ts';

export interface Repository {
  /** The top folder, absolute. */
  readonly root: string;
  resolveCommits(wanted: WantedCommits): Promise<Commits>;
  tree(sha: string): Tree;
  /** When the commit was made, in milliseconds. */
  commitTime(sha: string): Promise<number>;
  worktree(): Tree;
  readonly search: Search;
  close(): Promise<void>;
}

export interface RepositoryOptions {
  readonly env?: Environment;
  /** Used to fetch missing commits, only when what the checkout left behind is not enough. */
  readonly token?: string | null;
}

/** Opens the repository that `directory` lies in. */
export async function openRepository(
  directory: string,
  { env = process.env, token = null }: RepositoryOptions = {},
): Promise<Repository> {
  const root = findRoot(directory);
  const git = gitAt(root, env);
  const { code, why } = await git.run(['rev-parse', '--git-dir']);
  if (code !== 0) throw failure('repository-unreadable', { directory: root, why });
  const trees = new Map<string, Tree>();
  const blobs = new Map<string, Buffer>();
  const server = env.GITHUB_SERVER_URL ?? 'https://github.com';
  return {
    root,
    resolveCommits: (wanted) => resolveCommits(git, wanted, token === null ? null : { server, token }),
    tree: (sha) => remember(trees, sha, () => gitTree(git, sha, blobs)),
    async commitTime(sha) {
      // The commit alone: `git show` would read attributes and the mailmap too, which a partial clone may lack.
      const commit = await mustRun(git, `read ${sha}`, ['cat-file', 'commit', sha]);
      const [, seconds] = /^committer .* (\d+) [+-]\d{4}$/m.exec(commit.toString()) ?? [];
      return Number(seconds ?? 0) * 1000;
    },
    worktree: () => worktreeAt(root),
    search: searchWith(git),
    async close() {
      trees.clear();
      blobs.clear();
    },
  };
}

/** Walks up to the folder that holds `.git` (a folder, or a file in linked work trees). */
function findRoot(directory: string): string {
  const start = resolve(directory);
  if (!existsSync(start)) throw failure('repository-missing', { directory: start });
  let place = realpathSync(start);
  while (!existsSync(join(place, '.git'))) {
    const parent = dirname(place);
    if (parent === place) throw failure('repository-missing', { directory: start });
    place = parent;
  }
  return place;
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
