/** Asks the project's drizzle-kit what it would generate on top of a given migrations folder. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { array, literal, object, parse, string } from 'valibot';
import { baselineLimit } from '../sql-files.ts';
import type { Unreadable } from './look.ts';
import { type Ran, runKit } from './run.ts';
import { layOut, type Run, schemaFileOf } from './scratch-config.ts';
import { type Refused, type Retry, troubleOf } from './trouble.ts';
import type { Workspace } from './workspace.ts';

export type Generated = InSync | NewMigration | Questions | Refused | Unreadable;

export type WholeSchema = Exclude<Generated, Questions>;

/** The migrations given and the schema agree. */
export interface InSync {
  readonly state: 'in-sync';
}

export interface NewMigration {
  readonly state: 'generated';
  readonly sql: string;
  /** The whole folder afterwards, the new migration and its snapshot included: what to give as the next `out`. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** drizzle-kit would ask whether something was renamed. */
export interface Questions {
  readonly state: 'questions';
  /** What appeared and may be a new name, as drizzle-kit 1.0 tells it; null with 0.x, which does not say. */
  readonly unresolved: readonly MissingHint[] | null;
}

export interface MissingHint {
  readonly kind: string;
  /** From the schema down: `['public', 'users', 'full_name']`. */
  readonly entity: readonly string[];
}

/** An answer that drizzle-kit 1.0 takes beforehand. */
export type Hint =
  | { readonly type: 'create'; readonly kind: string; readonly entity: readonly string[] }
  | {
      readonly type: 'rename';
      readonly kind: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
    };

export interface GenerateOptions {
  readonly deadlineMs: number;
  readonly hints?: readonly Hint[];
}

/** Each gives a stand-in for something that the run before has missed. */
const mostAttempts = 6;
const outputLimit = 64 * 2 ** 20;
/** A folder for every migration, with two files in it. */
const entriesLimit = 50_000;

/**
 * `out`: what stands in the migrations folder, by path relative to it; drizzle-kit 0.x reads `meta/`, 1.0 the
 * snapshots in each migration's folder. Runs may overlap. Never throws for what the code of the project does.
 */
export async function generate(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer> | 'empty',
  options: GenerateOptions,
): Promise<Generated> {
  try {
    return await attempt(workspace, out, options);
  } catch (error) {
    // Code of the project may have deleted the copy that it runs in, or put a file there; a disk may be full.
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    return { state: 'refused', why: `the copy that drizzle-kit runs in cannot be used (${error.code})` };
  }
}

async function attempt(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer> | 'empty',
  options: GenerateOptions,
): Promise<Generated> {
  for (let attempt = 0; ; attempt += 1) {
    const run = layOut(workspace, out);
    const ran = await runKit(workspace, {
      parameters: [
        ...['generate', '--config', run.config],
        ...(workspace.kit.major === 1 ? ['--output', 'json'] : []),
        ...(options.hints === undefined ? [] : ['--hints', JSON.stringify(options.hints)]),
      ],
      deadlineMs: options.deadlineMs,
      isAnswer: (text) => answer.test(text),
    });
    workspace.schema ??= schemaFileOf(workspace, run.loaded);
    const facts = { ...run, deadlineMs: options.deadlineMs, before: out === 'empty' ? new Map() : out };
    const verdict = verdictOf(workspace, ran, facts);
    if (verdict.state === 'retry' && attempt < mostAttempts) continue;
    const answered = verdict.state === 'retry' ? verdict.otherwise : verdict;
    const isVague = answered.state === 'unreadable' && answered.line === null && ran.ended === 'by itself';
    const hidesPlaces = workspace.kit.major === 1 || !existsSync(run.loaded);
    return isVague && hidesPlaces ? await inMoreWords(workspace, answered, facts) : answered;
  }
}

/** The schema from nothing, where nothing can have been renamed: asked for once in each workspace. */
export function wholeSchema(workspace: Workspace, options: GenerateOptions): Promise<WholeSchema> {
  workspace.whole ??= generate(workspace, 'empty', options).then((generated) =>
    generated.state === 'questions'
      ? { state: 'refused', why: 'drizzle-kit asks what was renamed where there was nothing before' }
      : generated,
  );
  return workspace.whole;
}

/** What drizzle-kit prints when its work is done: 0.x in words, 1.0 as JSON. */
const answer =
  /No schema changes, nothing to migrate|Your SQL migration file|Interactive prompts require a TTY|"status":"(?:ok|no_changes|missing_hints|error)"/;

interface Facts extends Run {
  readonly deadlineMs: number;
  readonly before: ReadonlyMap<string, Buffer>;
}

/** Both tell an error of the config, and 1.0 any, without where it was thrown: one more run says so. */
async function inMoreWords(workspace: Workspace, vague: Unreadable, facts: Facts): Promise<Unreadable> {
  const run = layOut(workspace, 'empty', { explains: facts.loaded });
  const ran = await runKit(workspace, {
    parameters: ['generate', '--config', run.config],
    deadlineMs: facts.deadlineMs,
    isAnswer: (text) => answer.test(text),
  });
  const again = troubleOf(workspace, ran, { loaded: facts.loaded, deadlineMs: facts.deadlineMs });
  const told = again.state === 'retry' ? again.otherwise : again;
  return told.state === 'unreadable' && ran.ended === 'by itself' && ran.code !== 0 ? told : vague;
}

function verdictOf(
  workspace: Workspace,
  ran: Ran,
  { folder, loaded, deadlineMs, before }: Facts,
): Generated | Retry {
  const files = filesBelow(folder);
  if (files !== null) {
    const sql = [...files].filter(([path]) => path.endsWith('.sql') && !before.has(path));
    const size = sql.reduce((sum, [, content]) => sum + content.length, 0);
    if (size > baselineLimit) {
      const mebibytes = (size / 2 ** 20).toFixed(1);
      return {
        state: 'refused',
        why: `drizzle-kit wrote ${mebibytes} MiB of SQL, and the gate reads up to 4`,
      };
    }
    if (sql.length > 0) return { state: 'generated', sql: sql.map(([, text]) => text).join('\n'), files };
  }
  if (/No schema changes, nothing to migrate|"status":"no_changes"/.test(ran.text))
    return { state: 'in-sync' };
  if (workspace.kit.major === 1) {
    const unresolved = missingHints(ran.output);
    if (unresolved !== null) return { state: 'questions', unresolved };
  } else if (/Interactive prompts require a TTY|created or renamed from another/.test(ran.text))
    return { state: 'questions', unresolved: null };
  return troubleOf(workspace, ran, { loaded, deadlineMs });
}

function missingHints(output: string): MissingHint[] | null {
  for (const line of output.split('\n')) {
    if (!line.includes('"missing_hints"')) continue;
    try {
      const told = parse(response, JSON.parse(line));
      return told.unresolved;
    } catch {
      // A line that only looks like it.
    }
  }
  return null;
}

const response = object({
  status: literal('missing_hints'),
  unresolved: array(object({ kind: string(), entity: array(string()) })),
});

/** Null when there is more than any migration is. Links are not followed: code of the project may have made circles of them. */
function filesBelow(folder: string): Map<string, Buffer> | null {
  const files = new Map<string, Buffer>();
  let size = 0;
  let seen = 0;
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const name = posix.join(at, entry.name);
      seen += 1;
      if (seen > entriesLimit) return null;
      if (entry.isDirectory()) waiting.push(name);
      const content = entry.isFile() ? readRegular(join(folder, name), outputLimit - size) : null;
      if (content === 'too large') return null;
      if (content === null) continue;
      size += content.length;
      files.set(name, content);
    }
  }
  return files;
}

/** What is left of the project's code may put something else in the place of a file: a pipe would be read for ever. */
function readRegular(file: string, limit: number): Buffer | 'too large' | null {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(opened);
    if (!status.isFile()) return null;
    return status.size > limit ? 'too large' : readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}
