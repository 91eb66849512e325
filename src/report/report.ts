/** The whole outcome as one value: `report.json` is this, and every text is made from it. */
import type { Change } from '../catalog/change.ts';
import type { PostgresSource } from '../database/database.ts';
import type { FailOn, JudgedFinding, Verdict } from '../findings/judged.ts';
import type { Applier, Layout } from '../history/history.ts';
import type { SchemaLook } from '../history/kit/look.ts';
import type { TransactionMode } from '../replay/new-set.ts';
import type { Job, MigrationRecord } from '../replay/record.ts';

/** What the verdict does not rest on, and why. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
  /** A reader of the verdict has to know it: shown above the findings, not only in the folded list. */
  readonly prominent?: boolean;
}

/** Why no judgement was possible: a known failure, as text. */
export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface ReportChange extends Change {
  readonly file: string | null;
  readonly line: number | null;
}

export interface Report {
  readonly version: 1;
  readonly verdict: Verdict;
  /** Set when the verdict is `error`. */
  readonly error: ReportError | null;
  /** What decided: the lowest severity that blocks, and whether standing findings count. Absent: `error`, no. */
  readonly decidedBy?: { readonly failOn: FailOn; readonly all: boolean };
  /** Hex sha256 over what would run. */
  readonly plan: string;
  /** The working directory, `.` for the repository root. */
  readonly project: string;
  readonly base: { readonly sha: string };
  readonly head: { readonly sha: string };
  readonly postgres: {
    readonly source: PostgresSource;
    readonly version: string;
    readonly image: string | null;
    /** Why this one. */
    readonly chosen: string;
    readonly tried: readonly { readonly adapter: PostgresSource; readonly reason: string }[];
    /** Extensions that were stand-ins of ours, as far as the SQL made them. */
    readonly standIns: readonly string[];
  } | null;
  readonly platform: 'supabase' | 'postgres';
  /** Why, in one clause; `as told by the option platform` when it was given. */
  readonly platformWhy: string;
  /** Statements of the new set and of head's `rls.sql`, by outcome. */
  readonly outcomes: {
    readonly executed: number;
    readonly standIn: number;
    readonly notExecuted: number;
    readonly failed: number;
  };
  /** Scheduled jobs of pg_cron. */
  readonly jobs: readonly Job[];
  /** Who applies the migrations in production, and why that is thought; null when no history was read. */
  readonly applier: {
    readonly kind: Applier;
    readonly why: string;
    readonly layout: Layout | null;
    /** Another than `layout` where `drizzle-kit up` was run. */
    readonly layoutAtBase: Layout | null;
    /** What one transaction holds of the new migrations. */
    readonly transaction: TransactionMode;
  } | null;
  /** The folder of the migrations has moved, and nothing of base was lost with it. */
  readonly moved: { readonly from: string; readonly to: string; readonly migrations: number } | null;
  /** What the project's own drizzle-kit says: the schema and the migrations agree, or not, or could not be compared. */
  readonly schema: {
    readonly state: SchemaLook['state'];
    readonly kit: string | null;
    /** Where the schema is declared, or where it broke. */
    readonly file: string | null;
  };
  readonly dataApiGrants: 'explicit' | 'automatic';
  /** Of the head's catalog: what a deploy has to find afterwards. Null when nothing was replayed. */
  readonly fingerprint: string | null;
  readonly durationMs: number;
  readonly migrations: readonly MigrationRecord[];
  /** `rls.sql` as applied after the new migrations. */
  readonly rls: readonly { readonly file: string; readonly statements: number; readonly changed: boolean }[];
  readonly changes: readonly ReportChange[];
  readonly access: readonly {
    readonly object: string;
    readonly role: 'anon' | 'authenticated' | 'other-user' | 'service_role';
    readonly command: 'select' | 'insert' | 'update' | 'delete';
    readonly before: 'none' | 'own' | 'all' | 'denied' | 'error';
    readonly after: 'none' | 'own' | 'all' | 'denied' | 'error';
  }[];
  readonly findings: readonly JudgedFinding[];
  readonly notChecked: readonly NotChecked[];
}
