/** What of each object is compared, and what it comes and goes with. */
import type { Catalog, CatalogObject, ColumnObject, Grant } from './catalog.ts';
import type { ChangeKind } from './change.ts';
import { describeColumns } from './describe-columns.ts';

type Facts = Readonly<Record<string, unknown>>;

/** An object of any section, made ready for comparing. */
export interface Comparable {
  readonly kind: ChangeKind;
  /** The same before and after: a rename keeps it. */
  readonly id: string;
  readonly object: string;
  readonly schema: string | null;
  readonly name: string;
  /** The table or view it is part of. */
  readonly table: { readonly id: string; readonly object: string } | null;
  /** Dropped and made again under one name it is still the same, because it holds nothing of its own. */
  readonly replaceable: boolean;
  /** The id of the partitioned parent's, of which nothing is said here that is said there. */
  readonly copyOf: string | null;
  readonly facts: Facts;
  /** Facts that spell other objects' names: with equal `stored` hashes only those names have changed. */
  readonly deparsed: Facts;
  readonly stored: string | null;
  /** Told when it is added or removed, but compared on their own. */
  readonly told: Facts;
  /** Null where the owner says nothing that the reader of a change would miss. */
  readonly owner: string | null;
  readonly grants: readonly Grant[] | null;
  /** Not listed as removed, or as added, when one of these is: the reader knows. */
  readonly goesWith: readonly string[];
  readonly comesWith: readonly string[];
}

