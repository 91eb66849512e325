/** The two connections of a replay: the superuser that only looks, and the one of `postgres` that the user's SQL gets. */
import { readFileSync } from 'node:fs';
import type { Server, Session } from '../database/database.ts';
import type { History } from '../history/history.ts';
import type { Deadlines } from './deadline.ts';
import { type Executor, openExecutor } from './executor.ts';
import { guardExtensions } from './extension-guard.ts';
import { hosted } from './hosted/hosted.ts';
import { reachable } from './reachable.ts';
import { withoutParameters } from './stand-ins/index-parameters.ts';
import { notingStandIns } from './stand-ins/noting.ts';

export interface Connections {
  /** It says so when the SQL has closed the database to new sessions. */
  readonly server: Server;
  readonly observer: Session;
  /** With the rights that `postgres` has on a hosted project. */
  readonly executor: Executor;
}

/** Opens, lends, closes. */
export async function withConnections<Result>(
  given: Server,
  history: History,
  platform: 'supabase' | 'postgres',
  limits: Deadlines,
  use: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const observer = await given.connect('supabase_admin');
  try {
    await observer.execute(readFileSync(new URL('./queries/observer-settings.sql', import.meta.url), 'utf8'));
    const server = reachable(given, observer, history);
    const { majorVersion, foundation, standIns } = server;
    const withHostedRights = hosted(await openExecutor(server, 'postgres', observer, limits), observer, {
      platform,
      majorVersion,
      foundation,
      standIns,
    });
    const executor = notingStandIns(withoutParameters(withHostedRights, standIns), standIns);
    const removeGuard = await guardExtensions(observer);
    try {
      return await use({ server, observer, executor });
    } finally {
      await executor.close();
      await removeGuard();
    }
  } finally {
    await observer.close();
  }
}
