/** Searches the files of a tree, by git: it reads a large repository quicker than we could. */
import { failure } from '../errors.ts';
import type { Git } from './git-command.ts';
import type { Tree } from './tree.ts';

/** Paths of the files with a line that one of the extended regular expressions fits, case aside; sorted. */
export type Search = (tree: Tree, expressions: readonly string[]) => Promise<readonly string[]>;

/** A clone without blobs would fetch them one by one. */
const timeoutMs = 30_000;

export function searchWith(git: Git): Search {
  return async (tree, expressions) => {
    const parameters = [
      'grep',
      '--files-with-matches',
      '--null',
      '--ignore-case',
      '--extended-regexp',
      // Binary files too: a .gitattributes of a pull request can call any file binary.
      '--text',
      '--full-name',
      '--no-color',
      '--no-recurse-submodules',
      ...expressions.flatMap((expression) => ['-e', expression]),
      tree.id === 'worktree' ? '--untracked' : tree.id,
    ];
    const { code, stdout, why } = await git.run(parameters, { timeoutMs });
    // 1: nothing fits.
    if (code > 1) throw failure('git-failed', { what: `search ${tree.id}`, why });
    const prefix = tree.id === 'worktree' ? '' : `${tree.id}:`;
    return stdout
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '')
      .map((path) => path.slice(prefix.length))
      .sort();
  };
}
