/** What git says about the migrations: which are base, which are new, and what is broken about them. */

import type { CommentedOut } from './commented-out.ts';
import type { Migration, SqlFile } from './migration.ts';

/** A fact about the integrity of history; each kind is the id of the rule that reports it. */
export interface HistoryProblem {
  readonly kind:
    | 'migration-skipped'
    | 'migration-edited'
    | 'migration-removed'
    | 'migration-unlisted'
    | 'migration-out-of-order'
    | 'migration-stamped-ahead'
    | 'snapshot-chain-broken'
    | 'unsafe-push'
    | 'journal-broken';
  /** Where this case weighs less or more than its rule; absent: as the rule says. */
  readonly severity?: 'error' | 'warning' | 'notice';
  /** The tag or file it is about. */
  readonly object: string;
  /** Where to look: the migration or the journal, relative to the repository root. */
  readonly file: string;
  /** Counted from 1; null when it is about the whole file. */
  readonly line: number | null;
  /** The base state has it too: standing debt, not this pull request's. */
  readonly atBase: boolean;
  /** Where the rule's own title would not fit: what was found, with the user's names and no full stop. */
  readonly title?: string;
  /** One sentence with the values seen. */
  readonly what: string;
  /** What to do, with the user's own names and values in it. */
  readonly remedy: string;
  readonly evidence: Readonly<Record<string, string | number | null>>;
}

/** Another migrations table than the one that production's rows stand in. */
export interface MovedTable {
  readonly from: { readonly schema: string; readonly name: string };
  readonly to: { readonly schema: string; readonly name: string };
  /** The config at head. */
  readonly file: string;
  readonly line: number;
}

/**
 * Who applies the migrations in production: Drizzle's migrator, the Supabase CLI, another tool that takes every file
 * by name, or nobody (`schema`: nothing is committed, and `base` and `new` are generated from the Drizzle schema).
 */
export type Applier = 'drizzle' | 'supabase' | 'files' | 'schema';

/** How Drizzle keeps migrations: one journal (drizzle-kit 0.x) or a folder each (1.0). */
export type Layout = 'journal' | 'folders';

/** The project's Drizzle config, for whoever runs the project's own drizzle-kit. */
export interface DrizzleProject {
  /** Relative to the repository root, where drizzle-kit is run. */
  readonly workingDirectory: string;
  /** The config at head and at base, relative to the repository root; null where there is none. */
  readonly config: { readonly head: string; readonly base: string | null };
  /** Line of the config's default export at head. */
  readonly line: number;
}

export interface History {
  readonly applier: Applier;
  /** Why that one, in one clause; `as told by the option migrations-from` when it was given. */
  readonly applierWhy: string;
  /** Drizzle's layout at head and at base; null with another applier. They differ where `drizzle-kit up` was run. */
  readonly layout: { readonly head: Layout; readonly base: Layout } | null;
  /** The folder has another place than at base, and what base has of it came along unchanged. */
  readonly moved: { readonly from: string; readonly to: string; readonly migrations: number } | null;
  /** New migrations (tags) that sort before one of base: production runs them last, a fresh database in between. */
  readonly outOfOrder: readonly string[];
  /** Tags in the order of the journal, where new ones stand among those of base; absent: base, then new. */
  readonly journalOrder?: readonly string[];
  /** null: no Drizzle config is there, or none that can be read. */
  readonly drizzle: DrizzleProject | null;
  /** The migrations folder and its journal, relative to the repository root. */
  readonly directory: string;
  readonly journalFile: string | null;
  /** In the order production runs them. */
  readonly base: readonly Migration[];
  readonly new: readonly Migration[];
  /** New migrations production would never run (Drizzle compares `when` with the newest row): not part of `new`. */
  readonly skipped: readonly Migration[];
  /** First migrations of base that are one comment: what they say was there before Drizzle, and no replay makes it. */
  readonly commentedOut?: readonly CommentedOut[];
  readonly rls: { readonly base: readonly SqlFile[]; readonly head: readonly SqlFile[] };
  readonly bootstrap: SqlFile | null;
  readonly baseline: SqlFile | null;
  readonly seed: SqlFile | null;
  /** Seed, bootstrap and baseline files of the pull request that were passed over for the base branch's. */
  readonly passedOver?: readonly string[];
  /** Drizzle's migrations table; null when Drizzle's migrator is not used. */
  readonly migrationsTable: { readonly schema: string; readonly name: string } | null;
  /** What head's Drizzle config makes its credentials from, for telling databases apart: never to be shown. */
  readonly credentials?: readonly string[] | null;
  /** What the Drizzle config names for it at base and at head, where both say it in literals and not the same. */
  readonly migrationsTableMoved?: MovedTable | null;
  readonly problems: readonly HistoryProblem[];
  /** The head journal cannot be read at all: there is nothing to replay, and the verdict is `error`. */
  readonly unreadable: boolean;
}

/** Every file whose SQL a replay runs, except the seed, in that order. */
export function filesOf({ bootstrap, baseline, base, rls, new: migrations }: History): readonly SqlFile[] {
  return [bootstrap ?? [], baseline ?? [], base, rls.base, migrations, rls.head].flat();
}
