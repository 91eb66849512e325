/** What the project's own drizzle-kit says about the schema of a pull request: the code of the pull request, run at arm's length. */
import { GatekeeperError } from '../../errors.ts';
import type { DrizzleProject, History, HistoryProblem } from '../history.ts';
import type { Tree } from '../tree.ts';
import { type Drift, driftOf } from './drift.ts';
import { wholeSchema } from './generate.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Whether the Drizzle schema and the migrations agree at head. */
export type SchemaLook = Unchecked | Unreadable | Compared;

/** Nobody asked, or there is nothing to ask with: no finding, one line in `notChecked`. */
export interface Unchecked {
  readonly state: 'unchecked';
  readonly kit: null;
  /** In one clause, with what to add to the workflow where that would help. */
  readonly why: string;
  /** The reader of the verdict has to know it. */
  readonly prominent: boolean;
}

/** The schema or its config could not be evaluated, so nobody knows whether they agree. */
export interface Unreadable {
  readonly state: 'unreadable';
  /** `drizzle-kit 0.31.11`; null when not even that is known. */
  readonly kit: string | null;
  /** Where it broke, relative to the repository root. */
  readonly file: string;
  readonly line: number | null;
  /** One sentence with the kit's own words in it, without paths of the scratch copy. */
  readonly what: string;
  readonly remedy: string;
  /** Base cannot be read either: standing debt. */
  readonly atBase: boolean;
}

export interface Compared {
  readonly state: 'in-sync' | 'drift';
  readonly kit: string;
  /** Where the schema is declared: its file where there is one, else the config. */
  readonly file: string;
  /** What drizzle-kit would generate on top of head's migrations; empty when in sync. */
  readonly missing: readonly MissingStatement[];
  /** What drizzle-kit asks instead of generating: was it renamed? */
  readonly questions: readonly RenameQuestion[];
}

export interface MissingStatement {
  readonly sql: string;
  /** It is missing at base too. */
  readonly atBase: boolean;
}

/** Something vanished and something like it appeared: dropped and made anew, or renamed? */
export interface RenameQuestion {
  readonly kind: 'table' | 'column' | 'enum' | 'schema' | 'sequence' | 'view' | 'policy' | 'role' | 'other';
  /** Schema-qualified, as the catalog names it; what vanished (the candidates) and what appeared. */
  readonly from: readonly string[];
  readonly to: string;
  readonly atBase: boolean;
}

export interface SchemaRequest {
  /** The checkout, absolute: where `node_modules` lie. It is read, never written to. */
  readonly root: string;
  readonly base: Tree;
  readonly head: Tree;
  readonly history: History;
  /** Milliseconds for each run of drizzle-kit. */
  readonly deadlineMs: number;
}

export interface LookedAt {
  readonly look: SchemaLook;
  /** The SQL that builds the schema of that commit from nothing; null when it cannot be read. */
  sql(at: 'base' | 'head'): Promise<string | null>;
  /** Removes the copies. */
  close(): Promise<void>;
}

/**
 * Asks drizzle-kit about head, and about base where head has something to say. Whatever the code of the pull request
 * does, it can make drizzle-kit say what it likes about its own schema, and that is all it gains: the migrations are
 * replayed whatever is said here. Never throws for what that code does.
 */
export async function lookAtSchema(request: SchemaRequest): Promise<LookedAt> {
  const { drizzle } = request.history;
  if (drizzle === null) {
    return notLookedAt('there is no Drizzle config');
  }
  const copies = new Copies(request, drizzle);
  try {
    const look = await lookAtHead(request, copies);
    return { look, sql: (at) => copies.sql(at), close: () => copies.close() };
  } catch (error) {
    await copies.close();
    const why = troubleOfOurs(error);
    if (why === null) throw error;
    return notLookedAt(`the schema could not be looked at: ${why}`, { prominent: true });
  }
}

/** Nobody was asked, or nobody could be: there is no SQL to build anything from. */
export function notLookedAt(why: string, { prominent } = { prominent: false }): LookedAt {
  return {
    look: unchecked(why, { prominent }),
    sql: async () => null,
    close: async () => undefined,
  };
}

/** A full disk, a damaged repository, JSON nested deeper than the stack; null for a bug. */
function troubleOfOurs(error: unknown): string | null {
  if (error instanceof RangeError) return 'what drizzle-kit wrote cannot be read';
  if (error instanceof GatekeeperError) return error.message;
  const isOfTheSystem = error instanceof Error && 'syscall' in error;
  return isOfTheSystem ? error.message : null;
}

function unchecked(why: string, { prominent }: { readonly prominent: boolean }): Unchecked {
  return { state: 'unchecked', kit: null, why, prominent };
}

/** Of both commits, each made when it is first wanted. */
class Copies {
  readonly #request: SchemaRequest;
  readonly #drizzle: DrizzleProject;
  readonly #opened = new Map<'base' | 'head', Promise<Workspace | Unchecked | Unreadable>>();

