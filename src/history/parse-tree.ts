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
  const items = itemsOf(value);
  const names = items.flatMap((item) => textOf(item) ?? []);
  return names.length === items.length ? names : [];
}

/** A list of DefElem nodes: the options of a statement, in the order of the text. */
export function optionsOf(value: unknown): readonly { readonly name: unknown; readonly value: unknown }[] {
  return list(value).map((option) => {
    const { defname, arg } = child(child(option).DefElem);
    return { name: defname, value: arg };
  });
}

/** The value of the first option of that name, empty for one without a value; undefined without such an option. */
export function optionOf(options: unknown, name: string): unknown {
  const found = optionsOf(options).find((option) => option.name === name);
  return found === undefined ? undefined : (found.value ?? {});
}

/** The name of a RoleSpec, with its tag or without; null for CURRENT_USER, PUBLIC and their kin. */
export function roleOf(value: unknown): string | null {
  const inner = nodeOf(value);
  const { rolename } = inner?.tag === 'RoleSpec' ? inner.fields : child(value);
  return typeof rolename === 'string' ? rolename : null;
}

/** The names in a list of RoleSpecs, or in a List node over one. */
export function rolesOf(value: unknown): readonly string[] {
  return itemsOf(value).flatMap((item) => roleOf(item) ?? []);
}

/** The roles that GRANT and REVOKE give and take. */
export function grantedRolesOf(value: unknown): readonly string[] {
  return list(value).flatMap((role) => {
    const { priv_name } = child(child(role).AccessPriv);
    return typeof priv_name === 'string' ? [priv_name] : [];
  });
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : list(child(child(value).List).items);
}
