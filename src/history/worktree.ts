/** The files as they lie on disk, for judging what is not committed yet. Links are never followed. */
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { byPath } from './git-tree.ts';
import type { Tree, TreeEntry, TreeNode } from './tree.ts';

const skipped = new Set(['.git', 'node_modules']);

export function worktreeAt(root: string): Tree {
  return {
    id: 'worktree',
    async list(directory) {
      if ((await nodeAt(root, directory)) === null) return [];
      return (await walk(root, join(root, directory))).sort(byPath);
    },
    async look(paths) {
      const found = new Map<string, TreeNode>();
      for (const path of paths) {
        const node = await nodeAt(root, path);
        if (node !== null) found.set(path, node);
      }
      return found;
    },
    async read(paths) {
      const contents = new Map<string, Buffer>();
      for (const path of paths) {
        if ((await nodeAt(root, path))?.kind !== 'file') continue;
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
async function nodeAt(root: string, path: string): Promise<TreeNode | null> {
  if (path.split('/').includes('..')) return null;
  let place = root;
  let node: TreeNode | null = { kind: 'directory', size: null };
  for (const step of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (node?.kind !== 'directory') return null;
    place = join(place, step);
    node = await nodeOf(root, place);
  }
  return node;
}

async function nodeOf(root: string, place: string): Promise<TreeNode | null> {
  const stats = await statsOf(place);
  if (stats === null) return null;
  if (stats.isSymbolicLink()) return { kind: 'symlink', size: null };
  if (stats.isDirectory()) {
    const nested = place !== root && (await statsOf(join(place, '.git'))) !== null;
    return { kind: nested ? 'submodule' : 'directory', size: null };
  }
  // Sockets, devices and pipes are no files of a project.
  return stats.isFile() ? { kind: 'file', size: stats.size } : null;
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
  const node = await nodeOf(root, place);
  if (node === null) return [];
  if (node.kind !== 'directory') {
    return [{ path: relative(root, place).split(sep).join('/'), kind: node.kind, size: node.size }];
  }
  const names = (await readdir(place)).filter((name) => !skipped.has(name));
  const below = await Promise.all(names.map((name) => walk(root, join(place, name))));
  return below.flat();
}
