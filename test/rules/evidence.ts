/** Small catalogs and evidence made by hand, for what a real database cannot be brought to show here. */
import type { Catalog, Grant, RoleObject, SchemaObject, TableObject } from '../../src/catalog/catalog.ts';
import type { State } from '../../src/rules/rule.ts';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function grant(grantee: string, privilege: string): Grant {
  return { grantee, privilege, grantable: false };
}

export function table(name: string, fields: Partial<TableObject> = {}): TableObject {
  return {
    oid: 20_000 + name.length,
    object: `public.${name}`,
    schema: 'public',
    name,
    kind: 'table',
    owner: 'postgres',
    rowSecurity: false,
    forceRowSecurity: false,
    options: [],
    grants: [],
    parents: [],
    partitionBound: null,
    partitionKey: null,
    definition: null,
    unlogged: false,
    replicaIdentity: 'default',
    extension: null,
    comment: null,
    ...fields,
  };
}

export function schema(name: string, grants: readonly Grant[]): SchemaObject {
  return { oid: 2200, object: name, name, owner: 'pg_database_owner', grants };
}

export function role(name: string, memberOf: readonly string[] = []): RoleObject {
  return { oid: 100 + name.length, object: name, name, attributes: ['inherit'], memberOf, settings: [] };
}

export function catalog(fields: Partial<Catalog> = {}): Catalog {
  return {
    schemas: [schema('public', [grant('public', 'USAGE')])],
    tables: [],
    columns: [],
    constraints: [],
    indexes: [],
    policies: [],
    triggers: [],
    functions: [],
    types: [],
    sequences: [],
    extensions: [],
    publications: [],
    eventTriggers: [],
    roles: [role('anon'), role('authenticated')],
    defaultPrivileges: [],
    ...fields,
  };
}

export function state(of: Catalog, fields: Partial<State> = {}): State {
  return {
    catalog: of,
    exposedSchemas: ['public'],
    platform: 'supabase',
    migrationsTable: null,
    place: () => null,
    ...fields,
  };
}
