/** Reads the JSON trees of Postgres' parser: every field is checked before it is used, and what is not there is empty. */
import type { Node } from 'libpg-query';

export type Tree = Readonly<Record<string, unknown>>;

export function child(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A node has one key, its tag, over its fields: `{ CreateStmt: { … } }` is `CreateStmt` and the fields. */
export function nodeOf(value: unknown): { readonly tag: string; readonly fields: Tree } | null {
  const [entry] = Object.entries(child(value));
  return entry === undefined ? null : { tag: entry[0], fields: child(entry[1]) };
}

/** The fields below `tag`; empty for a node of another kind. */
export function fieldsOf(tree: Node | undefined, tag: string): Tree {
  return child(child(tree)[tag]);
}

/** The text of a String node, or null. */
export function textOf(value: unknown): string | null {
  const { sval } = child(child(value).String);
  return typeof sval === 'string' ? sval : null;
}

/** A qualified name: a list of String nodes, or a List node over one. Empty when one of them is something else. */
export function namesOf(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : list(child(child(value).List).items);
  const names = items.flatMap((item) => textOf(item) ?? []);
  return names.length === items.length ? names : [];
}
