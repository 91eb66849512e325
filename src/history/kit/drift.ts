/** Compares a commit's Drizzle schema with the migrations of the same commit, by its drizzle-kit. */
import { posix } from 'node:path';
import { readSqlFile } from '../statements.ts';
import type { Tree } from '../tree.ts';
import { type InSync, wholeSchema } from './generate.ts';
import type { RenameQuestion, Unreadable } from './look.ts';
import { generateApart } from './questions.ts';
import { lastSnapshot, lastSnapshotName, sameSchema, toFiles } from './snapshot-change.ts';
import { aboutQuestions } from './touched.ts';
import type { Refused } from './trouble.ts';
import type { Workspace } from './workspace.ts';

export type Drift = InSync | Apart | Refused | Unreadable;

export interface Apart {
  readonly state: 'apart';
  /** Statements, without those that an answer to a question decides about. */
  readonly missing: readonly string[];
  readonly questions: readonly RenameQuestion[];
}

export interface DriftOptions {
  readonly deadlineMs: number;
  /** Called where that is known before it is known what they are apart in. */
  readonly whenApart?: () => void;
}

export async function driftOf(
  workspace: Workspace,
  { tree, directory }: { readonly tree: Tree; readonly directory: string },
  options: DriftOptions,
): Promise<Drift> {
  const out = await migrationsFolder(tree, directory);
  const isJournal = [...out.keys()].some((path) => path.startsWith('meta/'));
  const isFolders = [...out.keys()].some((path) => /^[^/]+\/(?:snapshot\.json|migration\.sql)$/.test(path));
  const { kit } = workspace;
  if (kit.major === 1 && isJournal) return outdated(workspace, directory);
  if (kit.major === 0 && isFolders && !isJournal) return tooNew(workspace, directory);
  return kit.major === 0
    ? await byJournal(workspace, out, options)
    : await told(workspace, without(out, 'meta/'), options);
}

/**
 * 0.x compares with the newest snapshot alone, so that one is all it gets: five hundred would be read and validated
 * for nothing. Where the schema from nothing is that very snapshot, there is nothing to generate and one run is enough.
 */
async function byJournal(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer>,
  options: DriftOptions,
): Promise<Drift> {
  const whole = await wholeSchema(workspace, options);
  if (whole.state === 'unreadable' || whole.state === 'refused') return whole;
  const name = lastSnapshotName(out.keys());
  if (name === null) return await told(workspace, new Map(), options);
  const before = lastSnapshot(out);
  if (before === null) return { state: 'refused', why: `the newest snapshot, ${name}, cannot be read` };
  const after = whole.state === 'generated' ? lastSnapshot(whole.files) : null;
  if (after !== null && sameSchema(before, after)) return { state: 'in-sync' };
  options.whenApart?.();
  return await told(workspace, toFiles(before), options);
}

async function told(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer>,
  { deadlineMs }: DriftOptions,
): Promise<Drift> {
  const generated = await generateApart(workspace, out, { deadlineMs });
  if (generated.state !== 'generated') return generated;
  const { statements } = await readSqlFile('', generated.sql, { breakpoints: true });
  const about = await aboutQuestions(generated.questions);
  const missing = statements.map(({ sql }) => sql).filter((sql) => !about(sql));
  return { state: 'apart', missing, questions: generated.questions };
}

/** What drizzle-kit reads of a migrations folder, by path relative to it. */
async function migrationsFolder(tree: Tree, directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = (await tree.list(directory)).filter(
    ({ path, kind }) =>
      kind === 'file' && /^(?:meta\/[^/]+\.json|[^/]+\/(?:snapshot\.json|migration\.sql))$/.test(below(path)),
  );
  // Of 0.x only the newest snapshot counts, and the others may be many and large.
  const newest = lastSnapshotName(wanted.map(({ path }) => below(path)));
  const needed = wanted.filter(({ path }) => {
    const name = below(path);
    return !name.endsWith('_snapshot.json') || name === newest;
  });
  const contents = await tree.read(needed.map(({ path }) => path));
  return new Map([...contents].map(([path, content]) => [below(path), content]));

  function below(path: string): string {
    return posix.relative(directory, path);
  }
}

function without(files: ReadonlyMap<string, Buffer>, folder: string): ReadonlyMap<string, Buffer> {
  return new Map([...files].filter(([path]) => !path.startsWith(folder)));
}

function outdated({ kit }: Workspace, directory: string): Unreadable {
  return {
    state: 'unreadable',
    kit: kit.name,
    file: posix.join(directory, 'meta/_journal.json'),
    line: null,
    what: `The installed ${kit.name} keeps every migration in a folder of its own, and ${directory} still has the journal of 0.x, which it refuses to read.`,
    remedy: 'Run `drizzle-kit up` and commit what it makes of the folder, or install drizzle-kit 0.31.',
    atBase: false,
  };
}

function tooNew({ kit }: Workspace, directory: string): Unreadable {
  return {
    state: 'unreadable',
    kit: kit.name,
    file: directory,
    line: null,
    what: `The migrations in ${directory} are folders as drizzle-kit 1.0 writes them, and the installed ${kit.name} cannot read those.`,
    remedy: 'Install drizzle-kit 1.0 (and the drizzle-orm that belongs to it), and commit the lockfile.',
    atBase: false,
  };
}
