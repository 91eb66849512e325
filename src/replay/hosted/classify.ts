/** Says by its parse tree what has to be done so that a statement ends here as on a hosted project. */
import { fieldsOf } from '../../history/parse-tree.ts';
import { parseSql } from '../../history/statements.ts';
import type { Ground, Handling } from './handling.ts';
import { managedTableOf } from './managed-tables.ts';

const plain: Handling = { how: 'plain' };

/** Most statements of a history are of other kinds: they are not parsed again. */
const nodes: ReadonlySet<string> = new Set([
  'AlterPolicyStmt',
  'CommentStmt',
  'CreatePolicyStmt',
  'DropStmt',
]);

export async function classify(sql: string, node: string | null, ground: Ground): Promise<Handling> {
  if (node === null || !nodes.has(node)) return plain;
  const parsed = await parseSql(sql);
  if ('error' in parsed || parsed.statements.length !== 1) return plain;
  const fields = fieldsOf(parsed.statements[0]?.tree, node);
  if (ground.platform === 'supabase') {
    const table = managedTableOf(node, fields);
    if (table !== null) return { how: 'as-owner', table };
  }
  return plain;
}
