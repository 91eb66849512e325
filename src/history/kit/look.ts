/** What the project's own drizzle-kit says about the schema of a pull request: the code of the pull request, run at arm's length. */
import type { History } from '../history.ts';
import type { Tree } from '../tree.ts';

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

/** Never throws for what the pull request's code does. */
export async function lookAtSchema(_request: SchemaRequest): Promise<LookedAt> {
  return {
    look: { state: 'unchecked', kit: null, why: 'not built yet', prominent: false },
    sql: async () => null,
    close: async () => undefined,
  };
}
