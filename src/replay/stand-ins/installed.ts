/** Which stand-ins the SQL has installed. */
import { readFileSync } from 'node:fs';
import type { Session } from '../../database/database.ts';
import type { FileRecord } from '../record.ts';

/** Sorted. `available`: the extensions that are stand-ins on this server. */
export async function installedStandIns(
  observer: Session,
  available: readonly string[],
): Promise<readonly string[]> {
  if (available.length === 0) return [];
  const query = readFileSync(new URL('./queries/stand-ins-installed.sql', import.meta.url), 'utf8');
  const rows = await observer.query<{ name: string }>(query, [available]);
  return rows.map(({ name }) => name);
}

/** Those that came with the project before any SQL ran count only where a statement used one. */
export function standInsMet(
  before: readonly string[],
  after: readonly string[],
  files: readonly FileRecord[],
): readonly string[] {
  const used = files.flatMap(({ statements }) =>
    statements.flatMap(({ outcome, because }) =>
      outcome === 'stand-in' ? (because?.split(', ') ?? []) : [],
    ),
  );
  return [...new Set([...after.filter((name) => !before.includes(name)), ...used])].sort();
}
