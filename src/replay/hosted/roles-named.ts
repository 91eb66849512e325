/** Which roles a statement names, wherever it names them: as the one it is about, as member, as group. */
import { readBlock } from '../../history/block.ts';
import { treesOf } from '../../history/statements.ts';

/** Keys under which the parser puts names of roles. In statements on roles nothing else bears them. */
const keys: ReadonlySet<string> = new Set(['role', 'rolename', 'priv_name', 'subname', 'newname']);

/** null: it may name others, in SQL that is put together while it runs. */
export function rolesNamed(sql: string, node: string): ReadonlySet<string> | null {
  const named = new Set<string>();
  const parts = node === 'DoStmt' ? readBlock(sql) : [{ kind: 'statement', sql }];
  for (const part of parts ?? [{ kind: 'dynamic', sql }]) {
    if (part.kind === 'dynamic') return null;
    if (part.kind !== 'statement') continue;
    const trees = treesOf(part.sql);
    if (trees === null) return null;
    for (const tree of trees) collect(tree, named);
  }
  return named;
}

function collect(value: unknown, named: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && keys.has(key)) named.add(inner);
    else collect(inner, named);
  }
}