  constructor(request: SchemaRequest, drizzle: DrizzleProject) {
    this.#request = request;
    this.#drizzle = drizzle;
  }

  of(at: 'base' | 'head'): Promise<Workspace | Unchecked | Unreadable> {
    const opened = this.#opened.get(at) ?? this.#open(at);
    this.#opened.set(at, opened);
    return opened;
  }

  async #open(at: 'base' | 'head'): Promise<Workspace | Unchecked | Unreadable> {
    const { config, workingDirectory } = this.#drizzle;
    const file = config[at];
    if (file === null) return unchecked('base has no Drizzle config', { prominent: false });
    const { root } = this.#request;
    return await openWorkspace({ root, tree: this.#request[at], workingDirectory, config: file });
  }

  /** Equal commits get equal answers. */
  async areSame(): Promise<boolean> {
    const [base, head] = [await this.of('base'), await this.of('head')];
    if ('state' in base || 'state' in head) return false;
    return base.config === head.config && sameFiles(base.files, head.files);
  }

  async sql(at: 'base' | 'head'): Promise<string | null> {
    const workspace = await this.of(at === 'base' && (await this.areSame()) ? 'head' : at);
    if ('state' in workspace) return null;
    const whole = await wholeSchema(workspace, this.#request);
    if (whole.state === 'generated') return whole.sql;
    return whole.state === 'in-sync' ? '' : null;
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#opened.values());
    for (const one of all) {
      if (one.status === 'fulfilled' && !('state' in one.value)) await one.value.close();
    }
  }
}

async function lookAtHead(request: SchemaRequest, copies: Copies): Promise<SchemaLook> {
  const { history } = request;
  const head = await copies.of('head');
  if ('state' in head) return head;
  if (history.problems.some(breaksSnapshots)) {
    const why = 'drizzle-kit compares it with the snapshots, and those are broken';
    return unchecked(why, { prominent: false });
  }
  // 1.0 needs this run besides; 0.x begins with it.
  wholeSchema(head, request).catch(() => undefined);
  const folder = { tree: request.head, directory: history.directory };
  let asked: Promise<Standing> | null = null;
  const askBase = () => {
    asked ??= standing(request, copies, drift);
    // Head's answer may be such that nobody waits for base's.
    asked.catch(() => undefined);
    return asked;
  };
  const drift = driftOf(head, folder, { deadlineMs: request.deadlineMs, whenApart: askBase });
  const found = await drift;
  if (found.state === 'in-sync') return compared(head, { missing: [], questions: [] });
  if (found.state === 'refused') return unchecked(found.why, { prominent: true });
  const base = await askBase();
  if (found.state === 'unreadable') return { ...found, atBase: base.isUnreadable };
  return compared(head, {
    missing: found.missing.map((sql) => ({ sql, atBase: base.missing.has(canonical(sql)) })),
    questions: found.questions.map((question) => ({ ...question, atBase: base.asked.has(nameOf(question)) })),
  });
}

/** By this pull request; what was broken before is compared all the same, and what comes of it is standing debt. */
function breaksSnapshots({ kind, atBase }: HistoryProblem): boolean {
  return !atBase && (kind === 'snapshot-chain-broken' || kind === 'journal-broken');
}

interface Standing {
  readonly isUnreadable: boolean;
  readonly missing: ReadonlySet<string>;
  readonly asked: ReadonlySet<string>;
}

/** What drizzle-kit says about base: debt that this pull request did not make. */
async function standing(request: SchemaRequest, copies: Copies, head: Promise<Drift>): Promise<Standing> {
  const base = await copies.of('base');
  const nothingKnown = { isUnreadable: false, missing: new Set<string>(), asked: new Set<string>() };
  if ('state' in base) return { ...nothingKnown, isUnreadable: base.state === 'unreadable' };
  const { moved, directory } = request.history;
  const folder = { tree: request.base, directory: moved?.from ?? directory };
  const found = (await copies.areSame()) ? await head : await driftOf(base, folder, request);
  if (found.state === 'unreadable') return { ...nothingKnown, isUnreadable: true };
  if (found.state !== 'apart') return nothingKnown;
  return {
    isUnreadable: false,
    missing: new Set(found.missing.map(canonical)),
    asked: new Set(found.questions.map(nameOf)),
  };
}

export function compared(
  { kit, schema, config }: Workspace,
  { missing, questions }: Pick<Compared, 'missing' | 'questions'>,
): Compared {
  const state = missing.length === 0 && questions.length === 0 ? 'in-sync' : 'drift';
  return { state, kit: kit.name, file: schema ?? config, missing, questions };
}

function sameFiles(left: ReadonlyMap<string, Buffer>, right: ReadonlyMap<string, Buffer>): boolean {
  if (left.size !== right.size) return false;
  return [...left].every(([path, content]) => right.get(path)?.equals(content) === true);
}

/** For telling two statements apart, whatever their spaces. */
function canonical(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}

function nameOf({ kind, from, to }: RenameQuestion): string {
  return JSON.stringify([kind, [...from].sort(), to]);
}
