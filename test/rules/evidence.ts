/** Small catalogs and evidence made by hand, for what a real database cannot be brought to show here. */
import type { Catalog, Grant, RoleObject, SchemaObject, TableObject } from '../../src/catalog/catalog.ts';
import type { History } from '../../src/history/history.ts';
import type { Compared, RenameQuestion } from '../../src/history/kit/look.ts';
import type { Replay } from '../../src/replay/record.ts';
import type { Evidence, State } from '../../src/rules/rule.ts';

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

/** A project below the root, with a config that drizzle-kit does not find by itself. */
const history: History = {
  applier: 'drizzle',
  applierWhy: 'as told by the option migrations-from',
  layout: { head: 'journal', base: 'journal' },
  moved: null,
  outOfOrder: [],
  drizzle: {
    workingDirectory: 'apps/web',
    config: { head: 'apps/web/drizzle-prod.config.ts', base: null },
    line: 3,
  },
  directory: 'apps/web/drizzle',
  journalFile: 'apps/web/drizzle/meta/_journal.json',
  base: [],
  new: [],
  skipped: [],
  rls: { base: [], head: [] },
  bootstrap: null,
  baseline: null,
  seed: null,
  migrationsTable: { schema: 'drizzle', name: '__drizzle_migrations' },
  problems: [],
  unreadable: false,
};

/** A replay of no statement. */
export const nothingRan: Replay = {
  base: [],
  gaps: [],
  baseRls: null,
  new: [],
  failed: null,
  failedOnMadeUpRows: null,
  blamesMadeUpRows: false,
  headRls: null,
  headRlsAgain: null,
  dropped: [],
  touched: [],
  rows: [],
  standIns: [],
  jobs: [],
  unseeded: [],
};

export function evidence(fields: Partial<Evidence>): Evidence {
  return {
    history,
    replay: nothingRan,
    base: state(catalog()),
    head: state(catalog()),
    changes: [],
    rlsChanges: [],
    place: () => null,
    schema: { state: 'unchecked', kit: null, why: 'not asked', prominent: false },
    declared: null,
    fresh: null,
    ...fields,
  };
}

/** What drizzle-kit would write; `at base`: there too. */
export function drift(
  missing: readonly (string | [string, 'at base'])[],
  fields: Partial<Compared> = {},
): Compared {
  return {
    state: 'drift',
    kit: 'drizzle-kit 0.31.11',
    file: 'apps/web/src/schema.ts',
    missing: missing.map((one) =>
      typeof one === 'string' ? { sql: one, atBase: false } : { sql: one[0], atBase: true },
    ),
    questions: [],
    ...fields,
  };
}

export function asked(
  kind: RenameQuestion['kind'],
  from: readonly string[],
  to: string,
  atBase = false,
): RenameQuestion {
  return { kind, from, to, atBase };
}
