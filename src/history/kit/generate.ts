/** Asks the project's drizzle-kit what it would generate on top of a given migrations folder. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, literal, object, parse, string } from 'valibot';
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

/**
 * `out`: what stands in the migrations folder, by path relative to it; drizzle-kit 0.x reads `meta/`, 1.0 the
 * snapshots in each migration's folder. Runs may overlap. Never throws for what the code of the project does.
 */
export async function generate(
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

/** Null when there is more than any migration is. */
function filesBelow(folder: string): Map<string, Buffer> | null {
  const files = new Map<string, Buffer>();
  let size = 0;
  // Code of the project may have put a link in its place.
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const place = join(folder, name);
    // A link would be read from wherever it leads.
    const status = lstatSync(place);
    if (!status.isFile()) continue;
    size += status.size;
    if (size > outputLimit) return null;
    files.set(name, readFileSync(place));
  }
  return files;
}
