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
  /** Files of the pull request that were passed over for those of the base branch. */
  readonly passedOver: readonly string[];
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
  const seed = await readOne(trees, 'seed-file', places.seed, options.seedFile != null, sqlFileLimit);
  const bootstrap = await readOne(trees, 'bootstrap-file', places.bootstrap, true, sqlFileLimit);
  const baseline = await readOne(trees, 'baseline-file', places.baseline, true, baselineLimit);
  return {
    rls: { base: await parseAll(rls.base), head: await parseAll(rls.head) },
    seed: seed.file !== null && !seed.atBase ? onlyRows(seed.file) : seed.file,
    bootstrap: bootstrap.file,
    baseline: baseline.file,
    passedOver: [...seed.passedOver, ...bootstrap.passedOver, ...baseline.passedOver],
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

interface Chosen {
  readonly file: SqlFile | null;
  readonly atBase: boolean;
  readonly passedOver: readonly string[];
}

/**
 * What stands in for production or its rows is the base branch's, else a pull request could say what it is compared
 * with: a dump without the table that it drops, a seed without the rows that it deletes. Its own file is taken where
 * the base has none.
 */
async function readOne(
  trees: Trees,
  option: string,
  files: readonly string[],
  named: boolean,
  limit: number,
): Promise<Chosen> {
  if (files.length === 0) return { file: null, atBase: false, passedOver: [] };
  const { base, head } = await readSides(trees, files, limit);
  if (named) refuseMissing(option, files, head);
  const atBase = base.size > 0;
  const [file = null] = await parseAll(atBase ? base : head);
  const passedOver = atBase ? [...head.keys()].filter((path) => head.get(path) !== base.get(path)) : [];
  return { file, atBase, passedOver };
}

/** A seed nobody has approved yet brings rows and nothing else: a rule or a trigger in it could keep a DELETE from deleting. */
function onlyRows(seed: SqlFile): SqlFile {
  return { ...seed, statements: seed.statements.filter(({ node }) => node !== null && bringsRows.has(node)) };
}

const bringsRows = new Set(['InsertStmt', 'SelectStmt', 'TransactionStmt', 'VariableSetStmt']);

function refuseMissing(option: string, files: readonly string[], found: Texts): void {
  const missing = files.find((file) => !found.has(file));
  if (missing !== undefined) throw failure('file-missing', { option, file: posix.normalize(missing) });
}

async function parseAll(texts: Texts): Promise<SqlFile[]> {
  const files: SqlFile[] = [];
  for (const [file, text] of texts) files.push(await parsePlain(file, text));
  return files;
}
