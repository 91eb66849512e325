/** Paths the user names: inside the repository, not behind links, with names that are safe to show. */
import { posix } from 'node:path';
import { failure } from '../errors.ts';
import type { Tree } from './tree.ts';

/** Joins a path of the user to a folder of the repository; `.` is the repository's root. */
export function insideRepository(option: string, directory: string, path: string): string {
  if (/\p{Cc}/u.test(path)) throw failure('path-unsafe', { path });
  const joined = posix.normalize(posix.join(directory, path)).replace(/\/$/, '');
  if (posix.isAbsolute(path) || path.includes('\\') || joined === '..' || joined.startsWith('../')) {
    throw failure('path-outside-repository', { option, path });
  }
  return joined === '' ? '.' : joined;
}

/** Whether the folder is there. A symlink or submodule on the way is refused, not followed. */
export async function directoryExists(tree: Tree, directory: string): Promise<boolean> {
  if (directory === '.') return true;
  await refuseLinks(tree, [directory]);
  return (await tree.look([directory])).get(directory)?.kind === 'directory';
}

/** The folder and those around it, up to the repository root. */
export function upwards(directory: string): string[] {
  const all = [directory];
  for (let at = directory; at !== '.' && at !== '/'; ) {
    at = posix.dirname(at);
    all.push(at);
  }
  return all;
}

/** Fails when one of the paths, or a folder above it, is a symlink or a submodule. */
export async function refuseLinks(tree: Tree, paths: readonly string[]): Promise<void> {
  const steps = new Map(paths.map((path) => [path, stepsOf(path)]));
  const nodes = await tree.look([...new Set([...steps.values()].flat())]);
  for (const [path, links] of steps) {
    for (const link of links) {
      const kind = nodes.get(link)?.kind;
      if (kind === 'symlink' || kind === 'submodule') throw failure('path-behind-link', { path, link, kind });
    }
  }
}

/** `a/b/c` gives `a`, `a/b` and `a/b/c`. */
function stepsOf(path: string): string[] {
  const steps = path.split('/');
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

/** Control characters would reach logs and annotations; U+FFFD stands for bytes that are not UTF-8. */
export function refuseUnsafeNames(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    if (/[\p{Cc}\uFFFD\u2028\u2029]/u.test(path)) throw failure('path-unsafe', { path });
    const folded = path.normalize('NFC').toLowerCase();
    const first = seen.get(folded);
    if (first !== undefined && first !== path) throw failure('paths-collide', { first, second: path });
    seen.set(folded, path);
  }
}
