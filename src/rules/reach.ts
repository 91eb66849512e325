/** What the roles of the Data API may do with a table by grants alone, before row level security is asked. */
import type { Catalog, Grant, TableObject } from '../catalog/catalog.ts';
import type { State } from './rule.ts';

export const apiRoles = ['anon', 'authenticated'] as const;
export type ApiRole = (typeof apiRoles)[number];

export interface Reach {
  readonly role: ApiRole;
  /** Of what the Data API can do; empty: the role cannot reach the table. */
  readonly privileges: readonly string[];
}

/** Supabase grants TRUNCATE, REFERENCES and TRIGGER as well; no request of the Data API comes to use them. */
const privileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** By the role's own grants, PUBLIC's, those of roles it is a member of, and column grants. */
export function reachOf(catalog: Catalog, table: TableObject): readonly Reach[] {
  const schema = catalog.schemas.find(({ name }) => name === table.schema);
  const columns = catalog.columns.filter((column) => column.table === table.object);
  return apiRoles.map((role) => {
    const names = rolesOf(catalog, role);
    const has = (grants: readonly Grant[], privilege: string) =>
      grants.some((grant) => grant.privilege === privilege && names.has(grant.grantee));
    const enters = schema === undefined || schema.owner === role || has(schema.grants, 'USAGE');
    const held = privileges.filter(
      (privilege) => has(table.grants, privilege) || columns.some((column) => has(column.grants, privilege)),
    );
    return { role, privileges: enters ? held : [] };
  });
}

/** The role, all it is a member of, and PUBLIC. */
function rolesOf(catalog: Catalog, role: string): ReadonlySet<string> {
  const memberOf = new Map(catalog.roles.map(({ name, memberOf }) => [name, memberOf]));
  const names = new Set<string>(['public']);
  const open = [role];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (names.has(next)) continue;
    names.add(next);
    open.push(...(memberOf.get(next) ?? []));
  }
  return names;
}

/** `anon and authenticated can read, insert, change and delete every row`. */
export function reachWords(reach: readonly Reach[]): string | null {
  const phrases = new Map<string, string[]>();
  for (const { role, privileges: held } of reach) {
    const verbs = held.flatMap((privilege) => verbOf[privilege] ?? []);
    if (verbs.length === 0) continue;
    const words = verbs.length === 1 ? verbs.join() : `${verbs.slice(0, -1).join(', ')} and ${verbs.at(-1)}`;
    phrases.set(words, [...(phrases.get(words) ?? []), role]);
  }
  if (phrases.size === 0) return null;
  return [...phrases].map(([words, roles]) => `${roles.join(' and ')} can ${words} every row`).join('; ');
}

const verbOf: Readonly<Record<string, string>> = {
  SELECT: 'read',
  INSERT: 'insert',
  UPDATE: 'change',
  DELETE: 'delete',
};

/** Of these tables the ones no policy lets anybody into: protected, and without any. */
export function closedTables(catalog: Catalog, names: readonly string[]): readonly string[] {
  const withPolicy = new Set(catalog.policies.map(({ table }) => table));
  return catalog.tables
    .filter(({ object, rowSecurity }) => names.includes(object) && rowSecurity && !withPolicy.has(object))
    .map(({ object }) => object);
}

/** Who passes row level security without a policy. */
export function thosePast(platform: State['platform']): string {
  return platform === 'supabase' ? 'service_role' : 'its owner and roles with BYPASSRLS';
}
