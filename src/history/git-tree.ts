/** A commit's files, read from git's objects. */
import { failure } from '../errors.ts';
import { type Git, mustRun } from './git-command.ts';
import type { Tree, TreeEntry, TreeNode } from './tree.ts';

interface ObjectEntry extends TreeNode {
  readonly path: string;
  readonly object: string;
}

/** Paths per git call: far below the kernel's limit for arguments. */
const pathsAtOnce = 500;

/** `blobs` is shared between the trees of a repository: what two commits have in common is read once. */
export function gitTree(git: Git, sha: string, blobs: Map<string, Buffer>): Tree {
  const known = new Map<string, ObjectEntry | null>();
  const listed = new Map<string, readonly TreeEntry[]>();

  async function entries(parameters: readonly string[]): Promise<ObjectEntry[]> {
    const listing = await mustRun(git, `list the files of ${sha}`, [
      'ls-tree',
      '-z',
      '-l',
      '--full-tree',
      ...parameters,
    ]);
    const found = parseListing(listing);
    for (const entry of found) known.set(entry.path, entry);
    return found;
  }

  /**
   * Level by level: given `a` and `a/b` at once, git shows what is in `a` and not `a` itself. What lies below
   * something that is no folder is not asked for.
   */
  async function entriesAt(wanted: readonly string[]): Promise<ObjectEntry[]> {
    // git ends with an error at what no commit can hold.
    const paths = wanted.filter((path) => path !== '..' && !path.startsWith('../'));
    const depths = [...new Set(paths.map(depthOf))].sort((left, right) => left - right);
    for (const depth of depths) {
      const level = paths.filter((path) => depthOf(path) === depth);
      const unknown = level.filter((path) => !known.has(path) && !isBelowFile(path));
      for (const path of unknown) known.set(path, null);
      for (let at = 0; at < unknown.length; at += pathsAtOnce) {
        await entries([sha, '--', ...unknown.slice(at, at + pathsAtOnce)]);
      }
    }
    return paths.flatMap((path) => known.get(path) ?? []);
  }

  function isBelowFile(path: string): boolean {
    const above = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    return known.has(above) && known.get(above)?.kind !== 'directory';
  }

  return {
    id: sha,
    async list(directory) {
      const before = listed.get(directory);
      if (before !== undefined) return before;
      const all = directory === '' || directory === '.';
      const found = await entries(all ? ['-r', sha] : ['-r', sha, '--', directory]);
      const files = found
        .flatMap(({ path, kind, size }) => (kind === 'directory' ? [] : { path, kind, size }))
        .sort(byPath);
      listed.set(directory, files);
      return files;
    },
    async look(paths) {
      const found = await entriesAt(paths);
      return new Map(found.map(({ path, kind, size }) => [path, { kind, size }]));
    },
    async read(paths) {
      const files = (await entriesAt(paths)).filter(({ kind }) => kind === 'file');
      await readBlobs(
        git,
        files.map(({ object }) => object),
        blobs,
      );
      const contents = new Map<string, Buffer>();
      for (const { path, object } of files) {
        const content = blobs.get(object);
        if (content !== undefined) contents.set(path, content);
      }
      return contents;
    },
  };
}

function depthOf(path: string): number {
  return path.split('/').length;
}

/** Byte order, which is neither locale's nor JavaScript's. */
export function byPath(left: { readonly path: string }, right: { readonly path: string }): number {
  return Buffer.compare(Buffer.from(left.path), Buffer.from(right.path));
}

/** Records are `mode type object size<TAB>path<NUL>`. */
function parseListing(listing: Buffer): ObjectEntry[] {
  const found: ObjectEntry[] = [];
  for (const record of listing.toString('utf8').split('\0')) {
    const tab = record.indexOf('\t');
    if (tab === -1) continue;
    const [mode = '', type, object = '', size] = record.slice(0, tab).split(/ +/);
    const path = record.slice(tab + 1);
    if (mode === '120000') found.push({ path, kind: 'symlink', size: null, object });
    else if (type === 'commit') found.push({ path, kind: 'submodule', size: null, object });
    else if (type === 'tree') found.push({ path, kind: 'directory', size: null, object });
    else if (type === 'blob') found.push({ path, kind: 'file', size: Number(size), object });
  }
  return found;
}

/** One `git cat-file --batch` for all objects not read before. */
async function readBlobs(git: Git, objects: readonly string[], blobs: Map<string, Buffer>): Promise<void> {
  const missing = [...new Set(objects)].filter((object) => !blobs.has(object));
  if (missing.length === 0) return;
  const output = await mustRun(git, 'read files', ['cat-file', '--batch'], {
    input: `${missing.join('\n')}\n`,
  });
  let at = 0;
  for (const object of missing) {
    const end = output.indexOf('\n', at);
    const [, type, size] = output.toString('latin1', at, end).split(' ');
    if (type !== 'blob' || size === undefined) {
      throw failure('git-failed', { what: `read ${object}`, why: 'the object is missing or damaged' });
    }
    const start = end + 1;
    blobs.set(object, output.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
}