/** Whatever the others need comes first: schemas, extensions and tables, then what is part of a table. */
export function comparables(catalog: Catalog): readonly Comparable[] {
  const extensionIds = new Map(catalog.extensions.map((one) => [one.name, identity('extension', one)]));
  const tables = new Map(
    catalog.tables.map((one) => [
      one.object,
      {
        id: identity('table', one),
        view: one.kind === 'view' || one.kind === 'materialized-view',
        extension: one.extension === null ? [] : [extensionIds.get(one.extension) ?? ''],
      },
    ]),
  );
  const columns = new Map(catalog.columns.map((one) => [one.object, one]));
  const described = describeColumns(catalog.columns);

  // Columns and checks have in partitions and children the name they have in the parent.
  const parents = new Map(catalog.tables.map((one) => [one.object, one.parents]));
  const heritable = new Map([
    ...catalog.columns.map((one) => [nameKey('column', one.table, one.name), columnIdentity(one)] as const),
    ...catalog.constraints
      .filter((one) => one.kind === 'check')
      .map((one) => [nameKey('constraint', one.table, one.name), identity('constraint', one)] as const),
  ]);
  const inherited = (kind: ChangeKind, one: { readonly table: string; readonly name: string }) =>
    (parents.get(one.table) ?? [])
      .map((parent) => heritable.get(nameKey(kind, parent, one.name)))
      .find((id) => id !== undefined) ?? null;

  const part = (
    kind: ChangeKind,
    one: CatalogObject & { readonly table: string; readonly name: string },
    facts: Facts,
    deparsed: Facts,
  ): Comparable => {
    const table = tables.get(one.table);
    const copyOf = one.copyOf == null ? inherited(kind, one) : identity(kind, { oid: one.copyOf });
    const origin = copyOf === null ? [] : [copyOf];
    return {
      ...base(kind, one, facts),
      deparsed,
      table: table === undefined ? null : { id: table.id, object: one.table },
      copyOf,
      goesWith: table === undefined ? [] : [table.id, ...origin],
      // A new partition has what its parent has; a new table is told with all of its own.
      comesWith: [
        ...(table?.extension ?? []),
        ...(copyOf === null || table === undefined ? [] : [table.id, copyOf]),
      ],
    };
  };

  return [
    ...catalog.schemas.map((one) => ({ ...base('schema', one, {}), owner: one.owner, grants: one.grants })),
    ...catalog.extensions.map((one) => base('extension', one, { schema: one.schema, version: one.version })),
    ...catalog.tables.map((one): Comparable => {
      const table = tables.get(one.object);
      const view = table?.view ?? false;
      const { rowSecurity, forceRowSecurity, unlogged, options, comment, kind } = one;
      return {
        ...base(view ? 'view' : 'table', one, {
          kind,
          rowSecurity,
          forceRowSecurity,
          unlogged,
          options,
          comment,
          ...(view ? { columns: described.get(one.object) ?? [] } : {}),
        }),
        id: identity('table', one),
        schema: one.schema,
        replaceable: view,
        deparsed: {
          parents: one.parents,
          partitionBound: one.partitionBound,
          partitionKey: one.partitionKey,
          replicaIdentity: one.replicaIdentity,
          definition: one.definition,
        },
        told: view ? {} : { columns: described.get(one.object) ?? [] },
        owner: one.owner,
        grants: one.grants,
        goesWith: table?.extension ?? [],
        comesWith: table?.extension ?? [],
      };
    }),
    ...catalog.columns
      .filter((one) => tables.get(one.table)?.view === false)
      .map((one): Comparable => {
        const { notNull, generated, identity, collation } = one;
        const own = part('column', one, { notNull, generated, identity, collation }, {});
        return {
          ...own,
          id: columnIdentity(one),
          replaceable: false,
          deparsed: { type: one.type, default: one.default },
          grants: one.grants,
          comesWith: [...own.goesWith, ...own.comesWith],
        };
      }),
    ...catalog.constraints.map((one) => {
      const { columns, references, referencedColumns, onDelete, definition } = one;
      return part(
        'constraint',
        one,
        { kind: one.kind, validated: one.validated },
        { definition, columns, references, referencedColumns, onDelete },
      );
    }),
    // An index behind a constraint comes, goes and is renamed with it.
    ...catalog.indexes
      .filter((one) => one.constraint === null)
      .map((one) => {
        const { definition, columns, unique, partial } = one;
        return part('index', one, { valid: one.valid }, { definition, columns, unique, partial });
      }),
    ...catalog.policies.map((one) => {
      const { permissive, command, roles, using, withCheck } = one;
      return part('policy', one, { permissive, command, roles }, { using, withCheck });
    }),
    ...catalog.triggers.map((one) =>
      part('trigger', one, { enabled: one.enabled }, { definition: one.definition, function: one.function }),
    ),
    ...catalog.functions.map((one) => ({
      ...base('function', one, {
        kind: one.kind,
        securityDefiner: one.securityDefiner,
        settings: one.settings,
      }),
      schema: one.schema,
      deparsed: { arguments: one.arguments, returns: one.returns, definitionHash: one.definitionHash },
      owner: one.owner,
      grants: one.grants,
    })),
    ...catalog.types.map((one) => ({
      ...base(
        one.kind === 'enum' ? 'enum' : 'type',
        one,
        one.kind === 'enum' ? { labels: one.labels } : { kind: one.kind, definition: one.definition },
      ),
      schema: one.schema,
    })),
    ...catalog.sequences.map((one) => {
      const column = one.ownedBy === null ? undefined : columns.get(one.ownedBy);
      const owners = column === undefined ? [] : [columnIdentity(column), tables.get(column.table)?.id ?? ''];
      return {
        ...base('sequence', one, {}),
        schema: one.schema,
        replaceable: false,
        deparsed: { definition: one.definition, ownedBy: one.ownedBy },
        grants: one.grants,
        goesWith: owners,
        comesWith: owners,
      };
    }),
    ...catalog.publications.map((one) => ({
      ...base('publication', one, { allTables: one.allTables }),
      deparsed: { tables: one.tables },
    })),
    ...catalog.eventTriggers.map((one) => ({
      ...base('event-trigger', one, { event: one.event, enabled: one.enabled }),
      deparsed: { function: one.function },
    })),
    ...catalog.roles.map((one) =>
      base('role', one, { attributes: one.attributes, memberOf: one.memberOf, settings: one.settings }),
    ),
    ...catalog.defaultPrivileges.map((one) => ({
      ...base('default-privileges', { ...one, name: one.object }, {}),
      grants: one.grants,
    })),
  ];
}

function base(kind: ChangeKind, one: CatalogObject & { readonly name: string }, facts: Facts): Comparable {
  return {
    kind,
    id: identity(kind, one),
    object: one.object,
    schema: null,
    name: one.name,
    table: null,
    replaceable: true,
    copyOf: null,
    facts,
    deparsed: {},
    stored: one.stored ?? null,
    told: {},
    owner: null,
    grants: null,
    goesWith: [],
    comesWith: [],
  };
}

/** Oids are unique within one system catalog only. */
function identity(kind: string, one: Pick<CatalogObject, 'oid'>): string {
  return `${kind} ${one.oid}`;
}

function nameKey(kind: ChangeKind, table: string, name: string): string {
  return JSON.stringify([kind, table, name]);
}

/** Column numbers are never given out twice, so a column dropped and added again is another. */
function columnIdentity(column: ColumnObject): string {
  return `column ${column.oid}.${column.number}`;
}
