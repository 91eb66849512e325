/** The SQL files beside the migrations: rls.sql, seed, bootstrap and baseline, as base and head have them. */
import { posix } from 'node:path';
import { failure } from '../errors.ts';
import type { SqlFile } from './migration.ts';
import { insideRepository } from './paths.ts';
import { baselineLimit, parsePlain, readTexts, sqlFileLimit } from './sql-files.ts';
import type { Tree } from './tree.ts';

/** In the options: `undefined` is "find it", `null` is "none". */
export interface CompanionOptions {
  readonly workingDirectory: string;
  readonly rlsFile: readonly string[] | null | undefined;
  readonly seedFile: string | null | undefined;
  readonly bootstrapFile: string | null | undefined;
  readonly baselineFile: string | null | undefined;
}

export interface Companions {
  readonly rls: { readonly base: readonly SqlFile[]; readonly head: readonly SqlFile[] };
  readonly seed: SqlFile | null;
  readonly bootstrap: SqlFile | null;
  readonly baseline: SqlFile | null;
}

export interface Trees {
  readonly mergeBase: Tree;
  readonly base: Tree;
  readonly head: Tree;
}

const rlsNames = ['rls.sql', 'db/rls.sql', 'src/db/rls.sql', 'drizzle/rls.sql', 'supabase/rls.sql'];
const seedNames = ['supabase/seed.sql', 'db/seed.sql'];

/** Every path that may play such a part; none of them is a migration. */
export function companionPaths(options: CompanionOptions): Set<string> {
  const { rls, seed, bootstrap, baseline } = placesOf(options);
  return new Set([...rls, ...seed, ...bootstrap, ...baseline]);
}

export async function readCompanions(trees: Trees, options: CompanionOptions): Promise<Companions> {
  const places = placesOf(options);
  const rls = await readSides(trees, places.rls, sqlFileLimit);
  if (options.rlsFile != null) refuseMissing('rls-file', places.rls, rls.head);
  return {
    rls: { base: await parseAll(rls.base), head: await parseAll(rls.head) },
    seed: await readOne(trees, 'seed-file', places.seed, options.seedFile != null, sqlFileLimit),
    bootstrap: await readOne(trees, 'bootstrap-file', places.bootstrap, true, sqlFileLimit),
    baseline: await readOne(trees, 'baseline-file', places.baseline, true, baselineLimit),
  };
}

function placesOf(options: CompanionOptions) {
  const at = (option: string, paths: readonly string[]) =>
    [...new Set(paths)].map((path) => insideRepository(option, options.workingDirectory, path));
  const one = (path: string | null | undefined) => (path == null ? [] : [path]);
  return {
    rls: at('rls-file', options.rlsFile === undefined ? rlsNames : (options.rlsFile ?? [])),
    seed: at('seed-file', options.seedFile === undefined ? seedNames : one(options.seedFile)),
    bootstrap: at('bootstrap-file', one(options.bootstrapFile)),
    baseline: at('baseline-file', one(options.baselineFile)),
  };
}

type Texts = ReadonlyMap<string, string>;

/**
 * Base: as at the tip of the base branch. Head: as after the merge, so a file that the pull request did not touch is
 * the base tip's, even when the branch is behind.
 */
async function readSides(
  trees: Trees,
  files: readonly string[],
  limit: number,
): Promise<{ base: Texts; head: Texts }> {
  const base = await readTexts(trees.base, files, limit);
  const head = await readTexts(trees.head, files, limit);
  const before = trees.mergeBase.id === trees.base.id ? base : await readTexts(trees.mergeBase, files, limit);
  const merged = files.flatMap((file) => {
    const text = head.get(file) === before.get(file) ? base.get(file) : head.get(file);
    return text === undefined ? [] : [[file, text] as const];
  });
  return { base, head: new Map(merged) };
}

async function readOne(
  trees: Trees,
  option: string,
  files: readonly string[],
  named: boolean,
  limit: number,
): Promise<SqlFile | null> {
  if (files.length === 0) return null;
  const { head } = await readSides(trees, files, limit);
  if (named) refuseMissing(option, files, head);
  const [first] = await parseAll(head);
  return first ?? null;
}

function refuseMissing(option: string, files: readonly string[], found: Texts): void {
  const missing = files.find((file) => !found.has(file));
  if (missing !== undefined) throw failure('file-missing', { option, file: posix.normalize(missing) });
}

async function parseAll(texts: Texts): Promise<SqlFile[]> {
  const files: SqlFile[] = [];
  for (const [file, text] of texts) files.push(await parsePlain(file, text));
  return files;
}
