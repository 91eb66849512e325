/** Says by its parse tree what has to be done so that a statement ends here as on a hosted project. */
import { nodeOf, type Tree } from '../../history/parse-tree.ts';
import { parseSql } from '../../history/statements.ts';
import { blockHandling, type Kept } from './blocks.ts';
import { extensionHandling, extensionNodes } from './extension-statements.ts';
import type { Ground, Handling } from './handling.ts';
import { managedTableOf, policyNodes } from './managed-tables.ts';
import { refusable, refusalOf } from './refusals.ts';
import { superuserHandling, superuserNodes } from './superuser-statements.ts';

const plain: Handling = { how: 'plain' };

/** Most statements of a history are of other kinds: they are not parsed again. */
const nodes: ReadonlySet<string> = new Set([
  ...extensionNodes,
  ...policyNodes,
  ...refusable,
  ...superuserNodes,
]);

const roleNodes = new Set([
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'CreateRoleStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
]);

/** `node` is the tag by which the history knows the statement; null, and plain, where it does not parse. */
export async function classify(sql: string, node: string | null, ground: Ground): Promise<Handling> {
  if (node === null || !nodes.has(node)) return plain;
  const parsed = await parseSql(sql);
  if ('error' in parsed || parsed.statements.length !== 1) return plain;
  const read = nodeOf(parsed.statements[0]?.tree);
  if (read === null || read.tag !== node) return plain;
  const refusal = refusalOf(node, read.fields, ground);
  if (refusal !== null) return { how: 'refused', why: refusal.why, hint: refusal.hint };
  return node === 'DoStmt' ? blockHandling(sql, ground, inBlock) : handlingOf(node, read.fields, ground);
}

function handlingOf(node: string, fields: Tree, ground: Ground): Handling {
  const table = ground.platform === 'supabase' ? managedTableOf(node, fields) : null;
  if (table !== null) return { how: 'as-owner', table };
  return (
    superuserHandling(node, fields, ground) ??
    extensionHandling(node, fields, ground) ??
    (isForRoleMaker(node, fields, ground) ? { how: 'as-role-maker' } : plain)
  );
}

/**
 * On 15 who may make roles may grant any predefined one, and read the server's files with it. Our own servers of 15
 * do not have those roles; on somebody else's, `postgres` may make none by itself.
 */
function isForRoleMaker(node: string, fields: Tree, { foundation, majorVersion }: Ground): boolean {
  if (foundation !== 'shared' || majorVersion !== 15) return false;
  return roleNodes.has(node) || (node === 'RenameStmt' && fields.renameType === 'OBJECT_ROLE');
}

/** A block is sent as a whole: what Postgres refuses by itself, or lets `postgres` do by itself, needs nothing there. */
function inBlock(node: string, fields: Tree, ground: Ground): Handling | Kept {
  const refusal = refusalOf(node, fields, ground);
  if (refusal?.byPostgres === true) return { how: 'left to Postgres' };
  if (refusal !== null) return { how: 'refused', why: refusal.why, hint: refusal.hint };
  return node === 'CreateExtensionStmt' ? { how: 'left to Postgres' } : handlingOf(node, fields, ground);
}
