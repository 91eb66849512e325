/** What the names of Drizzle 1.0's migration folders tell: which they are, their second, and their order. */
import { posix } from 'node:path';

/** As drizzle-orm 1.0 reads it; null where that gives NaN, on which the insert into the migrations table fails. */
export function whenOf(name: string): number | null {
  const part = (start: number, end: number) => Number.parseInt(name.slice(start, end), 10);
  const when = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14));
  return Number.isNaN(when) ? null : when;
}

/** The order of drizzle-orm's migrator, in the language that a runner without one speaks. */
export function compareNames(one: string, other: string): number {
  return one.localeCompare(other, 'en');
}

/** drizzle-kit's own test: the migrator and a plain sort have to agree that it comes later. */
export function sortsAfter(name: string, parent: string): boolean {
  return name > parent && compareNames(name, parent) > 0;
}

/** `when` as a folder is named after it: 14 digits of UTC. */
export function stampOf(when: number): string {
  return new Date(when).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** What stands behind the time: `_init` of `20260102030405_init`. */
export function restOf(name: string): string {
  return name.replace(/^\d{14}/, '');
}

/** Names of the folders that hold a migration as Drizzle 1.0 writes it. Prisma's look alike, and have its lock beside them. */
export function migrationFoldersIn(directory: string, paths: readonly string[]): readonly string[] {
  if (paths.includes(posix.join(directory, 'migration_lock.toml'))) return [];
  const files = paths.filter((path) => {
    const file = posix.basename(path);
    const isPart = file === 'migration.sql' || file === 'snapshot.json';
    return isPart && posix.dirname(posix.dirname(path)) === directory;
  });
  return [...new Set(files.map((path) => posix.basename(posix.dirname(path))))].sort(compareNames);
}
