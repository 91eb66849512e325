/**
 * Which files the Supabase CLI runs, and in which order, as its source says (pkg/migration of supabase/cli; read in
 * June 2026, before its commands moved from Go to TypeScript with the same rules):
 *
 * - Only what stands in `supabase/migrations` itself, by file name in byte order. A name is `<digits>_<name>.sql`; the
 *   digits are the version. Other files are passed over with a message; folders without one.
 * - A first file `<14 digits>_init.sql` of before 2021-12-09 is passed over too: an older CLI wrote it.
 * - Pending are the versions that `supabase_migrations.schema_migrations` does not have; names and contents are never
 *   compared. See `comparison.ts` for what it refuses.
 * - Before each file: RESET ALL. A file is one transaction, with the row of its version as the last statement. Since
 *   June 2026 (2.109; DROP INDEX since August) statements that cannot run in a transaction are run between two of
 *   them, each alone: CREATE and DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, VACUUM, ALTER SYSTEM, CLUSTER. The
 *   row still comes last. Older CLIs fail with 25001 there.
 * - Statements are cut at semicolons outside of quotes, dollar quotes, comments and BEGIN ATOMIC bodies.
 * - `supabase/roles.sql` and the seeds are left alone unless `--include-roles` or `--include-seed` is given.
 */
import { posix } from 'node:path';

export interface CliName {
  /** The digits, as text: that is how they are compared. */
  readonly version: string;
  readonly name: string;
}

/** null: the CLI passes the file over. */
export function readCliName(file: string): CliName | null {
  const [, version, name] = /^([0-9]+)_(.*)\.sql$/.exec(posix.basename(file)) ?? [];
  return version === undefined || name === undefined ? null : { version, name };
}

export function isCliFile(file: string): boolean {
  return readCliName(file) !== null;
}

/** The first file of a folder by an older CLI: `init` of before this moment is what `supabase start` makes anyway. */
export function isOldInit(file: string): boolean {
  const [, version] = /([0-9]{14})_init\.sql/.exec(posix.basename(file)) ?? [];
  return version !== undefined && Number(version) < 20_211_209_000_000;
}
