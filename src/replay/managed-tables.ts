/** Which statements hosted Supabase lets `postgres` run on tables that its services own, and on which tables. */
import { parseSql } from '../history/statements.ts';

export interface ManagedTable {
  readonly schema: string;
  readonly name: string;
}

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

const nodes = new Set(['CreatePolicyStmt', 'AlterPolicyStmt', 'RenameStmt', 'DropStmt', 'CommentStmt']);

type Tree = Readonly<Record<string, unknown>>;

/**
 * The table, if the statement makes, alters, renames, drops or comments on one policy of it, or drops one trigger;
 * else null. Only with the schema's name before it: whose table a bare name is, only the search path knows.
 */
export async function managedTableOf(sql: string, node: string | null): Promise<ManagedTable | null> {
  // Most statements of a history are of other kinds: they are not parsed again.
  if (node === null || !nodes.has(node)) return null;
  const parsed = await parseSql(sql);
  if ('error' in parsed || parsed.statements.length !== 1) return null;
  const [first] = parsed.statements;
  // The parser's trees are JSON: one key, the node's tag, over its fields, each checked before it is used.
  const tree = child((first?.tree as Tree | undefined)?.[node]);
  const path = tablePath(node, tree);
  if (path?.length !== 2) return null;
  const [schema, name] = path;
  if (typeof schema !== 'string' || typeof name !== 'string') return null;
  return managedTables.get(schema)?.has(name) === true ? { schema, name } : null;
}

function tablePath(node: string, tree: Tree): readonly unknown[] | null {
  switch (node) {
    case 'CreatePolicyStmt':
    case 'AlterPolicyStmt':
      return rangePath(tree.table);
    case 'RenameStmt':
      return tree.renameType === 'OBJECT_POLICY' ? rangePath(tree.relation) : null;
    case 'CommentStmt':
      return tree.objtype === 'OBJECT_POLICY' ? pathBefore(tree.object) : null;
    case 'DropStmt': {
      const droppable = tree.removeType === 'OBJECT_POLICY' || tree.removeType === 'OBJECT_TRIGGER';
      const objects = list(tree.objects);
      return droppable && objects.length === 1 ? pathBefore(objects[0]) : null;
    }
    default:
      return null;
  }
}

function rangePath(value: unknown): readonly unknown[] {
  const { catalogname, schemaname, relname } = child(value);
  return [...(catalogname === undefined ? [] : [catalogname]), schemaname, relname];
}

/** The names before the last, which is the policy's or the trigger's own. */
function pathBefore(value: unknown): readonly unknown[] {
  const items = list(child(child(value).List).items);
  return items.slice(0, -1).map((item) => child(child(item).String).sval);
}

function child(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
