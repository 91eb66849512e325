/** What a replay saw, statement by statement. */

export interface Place {
  /** Relative to the repository root. */
  readonly file: string;
  readonly line: number;
}

/** Why a statement failed, without row values (Postgres' DETAIL may quote them, so it is dropped). */
export interface StatementFailure {
  readonly sqlstate: string;
  readonly message: string;
  readonly hint: string | null;
  /** It was stopped by our deadline, not by Postgres. */
  readonly deadline: boolean;
  /** It was not sent, because a hosted project would refuse it; `message` and `hint` say why. Absent: it was sent. */
  readonly refused?: boolean;
  /** The extension that brings what is missing, where the stand-in for it does not. Absent: it is something else. */
  readonly beyondStandIn?: string;
}

export interface LockTaken {
  /** `schema.table`, quoted where needed. */
  readonly object: string;
  /** As in `pg_locks.mode`. */
  readonly mode: string;
}

export interface StatementRecord extends Place {
  readonly sql: string;
  /** Node tag of Postgres' parser; null when it does not parse. */
  readonly node: string | null;
  readonly outcome: 'executed' | 'stand-in' | 'not-executed' | 'failed';
  /** The stand-in it ran against (`vector`), or why it was left out, in one clause. Null for the other outcomes. */
  readonly because: string | null;
  readonly error: StatementFailure | null;
  /** First taken by this statement, on relations that existed at base. */
  readonly locks: readonly LockTaken[];
  /** Relations that existed at base whose storage file was replaced by this statement. */
  readonly rewrites: readonly string[];
  readonly durationMs: number;
}

/** One SQL file, applied. */
export interface FileRecord {
  readonly file: string;
  readonly statements: readonly StatementRecord[];
}

export interface MigrationRecord extends FileRecord {
  readonly tag: string;
  readonly state: 'base' | 'new';
  readonly sha256: string;
}

/** One row of `pg_event_trigger_dropped_objects()`. */
export interface DroppedObject {
  /** The statement that did it; null if it could not be matched. */
  readonly place: Place | null;
  /** Postgres' words: `table`, `table column`, `policy`, `view`, `table constraint`, `index`, `trigger`, `function` … */
  readonly type: string;
  readonly oid: number;
  /** Column number for a column, else 0. */
  readonly subId: number;
  /** Postgres' quoted identity: `public.todo.title`, `"Owners read" on public.todo`. */
  readonly identity: string;
  /** Named by the statement itself. */
  readonly original: boolean;
  /** Went only because CASCADE reached it. */
  readonly cascaded: boolean;
}

/** A DDL command seen by the event trigger: where an object was made or altered. */
export interface TouchedObject {
  readonly place: Place | null;
  /** `CREATE TABLE`, `ALTER TABLE` … */
  readonly command: string;
  readonly type: string;
  readonly oid: number;
  readonly identity: string;
}

/** Rows of a table that existed at base, counted before and after the new migrations. */
export interface RowCount {
  readonly table: string;
  readonly oid: number;
  readonly before: number;
  /** null: the table is gone. */
  readonly after: number | null;
  /** Statements after which rows were gone, worst first. */
  readonly removedBy: readonly (Place & { readonly rows: number })[];
}

/** The base history did not replay from nothing. Never the pull request's fault. */
export interface BaseGap {
  readonly place: Place;
  readonly error: StatementFailure;
  /** What later statements will miss because of it, as far as the parser can tell: `public.todo`. */
  readonly missing: readonly string[];
  /** Columns that did not get the type production has: `public.todo.id`. */
  readonly oldType?: readonly string[];
  /** Nothing failed: the migration is a comment, as `drizzle-kit pull` writes the first one. */
  readonly isCommentedOut?: boolean;
}

/** One scheduled job, read from the stand-in of pg_cron. */
export interface Job {
  readonly name: string | null;
  readonly schedule: string;
  readonly command: string;
  readonly active: boolean;
  /** Seen before the new migrations and after them. */
  readonly state: 'standing' | 'new' | 'removed';
}

/** `rls.sql` applied once: all files in order, up to the statement that failed. */
export interface RlsRun {
  readonly files: readonly FileRecord[];
  readonly failed: StatementRecord | null;
}

/** Everything the new migrations and `rls.sql` did. */
export interface Replay {
  readonly base: readonly MigrationRecord[];
  readonly gaps: readonly BaseGap[];
  /** base's `rls.sql` on the base history; null without one. */
  readonly baseRls: RlsRun | null;
  readonly new: readonly MigrationRecord[];
  /** The first statement of the new set that failed: production would stop here. */
  readonly failed: StatementRecord | null;
  /**
   * The statement that rows of our own making broke; everything else here is then from a second try without them.
   * Null when they broke none.
   */
  readonly failedOnMadeUpRows: StatementRecord | null;
  /** `failed` may be due to rows of our own making, and what came before it was kept: only another database can tell. */
  readonly blamesMadeUpRows: boolean;
  /** head's `rls.sql` after the new migrations, and the same once more; null without one or after a failure. */
  readonly headRls: RlsRun | null;
  readonly headRlsAgain: RlsRun | null;
  readonly dropped: readonly DroppedObject[];
  readonly touched: readonly TouchedObject[];
  readonly rows: readonly RowCount[];
  /** Stand-ins that the SQL has installed when the replay ends, or used, sorted. */
  readonly standIns: readonly string[];
  /** Jobs of pg_cron, by name, then by command. */
  readonly jobs: readonly Job[];
  /** Tables that could not be given rows, and why. */
  readonly unseeded: readonly { readonly table: string; readonly why: string }[];
}
