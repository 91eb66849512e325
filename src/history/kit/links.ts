/** Gives a copy of the repository the checkout's installed packages: a link each, and workspace packages of its own. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { upwards } from '../paths.ts';

export interface LinkRequest {
  readonly root: string;
  readonly copy: string;
  /** Files of the copy, relative to the repository root. */
  readonly paths: readonly string[];
  readonly workingDirectory: string;
}

/** Written to by tools that run; a link would let them write into the checkout. */
const caches = new Set(['.cache', '.vite', '.vite-temp', '.tmp']);

/**
 * Each folder with a `node_modules` in the checkout gets a real one here, so that what is resolved inside it is the
 * commit's: a package of the repository itself (npm, pnpm, yarn and bun link it) leads into the copy, not to the
 * checkout, which holds another commit.
 */
export function linkModules({ root, copy, paths, workingDirectory }: LinkRequest): void {
  const realRoot = realpathSync(root);
  for (const folder of foldersWithPackages(paths, workingDirectory)) {
    const from = join(root, folder, 'node_modules');
    if (existsSync(from)) linkFolder(from, join(copy, folder, 'node_modules'), { realRoot, copy });
    linkBuild(folder, { root, copy });
  }
}

/**
 * What a workspace package is built to is not committed. Where its package.json leads to a folder that the commit does
 * not hold and the checkout does, a step before the gate has built it.
 */
function linkBuild(folder: string, { root, copy }: { root: string; copy: string }): void {
  for (const name of entryFolders(join(copy, folder, 'package.json'))) {
    const [built, place] = [join(root, folder, name), join(copy, folder, name)];
    if (isFolder(built) && !existsSync(place)) symlinkSync(built, place);
  }
}

/** Of the checkout itself: a link there may lead anywhere. */
function isFolder(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** First folders of the paths that a package.json gives for its entries: `dist` of `./dist/index.js`. */
function entryFolders(manifest: string): Set<string> {
  const folders = new Set<string>();
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(manifest, 'utf8'));
  } catch {
    return folders;
  }
  if (typeof read !== 'object' || read === null) return folders;
  const waiting = ['main', 'module', 'exports'].map((name): unknown => Reflect.get(read, name));
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') {
      const [first, ...rest] = posix.normalize(next).split('/');
      // What begins with a dot is no build: `.git`, `.env`, and the folders above.
      if (first !== undefined && !/^(?:\.|node_modules$|$)/.test(first) && rest.length > 0)
        folders.add(first);
    } else if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next));
  }
  return folders;
}

function foldersWithPackages(paths: readonly string[], workingDirectory: string): Set<string> {
  const folders = new Set(['.', ...upwards(posix.normalize(workingDirectory))]);
  for (const path of paths) if (posix.basename(path) === 'package.json') folders.add(posix.dirname(path));
  return folders;
}

function linkFolder(from: string, to: string, place: { realRoot: string; copy: string }): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const { name } = entry;
    if (caches.has(name)) continue;
    const source = join(from, name);
    if (name.startsWith('@') && entry.isDirectory()) linkFolder(source, join(to, name), place);
    else {
      const target = entry.isSymbolicLink() ? targetOf(source, place) : source;
      if (target !== null) symlinkSync(target, join(to, name));
    }
  }
}

/** Null for a link that leads nowhere. */
function targetOf(link: string, { realRoot, copy }: { realRoot: string; copy: string }): string | null {
  let real: string;
  try {
    real = realpathSync(link);
  } catch {
    return null;
  }
  const inside = relative(realRoot, real);
  const isOurs = inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
  return isOurs && !inside.split(sep).includes('node_modules') ? join(copy, inside) : link;
}
