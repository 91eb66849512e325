/**
 * The database as a value: one catalog snapshot, sorted, without times or statistics.
 * Every name in `object` is schema-qualified and quoted only where Postgres' quote_ident would.
 * System schemas (pg_*, information_schema, ours) are left out; auth, storage and realtime are in.
 */

/** One entry of an ACL, PUBLIC as `public`. Null ACLs are expanded to Postgres' defaults. */
export interface Grant {
  readonly grantee: string;
  /** `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `REFERENCES`, `TRIGGER`, `MAINTAIN`, `USAGE`, `CREATE`, `EXECUTE`. */
  readonly privilege: string;
  readonly grantable: boolean;
}

/** What all objects share. `oid` identifies an object within one server, so a rename is seen as one. */
export interface CatalogObject {
  readonly oid: number;
  /** `public.todo`; a column is `public.todo.title`, a policy `public.todo."Owners read"`. */
  readonly object: string;
  /**
   * Hash of how Postgres itself keeps the definition, naming things by oid: with an equal hash only names have changed
   * in a deparsed definition. Of use within one server only; null or absent where a definition names nothing.
   */
  readonly stored?: string | null;
  /** Of what a partition has because its partitioned parent has it: the oid of the parent's. */
  readonly copyOf?: number | null;
}

export interface SchemaObject extends CatalogObject {
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
}

export interface TableObject extends CatalogObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned-table' | 'foreign-table' | 'view' | 'materialized-view';
  readonly owner: string;
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  /** `security_invoker=true` … sorted. */
  readonly options: readonly string[];
  readonly grants: readonly Grant[];
  /** The partitioned parent or the inheritance parents, by object name. */
  readonly parents: readonly string[];
  readonly partitionBound: string | null;
  /** `RANGE (day)`; null for what is not partitioned. */
  readonly partitionKey: string | null;
  /** `pg_get_viewdef` with an empty search path; null for what is not a view. */
  readonly definition: string | null;
  readonly unlogged: boolean;
  readonly replicaIdentity: string;
  /** Made by an extension. */
  readonly extension: string | null;
  readonly comment: string | null;
}

export interface ColumnObject extends CatalogObject {
  /** Of the table; with `number` the column's identity. */
  readonly table: string;
  readonly number: number;
  readonly name: string;
  /** `format_type`: `character varying(256)`. */
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly generated: 'stored' | 'virtual' | null;
  readonly identity: 'always' | 'by-default' | null;
  readonly collation: string | null;
  readonly grants: readonly Grant[];
}

export interface ConstraintObject extends CatalogObject {
  readonly table: string;
  readonly name: string;
  readonly kind: 'primary-key' | 'unique' | 'foreign-key' | 'check' | 'exclusion' | 'not-null';
  /** `pg_get_constraintdef`. */
  readonly definition: string;
  readonly columns: readonly string[];
  readonly references: string | null;
  /** Of a foreign key, in the order of `columns`; else empty. */
  readonly referencedColumns: readonly string[];
  /** Of a foreign key. */
  readonly onDelete: 'no-action' | 'restrict' | 'cascade' | 'set-null' | 'set-default' | null;
  readonly validated: boolean;
}

export interface IndexObject extends CatalogObject {
  readonly table: string;
  readonly name: string;
  /** `pg_get_indexdef`. */
  readonly definition: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  /** Key columns in order; null for an expression. */
  readonly columns: readonly (string | null)[];
  readonly partial: boolean;
  /** The constraint it stands behind, by object name. */
  readonly constraint: string | null;
}

export interface PolicyObject extends CatalogObject {
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  /** Role names, PUBLIC as `public`, sorted. */
  readonly roles: readonly string[];
  /** Deparsed with an empty search path. */
  readonly using: string | null;
  readonly withCheck: string | null;
}

export interface TriggerObject extends CatalogObject {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly enabled: boolean;
  readonly function: string;
}

export interface FunctionObject extends CatalogObject {
  readonly schema: string;
  readonly name: string;
  /** `public.f(integer, text)`. */
  readonly signature: string;
  /** `pg_get_function_arguments`: names, modes, types and defaults. */
  readonly arguments: string;
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window';
  readonly owner: string;
  readonly securityDefiner: boolean;
  /** `search_path=""` … sorted. */
  readonly settings: readonly string[];
  readonly grants: readonly Grant[];
  readonly returns: string | null;
  /** Hex sha256 of `pg_get_functiondef`; null for an aggregate. */
  readonly definitionHash: string | null;
  readonly extension: string | null;
}

export interface TypeObject extends CatalogObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'enum' | 'domain' | 'composite' | 'range';
  /** Enum labels in order, else empty. */
  readonly labels: readonly string[];
  /** A domain's base type and constraints, a composite's columns. */
  readonly definition: string | null;
  readonly extension: string | null;
}

export interface SequenceObject extends CatalogObject {
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  /** The column that owns it. */
  readonly ownedBy: string | null;
  readonly grants: readonly Grant[];
}

export interface ExtensionObject extends CatalogObject {
  readonly name: string;
  readonly schema: string;
  readonly version: string;
}

export interface PublicationObject extends CatalogObject {
  readonly name: string;
  readonly allTables: boolean;
  /** A whole schema is `public.*`. */
  readonly tables: readonly string[];
}

export interface EventTriggerObject extends CatalogObject {
  readonly name: string;
  readonly event: string;
  readonly function: string;
  readonly enabled: boolean;
}

export interface RoleObject extends CatalogObject {
  readonly name: string;
  /** `login`, `superuser`, `createrole`, `createdb`, `replication`, `bypassrls`, `inherit`, sorted. */
  readonly attributes: readonly string[];
  readonly memberOf: readonly string[];
  readonly settings: readonly string[];
}

export interface DefaultPrivilegeObject extends CatalogObject {
  readonly role: string;
  readonly schema: string | null;
  readonly objectType: string;
  readonly grants: readonly Grant[];
}

export interface Catalog {
  readonly schemas: readonly SchemaObject[];
  readonly tables: readonly TableObject[];
  readonly columns: readonly ColumnObject[];
  readonly constraints: readonly ConstraintObject[];
  readonly indexes: readonly IndexObject[];
  readonly policies: readonly PolicyObject[];
  readonly triggers: readonly TriggerObject[];
  readonly functions: readonly FunctionObject[];
  readonly types: readonly TypeObject[];
  readonly sequences: readonly SequenceObject[];
  readonly extensions: readonly ExtensionObject[];
  readonly publications: readonly PublicationObject[];
  readonly eventTriggers: readonly EventTriggerObject[];
  readonly roles: readonly RoleObject[];
  readonly defaultPrivileges: readonly DefaultPrivilegeObject[];
}
