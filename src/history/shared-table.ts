/** Whether two projects of one repository record their migrations in one table, as far as their configs tell. */
import type { History } from './history.ts';

type Recording = Pick<History, 'migrationsTable' | 'credentials' | 'layout'>;

/**
 * The table that both name, with credentials made from the same; null when they do not. That may still be two
 * databases: `process.env.DATABASE_URL` is another one in each folder's `.env`. Two projects of Drizzle 1.0 may share,
 * since that goes by names.
 */
export function sharedTable(one: Recording, other: Recording): string | null {
  if (one.migrationsTable === null || other.migrationsTable === null) return null;
  if (one.layout?.head === 'folders' && other.layout?.head === 'folders') return null;
  const table = nameOf(one.migrationsTable);
  const { credentials } = one;
  if (credentials == null || credentials.length === 0 || other.credentials == null) return null;
  const isSame = JSON.stringify(credentials) === JSON.stringify(other.credentials);
  return isSame && table === nameOf(other.migrationsTable) ? table : null;
}

function nameOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}.${name}`;
}
