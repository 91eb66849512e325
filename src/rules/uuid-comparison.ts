/** Finds the column a failed statement compares with auth.uid(), so that the remedy can name it. */
import { plainIdentifier } from '../database/quoting.ts';
import { child, list, namesOf, type Tree } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';

/** As written there, without the table: `user_id`. In the order they stand; empty when the statement does not show it. */
export function comparedWithUser(sql: string): readonly string[] {
  const columns: string[] = [];
  walk(treesOf(sql), (tag, node) => {
    if (tag !== 'A_Expr') return;
    const sides = [node.lexpr, node.rexpr];
    const column = sides.map(columnOf).find((name) => name !== null);
    if (column != null && sides.some(callsUser) && !columns.includes(column)) columns.push(column);
  });
  return columns;
}

/** Every tagged node of a parse tree, from the outside in. */
function walk(value: unknown, visit: (tag: string, node: Tree) => void): void {
  for (const item of list(value)) walk(item, visit);
  for (const [tag, inner] of Object.entries(child(value))) {
    if (!Array.isArray(inner) && typeof inner === 'object' && inner !== null) visit(tag, child(inner));
    walk(inner, visit);
  }
}

/** Bare or in a subselect; a call whose result was cast, or handed to another function, is no uuid to compare with. */
function callsUser(side: unknown): boolean {
  if (Array.isArray(side)) return side.some(callsUser);
  const { TypeCast, FuncCall, ...others } = child(side);
  if (TypeCast !== undefined) return false;
  if (FuncCall !== undefined) return namesOf(child(FuncCall).funcname).join('.') === 'auth.uid';
  return Object.values(others).some(callsUser);
}

function columnOf(side: unknown): string | null {
  const name = namesOf(child(child(side).ColumnRef).fields).at(-1);
  return name === undefined ? null : plainIdentifier(name);
}
