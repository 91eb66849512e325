/** Statements that Postgres keeps for superusers and a hosted project runs for `postgres`, who owns the result. */
import { child, list, nodeOf, optionOf, type Tree } from '../../history/parse-tree.ts';
import type { Ground, Handling } from './handling.ts';
import { isServiceSchema } from './managed-tables.ts';

export const superuserNodes: ReadonlySet<string> = new Set([
  'AlterPublicationStmt',
  'AlterRoleStmt',
  'CreateEventTrigStmt',
  'CreateFdwStmt',
  'CreatePublicationStmt',
  'CreateRoleStmt',
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
    case 'CreateRoleStmt':
    case 'AlterRoleStmt':
      return attributeHandling(node, fields, ground);
    default:
      return null;
  }
}

/**
 * Postgres 15 lets only superusers give these attributes, or touch them at all in a role that is there; since 16 who
 * has one may give it.
 */
function attributeHandling(
  node: string,
  { options }: Tree,
  { foundation, majorVersion }: Ground,
): Handling | null {
  if (majorVersion > 15) return null;
  const isGiven = ['bypassrls', 'isreplication'].some((name) => {
    const option = optionOf(options, name);
    return (
      option !== undefined && (node === 'AlterRoleStmt' || child(child(option).Boolean).boolval === true)
    );
  });
  if (!isGiven) return null;
  if (foundation === 'shared')
    return { how: 'unproved', why: 'the attribute would reach what other people have on that server' };
  return { how: 'as-admin', handOver: null };
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

/** Tables of Supabase's services `postgres` does not own and yet may publish. */
function needsSuperuser({ pubobjects }: Tree, { platform }: Ground): boolean {
  return list(pubobjects).some((object) => {
    const { pubobjtype, pubtable } = nodeOf(object)?.fields ?? {};
    if (pubobjtype !== 'PUBLICATIONOBJ_TABLE') return true;
    const { schemaname } = child(child(pubtable).relation);
    return platform === 'supabase' && typeof schemaname === 'string' && isServiceSchema(schemaname);
  });
}

function hasRowFilter({ pubobjects }: Tree): boolean {
  return list(pubobjects).some((object) => child(nodeOf(object)?.fields.pubtable).whereClause !== undefined);
}
