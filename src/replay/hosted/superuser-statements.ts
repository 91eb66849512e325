/** Statements that Postgres keeps for superusers and a hosted project runs for `postgres`, who owns the result. */
import { child, list, nodeOf, type Tree } from '../../history/parse-tree.ts';
import type { Ground, Handling } from './handling.ts';

export const superuserNodes: ReadonlySet<string> = new Set([
  'AlterPublicationStmt',
  'CreateEventTrigStmt',
  'CreateFdwStmt',
  'CreatePublicationStmt',
]);

/** null: `postgres` may do it as it is. */
export function superuserHandling(node: string, fields: Tree, ground: Ground): Handling | null {
  switch (node) {
    case 'CreateEventTrigStmt':
      return named('event trigger', fields.trigname);
    case 'CreateFdwStmt':
      return named('foreign data wrapper', fields.fdwname);
    case 'CreatePublicationStmt':
      if (fields.for_all_tables !== true && !needsSuperuser(fields, ground)) return null;
      return hasRowFilter(fields) ? rowFilter : named('publication', fields.pubname);
    case 'AlterPublicationStmt':
      if (!needsSuperuser(fields, ground)) return null;
      return hasRowFilter(fields) ? rowFilter : { how: 'as-admin', handOver: null };
    default:
      return null;
  }
}

function named(
  kind: 'event trigger' | 'foreign data wrapper' | 'publication',
  name: unknown,
): Handling | null {
  return typeof name === 'string' ? { how: 'as-admin', handOver: { kind, name } } : null;
}

const rowFilter: Handling = {
  how: 'unproved',
  why: 'a row filter would be read with a superuser’s rights',
};

/** Schemas of Supabase's services, whose tables `postgres` does not own and yet may publish. */
const serviceSchemas = new Set(['auth', 'realtime', 'storage']);

function needsSuperuser({ pubobjects }: Tree, { platform }: Ground): boolean {
  return list(pubobjects).some((object) => {
    const { pubobjtype, pubtable } = nodeOf(object)?.fields ?? {};
    if (pubobjtype !== 'PUBLICATIONOBJ_TABLE') return true;
    const { schemaname } = child(child(pubtable).relation);
    return platform === 'supabase' && typeof schemaname === 'string' && serviceSchemas.has(schemaname);
  });
}

function hasRowFilter({ pubobjects }: Tree): boolean {
  return list(pubobjects).some((object) => child(nodeOf(object)?.fields.pubtable).whereClause !== undefined);
}
