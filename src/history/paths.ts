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
  const found = await tree.list(directory);
  const itself = found.find(({ path }) => path === directory);
  if (itself === undefined && found.length > 0) return true;
  await refuseLinks(tree, directory);
  return false;
}

/** Fails when the path or a folder above it is a symlink or a submodule. */
export async function refuseLinks(tree: Tree, path: string): Promise<void> {
  const steps = path.split('/');
  for (let length = 1; length <= steps.length; length += 1) {
    const link = steps.slice(0, length).join('/');
    const found = (await tree.list(link)).find((entry) => entry.path === link);
    if (found !== undefined && found.kind !== 'file') {
      throw failure('path-behind-link', { path, link, kind: found.kind });
    }
  }
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
