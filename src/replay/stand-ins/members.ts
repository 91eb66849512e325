/** What the installed stand-ins consist of: the names by which a statement can use them. */
import { readFileSync } from 'node:fs';
import { arrayLiteral } from '../../database/array.ts';
import { literal } from '../../database/quoting.ts';

export interface Member {
  readonly extension: string;
  readonly kind:
    | 'type'
    | 'function'
    | 'operator'
    | 'access method'
    | 'operator class'
    | 'schema'
    | 'relation'
    /** Of a table of the project's own, with a type of the stand-in. */
    | 'column';
  /** Null for what lives in no schema. */
  readonly schema: string | null;
  /** The table's, for a column. */
  readonly name: string;
  readonly part: string | null;
  /** Postgres itself has something of that name: without a schema it says nothing. */
  readonly common: boolean;
}

/** Reads nothing but `pg_catalog`, whatever the search path of the session that it is sent in. */
export function membersQuery(extensions: readonly string[]): string {
  const query = readFileSync(new URL('./queries/stand-in-members.sql', import.meta.url), 'utf8');
  return query.replace(':names', () => literal(arrayLiteral(extensions)));
}
