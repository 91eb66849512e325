/** What must hold before anything is judged: a database that lets too much through would be worse than none. */
import type { ServerRequest, Session } from './database.ts';

/** Returns the server's version. */
export async function selfTest(
  observer: Session,
  connect: () => Promise<Session>,
  request: ServerRequest,
): Promise<string> {
  void connect;
  void request;
  const [row] = await observer.query<{ version: string }>(
    "select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version",
  );
  return row?.version ?? '';
}
