/** What a rule is: a fact about one database state, or about what the pull request did. */
import type { Catalog } from '../catalog/catalog.ts';
import type { Change } from '../catalog/change.ts';
import type { History } from '../history/history.ts';
import type { SchemaLook } from '../history/kit/look.ts';
import type { Place, Replay, StatementRecord } from '../replay/record.ts';

export type Severity = 'error' | 'warning' | 'notice';
export type Category = 'history' | 'applying' | 'data loss' | 'access' | 'house';

/** What the docs, the registry and `explain` know of a rule. The id is the file's name. */
export interface RuleMeta {
  readonly id: string;
  /** One line, sentence case, no full stop: `A column that existed is gone`. */
  readonly title: string;
  readonly category: Category;
  readonly severity: Severity;
  /** `gatekeeper.json` may change the severity. */
  readonly configurable: boolean;
  readonly waivable: boolean;
  /** The exact condition. */
  readonly firesWhen: string;
  /** What it does to people: who waits, what is lost, who can read. */
  readonly effect: string;
  readonly remedy: string;
  /** Where it stays silent on purpose. */
  readonly silentWhen: string;
}

/** One case of a rule, before severity, waivers and `introduced` are decided. */
export interface Finding {
  /** Schema-qualified; a constraint, index, policy or trigger is `schema.table.name`. For history rules a tag or file. */
  readonly object: string;
  readonly file: string | null;
  readonly line: number | null;
  /** What was found, with the user's names: `public.todo.title is dropped`. No full stop. */
  readonly title: string;
  /** What it does to people. One to three sentences. */
  readonly detail: string;
  /** What to change now, in words. */
  readonly remedy: string;
  /** SQL to paste, where there is some. */
  readonly fix: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Where this case weighs less or more than its rule; a severity of the user's choosing wins. Absent: as the rule says. */
  readonly severity?: Severity;
}

/** One state of the database: base or head. */
export interface State {
  readonly catalog: Catalog;
  readonly exposedSchemas: readonly string[];
  readonly platform: 'supabase' | 'postgres';
  readonly migrationsTable: { readonly schema: string; readonly name: string } | null;
  /** Where the pull request made or last touched an object (by its catalog name); null when it did not. */
  place(object: string): Place | null;
}

/** Everything seen of one pull request. */
export interface Evidence {
  readonly history: History;
  /** null: nothing was replayed (history unreadable). */
  readonly replay: Replay | null;
  readonly base: State | null;
  readonly head: State | null;
  /** Between base and head, sorted. */
  readonly changes: readonly Change[];
  /** The second run of `rls.sql` changed the catalog like this. */
  readonly rlsChanges: readonly Change[];
  readonly place: (object: string) => Place | null;
  /** What the project's own drizzle-kit says about the schema. */
  readonly schema: SchemaLook;
  /** A database built from the Drizzle schema alone; null when none was built. */
  readonly declared: Declared | null;
  /** All migrations in the order of a fresh database; null when production's order is the same. */
  readonly fresh: Fresh | null;
}

export interface Declared {
  readonly head: Catalog;
  /** null: not built, since head's shows no difference, or since base's schema cannot be read. */
  readonly base: Catalog | null;
}

export interface Fresh {
  /** The statement that fails there and not in production. */
  readonly failed: StatementRecord | null;
  /** null when it failed. */
  readonly catalog: Catalog | null;
}

/** Checked on the base and the head state; a finding is introduced when the base does not have it (same object). */
export interface StateRule {
  readonly meta: RuleMeta;
  readonly scope: 'state';
  readonly check: (state: State) => readonly Finding[];
}

/** Checked once, on what the pull request did; `standing` findings are not introduced by it. */
export interface ChangeRule {
  readonly meta: RuleMeta;
  readonly scope: 'change';
  readonly check: (evidence: Evidence) => readonly (Finding & { readonly standing?: boolean })[];
}

export type Rule = StateRule | ChangeRule;
