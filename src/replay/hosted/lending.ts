/** A membership of the role that owns a table of a service's, lent to `postgres` for one statement. */
import { readFileSync } from 'node:fs';
import { type Session, StatementError } from '../../database/database.ts';
import { identifier } from '../../database/quoting.ts';
import { failure } from '../../errors.ts';
import type { ManagedTable } from './handling.ts';

type Owner = { readonly owner: string; readonly version: number };

/** What was lent, to be taken back; null where there is nothing to lend or it cannot be lent. */
export async function lend(observer: Session, { schema, name }: ManagedTable): Promise<string | null> {
  const query = readFileSync(new URL('./queries/managed-owner.sql', import.meta.url), 'utf8');
  const [owned] = await observer.query<Owner>(query, [schema, name]);
  if (owned === undefined) return null;
  // SET false: since 16 not even code that runs inside the statement can become the owner.
  const how = owned.version < 160_000 ? '' : ' with inherit true, set false';
  try {
    await observer.execute(
      `set local lock_timeout = '1s'; grant ${identifier(owned.owner)} to postgres${how}`,
    );
    return owned.owner;
  } catch (error) {
    // A transaction of the user's has granted it and is still open, or the other way round.
    if (error instanceof StatementError && notLent.has(error.sqlstate)) return null;
    throw error;
  }
}

/** lock_not_available and invalid_grant_operation. */
const notLent = new Set(['55P03', '0LP01']);

/** Commands on roles fire no event triggers, so that no code of the project's runs as the superuser. */
export async function takeBack(observer: Session, owner: string): Promise<void> {
  try {
    await observer.execute(`revoke ${identifier(owner)} from postgres`);
  } catch (error) {
    throw failure('rights-kept', { what: `the membership of ${owner}` }, error);
  }
}
