/** Which stand-ins the SQL has installed. */
import { readFileSync } from 'node:fs';
import type { Session } from '../../database/database.ts';

/** Sorted. `available`: the extensions that are stand-ins on this server. */
export async function installedStandIns(
  observer: Session,
  available: readonly string[],
): Promise<readonly string[]> {
  if (available.length === 0) return [];
  const query = readFileSync(new URL('./stand-ins-installed.sql', import.meta.url), 'utf8');
  const rows = await observer.query<{ name: string }>(query, [available]);
  return rows.map(({ name }) => name);
}
