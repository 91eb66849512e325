/** Where the migrated database is not what the Drizzle schema declares, told from two databases and not from text. */
import type { Catalog } from './catalog.ts';
import type { ChangeKind } from './change.ts';

/** One object that the schema declares and that the migrated database has otherwise, or not at all. */
export interface DeclaredDifference {
  readonly kind: ChangeKind;
  /** As a finding names it. */
  readonly object: string;
  /** The fields that differ; null when the object is not there at all. */
  readonly declared: Readonly<Record<string, unknown>>;
  readonly actual: Readonly<Record<string, unknown>> | null;
}

/** What the migrated database has beyond the schema (made by hand, by rls.sql) is no difference. */
export function declaredDifferences(_declared: Catalog, _actual: Catalog): readonly DeclaredDifference[] {
  return [];
}
