/** What each way of applying migrations reads, and the part of the history that it makes of that. */
import type { Trees } from './companions.ts';
import type { DrizzleConfig } from './drizzle-config.ts';
import type { History } from './history.ts';

/** Where everything stands at the three commits. */
export interface Places {
  readonly trees: Trees;
  /** The package that is judged, relative to the repository root. */
  readonly workingDirectory: string;
  /** The option migrations-dir names the folder. */
  readonly isNamed: boolean;
  /** The migrations folder at each commit. */
  readonly directories: { readonly head: string; readonly base: string; readonly mergeBase: string };
  /** null: there is none, or none that can be read. */
  readonly configs: { readonly head: DrizzleConfig | null; readonly base: DrizzleConfig | null };
  /** Files with another part to play (rls.sql, seeds), which may lie among the migrations. */
  readonly except: ReadonlySet<string>;
  /** When the head commit was made, in milliseconds; undefined: now. */
  readonly headTime: number | undefined;
}

export type AppliedHistory = Pick<
  History,
  | 'layout'
  | 'moved'
  | 'outOfOrder'
  | 'journalOrder'
  | 'directory'
  | 'journalFile'
  | 'base'
  | 'new'
  | 'skipped'
  | 'migrationsTable'
  | 'migrationsTableMoved'
  | 'problems'
  | 'unreadable'
>;

/** Nothing of it; each way fills in what it knows. */
export const nothingApplied = {
  layout: null,
  moved: null,
  outOfOrder: [],
  journalFile: null,
  base: [],
  new: [],
  skipped: [],
  migrationsTable: null,
  migrationsTableMoved: null,
  problems: [],
  unreadable: false,
} as const;
