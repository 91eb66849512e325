/** The files as they lie on disk, for judging what is not committed yet. Links are never followed. */
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { byPath } from './git-tree.ts';
import type { Tree, TreeEntry } from './tree.ts';

const skipped = new Set(['.git', 'node_modules']);

export function worktreeAt(root: string): Tree {
  return {
    id: 'worktree',
    async list(directory) {
      if ((await kindOf(root, directory)) === null) return [];
      return (await walk(root, join(root, directory))).sort(byPath);
    },
    async read(paths) {
      const contents = new Map<string, Buffer>();
      for (const path of paths) {
        if ((await kindOf(root, path)) !== 'file') continue;
        // O_NOFOLLOW: the file may have become a link since.
        const file = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
        try {
          contents.set(path, await file.readFile());
        } finally {
          await file.close();
        }
      }
      return contents;
    },
  };
}

/** null: not there, or behind a link. */
async function kindOf(root: string, path: string): Promise<'file' | 'directory' | 'symlink' | null> {
  let place = root;
  let kind: 'file' | 'directory' | 'symlink' | null = 'directory';
  for (const step of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (kind !== 'directory') return null;
    place = join(place, step);
    kind = kindOfStats(await statsOf(place));
  }
  return kind;
}

function kindOfStats(stats: Stats | null): 'file' | 'directory' | 'symlink' | null {
  if (stats === null) return null;
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isDirectory()) return 'directory';
  // Sockets, devices and pipes are no files of a project.
  return stats.isFile() ? 'file' : null;
}

async function statsOf(place: string): Promise<Stats | null> {
  try {
    return await lstat(place);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw error;
  }
}

async function walk(root: string, place: string): Promise<TreeEntry[]> {
  const stats = await statsOf(place);
  const kind = kindOfStats(stats);
  const path = relative(root, place).split(sep).join('/');
  if (stats === null || kind === null) return [];
  if (kind === 'symlink') return [{ path, kind, size: null }];
  if (kind === 'file') return [{ path, kind, size: stats.size }];
  if (place !== root && (await statsOf(join(place, '.git'))) !== null) {
    return [{ path, kind: 'submodule', size: null }];
  }
  const names = (await readdir(place)).filter((name) => !skipped.has(name));
  const below = await Promise.all(names.map((name) => walk(root, join(place, name))));
  return below.flat();
}
