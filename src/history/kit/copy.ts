/** Lays a commit's files out in a directory: regular files only, and nothing that no schema can need. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree, TreeEntry } from '../tree.ts';

/** Larger is no code. */
const fileLimit = 5 * 2 ** 20;
/** A commit with more than this is laid out without what is no code. */
const totalLimit = 100 * 2 ** 20;
const media =
  /\.(?:png|jpe?g|gif|webp|avif|ico|icns|svg|bmp|tiff?|psd|fig|mp[34]|m4[av]|mov|webm|ogg|wav|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|bz2|xz|7z|jar|dmg|exe|wasm|mdx?|lockb|snap)$/i;
const code = /\.(?:[cm]?[jt]sx?|json|jsonc|sql)$|(?:^|\/)\.env[^/]*$/i;

/** What was laid out, by path. */
export async function copyTree(tree: Tree, directory: string): Promise<ReadonlyMap<string, Buffer>> {
  let wanted = (await tree.list('.')).filter(isWanted);
  if (sizeOf(wanted) > totalLimit) wanted = wanted.filter(({ path }) => code.test(path));
  const contents = await tree.read(wanted.map(({ path }) => path));
  const made = new Set<string>();
  for (const [path, content] of contents) {
    const place = join(directory, path);
    const folder = dirname(place);
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    writeFileSync(place, content);
  }
  return contents;
}

function isWanted({ path, kind, size }: TreeEntry): boolean {
  if (kind !== 'file' || (size ?? 0) > fileLimit || media.test(path)) return false;
  // A hand-made tree may name them, and then a write would leave the directory.
  return path.split('/').every((part) => part !== '..' && part !== '.git' && part !== 'node_modules');
}

function sizeOf(entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, { size }) => sum + (size ?? 0), 0);
}
