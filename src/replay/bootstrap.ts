/** What was made outside the repository before its first migration: roles, extensions, functions, schemas. */
import type { Server, Session } from '../database/database.ts';
import type { SqlFile } from '../history/migration.ts';
import { applyLeniently, retry } from './base.ts';
import type { Deadlines } from './deadline.ts';
import type { Draft } from './draft.ts';
import { type Executor, openExecutor } from './executor.ts';

/** SQLSTATE for: the role may not do this. */
const forbidden = '42501';

/** As `postgres`; what is refused to it runs as the superuser if the file is `trusted`. Gives back what failed. */
export async function applyBootstrap(
  server: Server,
  observer: Session,
  executor: Executor,
  file: SqlFile,
  limits: Deadlines,
  trusted: boolean,
): Promise<readonly Draft[]> {
  const drafts = await applyLeniently(executor, file);
  await executor.renew();
  const refused = drafts.filter(({ error }) => error?.sqlstate === forbidden);
  if (trusted && refused.length > 0) {
    const superuser = await openExecutor(server, 'supabase_admin', observer, limits);
    try {
      await retry(superuser, refused);
    } finally {
      await superuser.close();
    }
  }
  return drafts.filter(({ outcome }) => outcome === 'failed');
}
