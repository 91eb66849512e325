/** Repositories with a real drizzle-kit among their packages, looked at as the gate looks. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRepository } from '../../../src/history/git.ts';
import type { History } from '../../../src/history/history.ts';
import { type LookedAt, lookAtSchema } from '../../../src/history/kit/look.ts';
import { openWorkspace, type Workspace } from '../../../src/history/kit/workspace.ts';
import { type Files, makeRepository, type TestRepository } from '../../repository.ts';

export type Major = 0 | 1;

const packages = {
  0: fileURLToPath(new URL('../../../node_modules', import.meta.url)),
  1: fileURLToPath(new URL('../../kits/v1/node_modules', import.meta.url)),
};

/** Where our own copy of a package of that kit lies. */
export function packageOf(major: Major, name: string): string {
  return join(packages[major], name);
}

export const config = `import { defineConfig } from 'drizzle-kit';
export default defineConfig({ schema: './src/schema.ts', out: './drizzle', dialect: 'postgresql' });
`;

export function schema(body: string): string {
  return `import { integer, pgEnum, pgPolicy, pgTable, text } from 'drizzle-orm/pg-core';\n${body}\n`;
}

export const project: Files = {
  'package.json': '{ "name": "acme", "private": true }\n',
  'drizzle.config.ts': config,
};

export interface Checkout {
  readonly repository: TestRepository;
  /** Puts a link into the checkout that is not committed; the target relative to it, or absolute. */
  link(place: string, target: string): void;
  look(options?: LookOptions): Promise<LookedAt>;
  /** A workspace of the head. */
  open(options?: OpenOptions): Promise<Workspace>;
  remove(): void;
}

export interface OpenOptions {
  readonly workingDirectory?: string;
  readonly configFile?: string;
  readonly commit?: string;
}

export interface LookOptions {
  readonly history?: Partial<History>;
  readonly deadlineMs?: number;
}

/** The last commit is checked out and is the head; the one before it is the base. */
export function checkOut(...commits: readonly Files[]): Checkout {
  const repository = makeRepository();
  const shas = commits.map((files) => repository.commit(files));
  const place = (path: string) => join(repository.directory, path);
  return {
    repository,
    link(path, target) {
      rmSync(place(path), { recursive: true, force: true });
      mkdirSync(dirname(place(path)), { recursive: true });
      symlinkSync(target, place(path));
    },
    look: (options) => look(repository.directory, shas, options),
    open: (options) => openAt(repository.directory, shas.at(-1) ?? '', options),
    remove: () => repository.remove(),
  };
}

/** With the packages where npm puts them. */
export function installed(major: Major, ...commits: readonly Files[]): Checkout {
  const checkout = checkOut(...commits);
  for (const name of ['drizzle-kit', 'drizzle-orm'])
    checkout.link(`node_modules/${name}`, packageOf(major, name));
  return checkout;
}

async function look(
  directory: string,
  shas: readonly string[],
  { history = {}, deadlineMs = 120_000 }: LookOptions = {},
): Promise<LookedAt> {
  const repository = await openRepository(directory);
  const [head = '', base = head] = [...shas].reverse();
  return await lookAtSchema({
    root: repository.root,
    base: repository.tree(base),
    head: repository.tree(head),
    history: { ...plain, ...history },
    deadlineMs,
  });
}

async function openAt(
  directory: string,
  sha: string,
  { workingDirectory = '.', configFile = 'drizzle.config.ts', commit = sha }: OpenOptions = {},
): Promise<Workspace> {
  const { root, tree } = await openRepository(directory);
  const opened = await openWorkspace({ root, tree: tree(commit), workingDirectory, config: configFile });
  if ('state' in opened) throw new Error(JSON.stringify(opened));
  return opened;
}

/** As far as the kit's room looks at it. */
const plain: History = {
  applier: 'drizzle',
  applierWhy: 'the test says so',
  layout: null,
  moved: null,
  outOfOrder: [],
  drizzle: {
    workingDirectory: '.',
    config: { head: 'drizzle.config.ts', base: 'drizzle.config.ts' },
    line: 2,
  },
  directory: 'drizzle',
  journalFile: null,
  base: [],
  new: [],
  skipped: [],
  rls: { base: [], head: [] },
  bootstrap: null,
  baseline: null,
  seed: null,
  migrationsTable: null,
  problems: [],
  unreadable: false,
};

/** Of every file and link below a directory, times and modes included; links are not followed. */
export function checksum(directory: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const place = join(directory, name);
    const status = lstatSync(place);
    hash.update(`${name}\0${status.mode}\0${status.isDirectory() ? '' : status.mtimeMs}\0`);
    if (status.isSymbolicLink()) hash.update(readlinkSync(place));
    else if (status.isFile()) hash.update(readFileSync(place));
  }
  return hash.digest('hex');
}
