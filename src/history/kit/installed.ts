/** Finds the project's own drizzle-kit in the checkout, as Node would, or says what to install. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { upwards } from '../paths.ts';
import type { Tree } from '../tree.ts';
import type { Unchecked, Unreadable } from './look.ts';

export interface Kit {
  /** `drizzle-kit 0.31.11`. */
  readonly name: string;
  readonly version: string;
  /** How it behaves: 0.x and 1.0 have different flags, folders and words. */
  readonly major: 0 | 1;
  /** The file to run, absolute. */
  readonly bin: string;
}

interface KitRequest {
  readonly root: string;
  readonly tree: Tree;
  readonly workingDirectory: string;
  readonly config: string;
}

export async function findKit(request: KitRequest): Promise<Kit | Unchecked | Unreadable> {
  const directories = [
    ...upwards(posix.dirname(request.config)),
    ...upwards(posix.normalize(request.workingDirectory)),
  ];
  for (const directory of directories) {
    const folder = join(request.root, directory, 'node_modules', 'drizzle-kit');
    if (existsSync(join(folder, 'package.json'))) return readKit(folder, request.config);
  }
  return notInstalled(request, directories);
}

function readKit(folder: string, config: string): Kit | Unreadable {
  const unusable = (kit: string | null, what: string): Unreadable => ({
    state: 'unreadable',
    kit,
    file: config,
    line: null,
    what,
    remedy: 'Install drizzle-kit 0.31 or 1.0, or set `schema-check: off`.',
    atBase: false,
  });
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return unusable(null, 'The package.json of the installed drizzle-kit cannot be read.');
  }
  const version = stringAt(manifest, 'version') ?? 'of no version';
  const name = `drizzle-kit ${version}`;
  const major = /^v?([01])\./.exec(version)?.[1];
  if (major === undefined) return unusable(name, `The gate does not know how ${name} is asked.`);
  const bin = binOf(manifest);
  if (bin === null || !existsSync(join(folder, bin)))
    return unusable(name, `The installed ${name} has no command to run.`);
  return { name, version, major: major === '0' ? 0 : 1, bin: join(realpathSync(folder), bin) };
}

function binOf(manifest: unknown): string | null {
  const bin: unknown = member(manifest, 'bin');
  return typeof bin === 'string' ? bin : stringAt(bin, 'drizzle-kit');
}

async function notInstalled(
  { root, tree }: KitRequest,
  directories: readonly string[],
): Promise<Unchecked | Unreadable> {
  // Who installs nothing gets one line, not an alert on each pull request.
  const unchecked = (why: string): Unchecked => ({ state: 'unchecked', kit: null, why, prominent: false });
  const hasModules = directories.some((directory) => existsSync(join(root, directory, 'node_modules')));
  const plugAndPlay = directories.some((directory) => existsSync(join(root, directory, '.pnp.cjs')));
  if (plugAndPlay && !hasModules) {
    return unchecked(
      "drizzle-kit cannot be asked about a Yarn Plug'n'Play install; set `nodeLinker: node-modules` in .yarnrc.yml",
    );
  }
  const command = await installCommand(tree, directories);
  const why = hasModules
    ? 'drizzle-kit is not among the installed packages, so it cannot be asked; have it in package.json and'
    : 'the dependencies are not installed, so drizzle-kit cannot be asked;';
  return unchecked(`${why} add \`- run: ${command}\` before the gate`);
}

const lockfiles = [
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['bun.lock', 'bun install --frozen-lockfile'],
  ['bun.lockb', 'bun install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --immutable'],
  ['package-lock.json', 'npm ci'],
  ['npm-shrinkwrap.json', 'npm ci'],
] as const;

/** The nearest lockfile tells. */
export async function installCommand(tree: Tree, directories: readonly string[]): Promise<string> {
  const paths = directories.flatMap((directory) => lockfiles.map(([name]) => posix.join(directory, name)));
  const present = await tree.look(paths);
  for (const directory of directories) {
    const found = lockfiles.find(([name]) => present.has(posix.join(directory, name)));
    if (found !== undefined) return found[1];
  }
  return 'npm install';
}

function member(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  // What JSON.parse gave is an object of unknown members.
  return (object as Readonly<Record<string, unknown>>)[name];
}

function stringAt(object: unknown, name: string): string | null {
  const value = member(object, name);
  return typeof value === 'string' ? value : null;
}
