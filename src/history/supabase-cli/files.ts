/**
 * Which files the Supabase CLI runs, and in which order: seen with its version 3.1.0 on Postgres 17 (November 2026),
 * and in the source of 2.x where it says otherwise.
 *
 * - Only what stands in `supabase/migrations` itself. A name is `<digits>_<name>.sql`; the digits are the version, and
 *   their order is that of text (10 before 9). Other files are passed over with a message; folders without one. 2.x
 *   went by file names, which is the same as long as no version is the beginning of another.
 * - A first file `<14 digits>_init.sql` of before 2021-12-09 is passed over too: an older CLI wrote it.
 * - Pending are the versions that `supabase_migrations.schema_migrations` does not have; names and contents are never
 *   compared. A pending version before the newest row, and a row without a file, are refused before the first
 *   statement; of the former `--include-all` makes a plain pending one. A second file of one version fails (23505).
 * - Before each file: RESET ALL. A file is one transaction, with the row of its version as the last statement; files
 *   before a failed one stay. Since 2.109 (June 2026) statements that cannot run in a transaction run between two of
 *   them, each alone (CREATE and DROP INDEX CONCURRENTLY, VACUUM …); what came before them stays too. A file with BEGIN
 *   or COMMIT of its own is sent as it stands. Older CLIs fail with 25001 at CONCURRENTLY.
 * - `[db.migrations] enabled = false` in `config.toml` leaves them all out, and exits with 0.
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

/** As the CLI runs them. */
export function compareVersions(
  one: { readonly version: string },
  other: { readonly version: string },
): number {
  return one.version < other.version ? -1 : one.version > other.version ? 1 : 0;
}

export function isCliFile(file: string): boolean {
  return readCliName(file) !== null;
}

/** The first file of a folder by an older CLI: `init` of before this moment is what `supabase start` makes anyway. */
export function isOldInit(file: string): boolean {
  const [, version] = /([0-9]{14})_init\.sql/.exec(posix.basename(file)) ?? [];
  return version !== undefined && Number(version) < 20_211_209_000_000;
}
