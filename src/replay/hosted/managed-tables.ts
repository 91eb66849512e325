/** The tables of Supabase's services on which hosted Supabase lets `postgres` manage policies and drop triggers. */
import { child, list, namesOf, type Tree } from '../../history/parse-tree.ts';
import type { ManagedTable } from './handling.ts';

/** As in supautils' settings of a hosted project, 2026-08. Their other tables stay closed. */
const managedTables: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'auth',
    new Set([
      'audit_log_entries',
      'flow_state',
      'identities',
      'instances',
      'mfa_amr_claims',
      'mfa_challenges',
      'mfa_factors',
      'oauth_clients',
      'one_time_tokens',
      'refresh_tokens',
      'saml_providers',
      'saml_relay_states',
      'sessions',
      'sso_domains',
      'sso_providers',
      'users',
    ]),
  ],
  ['realtime', new Set(['messages', 'subscription'])],
  [
    'storage',
    new Set([
      'buckets',
      'buckets_analytics',
      'objects',
      'prefixes',
      's3_multipart_uploads',
      's3_multipart_uploads_parts',
    ]),
  ],
]);

export const policyNodes: ReadonlySet<string> = new Set([
  'AlterPolicyStmt',
  'CommentStmt',
  'CreatePolicyStmt',
  'DropStmt',
]);

/**
 * The table, if the statement makes, alters, drops or comments on one policy of it, or drops one trigger; else null.
 * Only with the schema's name before it: whose table a bare name is, only the search path knows. Renaming a policy is
 * not helped on a hosted project either.
 */
export function managedTableOf(node: string, fields: Tree): ManagedTable | null {
  const path = policyTable(node, fields);
  if (path?.length !== 2) return null;
  const [schema, name] = path;
  if (typeof schema !== 'string' || typeof name !== 'string') return null;
  return managedTables.get(schema)?.has(name) === true ? { schema, name } : null;
}

/** The schemas of the services that have such tables. */
export function isServiceSchema(name: string): boolean {
  return managedTables.has(name);
}

/** The names of the table whose one policy or trigger the statement is about; null for other statements. */
export function policyTable(node: string, fields: Tree): readonly unknown[] | null {
  switch (node) {
    case 'CreatePolicyStmt':
    case 'AlterPolicyStmt':
      return rangePath(fields.table);
    case 'CommentStmt':
      return fields.objtype === 'OBJECT_POLICY' ? namesOf(fields.object).slice(0, -1) : null;
    case 'DropStmt': {
      const droppable = fields.removeType === 'OBJECT_POLICY' || fields.removeType === 'OBJECT_TRIGGER';
      const objects = list(fields.objects);
      return droppable && objects.length === 1 ? namesOf(objects[0]).slice(0, -1) : null;
    }
    default:
      return null;
  }
}

function rangePath(value: unknown): readonly unknown[] {
  const { catalogname, schemaname, relname } = child(value);
  return [...(catalogname === undefined ? [] : [catalogname]), schemaname, relname];
}
