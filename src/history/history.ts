/** What git says about the migrations: which are base, which are new, and what is broken about them. */
import type { Migration, SqlFile } from './migration.ts';

/** A fact about the integrity of history; each kind is the id of the rule that reports it. */
export interface HistoryProblem {
  readonly kind:
    | 'migration-skipped'
    | 'migration-edited'
    | 'migration-removed'
    | 'migration-unlisted'
    | 'journal-broken';
  /** The tag or file it is about. */
  readonly object: string;
  /** Where to look: the migration or the journal, relative to the repository root. */
  readonly file: string;
  /** Counted from 1; null when it is about the whole file. */
  readonly line: number | null;
  /** The base state has it too: standing debt, not this pull request's. */
  readonly atBase: boolean;
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

export interface History {
  /** Who applies the migrations in production. */
  readonly applier: 'drizzle' | 'files';
  /** The migrations folder and its journal, relative to the repository root. */
  readonly directory: string;
  readonly journalFile: string | null;
  /** In the order production runs them. */
  readonly base: readonly Migration[];
  readonly new: readonly Migration[];
  /** New migrations production would never run (Drizzle compares `when` with the newest row): not part of `new`. */
  readonly skipped: readonly Migration[];
  readonly rls: { readonly base: readonly SqlFile[]; readonly head: readonly SqlFile[] };
  readonly bootstrap: SqlFile | null;
  readonly baseline: SqlFile | null;
  readonly seed: SqlFile | null;
  /** Seed, bootstrap and baseline files of the pull request that were passed over for the base branch's. */
  readonly passedOver?: readonly string[];
  /** Drizzle's migrations table; null when Drizzle's migrator is not used. */
  readonly migrationsTable: { readonly schema: string; readonly name: string } | null;
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
