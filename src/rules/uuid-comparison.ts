/** Finds the column a failed statement compares with auth.uid(), so that the remedy can name it. */
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

type Tree = Readonly<Record<string, unknown>>;

/** Every tagged node of a parse tree, from the outside in. */
function walk(value: unknown, visit: (tag: string, node: Tree) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isTree(value)) {
    for (const [tag, child] of Object.entries(value)) {
      if (isTree(child)) visit(tag, child);
      walk(child, visit);
    }
  }
}

/** Bare or in a subselect; a call whose result was cast, or handed to another function, is no uuid to compare with. */
function callsUser(side: unknown): boolean {
  if (Array.isArray(side)) return side.some(callsUser);
  if (!isTree(side) || isTree(side.TypeCast)) return false;
  if (isTree(side.FuncCall)) return names(side.FuncCall.funcname).join('.') === 'auth.uid';
  return Object.values(side).some(callsUser);
}

function columnOf(side: unknown): string | null {
  const reference = isTree(side) && isTree(side.ColumnRef) ? side.ColumnRef : null;
  const name = reference === null ? undefined : names(reference.fields).at(-1);
  if (name === undefined) return null;
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function names(fields: unknown): string[] {
  if (!Array.isArray(fields)) return [];
  return fields.flatMap((field: unknown) => {
    const text = isTree(field) && isTree(field.String) ? field.String.sval : null;
    return typeof text === 'string' ? [text] : [];
  });
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
