/** Asks the project's drizzle-kit what it would generate on top of a given migrations folder. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Unreadable } from './look.ts';
import { type Ran, runKit } from './run.ts';
import { type Refused, troubleOf } from './trouble.ts';
import type { Workspace } from './workspace.ts';

export type Generated = InSync | NewMigration | Questions | Refused | Unreadable;

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
    const run = prepare(workspace, out);
    const ran = await runKit(workspace, {
      parameters: [
        ...['generate', '--config', run.config, '--name', 'gate'],
        ...(workspace.kit.major === 1 ? ['--output', 'json'] : []),
        ...(options.hints === undefined ? [] : ['--hints', JSON.stringify(options.hints)]),
      ],
      deadlineMs: options.deadlineMs,
      isAnswer: (text) => answer.test(text),
    });
    workspace.schema ??= schemaFileOf(workspace, run.loaded);
    const verdict = verdictOf(workspace, ran, run, out === 'empty' ? new Map() : out);
    if (verdict.state !== 'retry') return verdict;
    if (attempt >= 6) return verdict.otherwise;
  }
}

/** The schema from nothing: asked for once in each workspace. */
export function wholeSchema(workspace: Workspace, options: GenerateOptions): Promise<Generated> {
  workspace.whole ??= generate(workspace, 'empty', options);
  return workspace.whole;
}

/** What drizzle-kit prints when its work is done: 0.x in words, 1.0 as JSON. */
const answer =
  /No schema changes, nothing to migrate|Your SQL migration file|Interactive prompts require a TTY|"status":"(?:ok|no_changes|missing_hints|error)"/;

interface Run {
  /** Relative to the working directory. */
  readonly config: string;
  /** Absolute. */
  readonly folder: string;
  /** Written by our config once the project's was loaded. */
  readonly loaded: string;
}

/** A config that is the project's with another `out`; beside it, so that what it imports is found. */
function prepare(workspace: Workspace, out: ReadonlyMap<string, Buffer> | 'empty'): Run {
  workspace.runs += 1;
  const name = `.gatekeeper-${workspace.runs}`;
  const folder = join(workspace.copy, workspace.workingDirectory, name);
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of out === 'empty' ? [] : out) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  const loaded = join(workspace.scratch, `loaded-${workspace.runs}.json`);
  // 1.0 hands everything but TypeScript to Node, 0.x everything to its own loader.
  const isScript = workspace.kit.major === 1 && /\.[cm]?js$/.test(workspace.config);
  const file = posix.join(posix.dirname(workspace.config), `${name}.config.${isScript ? 'mjs' : 'ts'}`);
  writeFileSync(join(workspace.copy, file), configText(workspace, { out: `./${name}`, loaded }));
  return { config: posix.relative(workspace.workingDirectory, file), folder, loaded };
}

function configText(workspace: Workspace, { out, loaded }: { out: string; loaded: string }): string {
  const users = posix.basename(workspace.config);
  const isJson = users.endsWith('.json');
  const given = isJson
    ? `const given = ${readFileSync(join(workspace.copy, workspace.config), 'utf8')};`
    : `import * as module from ${JSON.stringify(`./${users}`)};
const given = module.default?.default ?? module.default ?? module;`;
  return `import { writeFileSync } from 'node:fs';
${given}
writeFileSync(${JSON.stringify(loaded)}, JSON.stringify({ schema: given.schema }));
export default { ...given, out: ${JSON.stringify(out)}, migrations: { ...given.migrations, prefix: 'index' } };
`;
}

type Retry = { readonly state: 'retry'; readonly otherwise: Unreadable };

function verdictOf(
  workspace: Workspace,
  ran: Ran,
  { folder, loaded }: Run,
  before: ReadonlyMap<string, Buffer>,
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
  return troubleOf(workspace, ran, { loaded });
}

/** The one file that the schema is declared in; null where there are several, or a pattern. */
function schemaFileOf({ copy, workingDirectory }: Workspace, loaded: string): string | null {
  if (!existsSync(loaded)) return null;
  let told: unknown;
  try {
    told = JSON.parse(readFileSync(loaded, 'utf8'));
  } catch {
    return null;
  }
  const schema = typeof told === 'object' && told !== null && 'schema' in told ? told.schema : null;
  const [only, ...others]: unknown[] = Array.isArray(schema) ? schema : [schema];
  if (typeof only !== 'string' || others.length > 0) return null;
  const file = posix.join(workingDirectory, only);
  const isInside = !posix.isAbsolute(only) && file !== '..' && !file.startsWith('../');
  const status = isInside ? lstatSync(join(copy, file), { throwIfNoEntry: false }) : undefined;
  return status?.isFile() === true ? file : null;
}

function missingHints(output: string): MissingHint[] | null {
  for (const line of output.split('\n')) {
    if (!line.includes('"missing_hints"')) continue;
    try {
      const told: { status?: unknown; unresolved?: MissingHint[] } = JSON.parse(line);
      if (told.status === 'missing_hints' && Array.isArray(told.unresolved)) return told.unresolved;
    } catch {
      // A line that only looks like it.
    }
  }
  return null;
}

/** Null when there is more than any migration is. */
function filesBelow(folder: string): Map<string, Buffer> | null {
  const files = new Map<string, Buffer>();
  let size = 0;
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
