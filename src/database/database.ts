/** The interface of a Postgres to try things on; where it comes from is an adapter's business. */

export type MajorVersion = 15 | 16 | 17 | 18;
export type PostgresSource = 'embedded' | 'docker' | 'local' | 'url';

/** What a server must look like before the base history is applied. */
export interface ServerRequest {
  readonly majorVersion: MajorVersion;
  /** `supabase`: roles, schemas and grants of a Supabase project; `postgres`: the roles only. */
  readonly platform: 'supabase' | 'postgres';
  readonly dataApiGrants: 'explicit' | 'automatic';
  readonly exposedSchemas: readonly string[];
  /** The project has the event trigger that turns RLS on for every new table in `public`. */
  readonly ensureRls: boolean;
}

/**
 * What our description of a project is laid on: a cluster made by ourselves; an image that has some of a project
 * already, in older shapes; a server of somebody else's, whose roles we share and whose other databases we leave alone.
 */
export type Foundation = 'own' | 'image' | 'shared';

/** An error Postgres raised, as a value. Source: the server's ErrorResponse fields. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly sqlstate: string;
  /** Character offset into the statement, counted from 1; null when Postgres gave none. */
  readonly position: number | null;
  readonly detail: string | null;
  readonly hint: string | null;

  constructor(
    sqlstate: string,
    message: string,
    fields: { position?: number | null; detail?: string | null; hint?: string | null; cause?: unknown } = {},
  ) {
    super(message, fields.cause === undefined ? {} : { cause: fields.cause });
    this.sqlstate = sqlstate;
    this.position = fields.position ?? null;
    this.detail = fields.detail ?? null;
    this.hint = fields.hint ?? null;
  }
}

export type Row = Readonly<Record<string, unknown>>;

/** One connection as one login role. Not shared, not pooled. */
export interface Session {
  /** The backend's process id, for `pg_locks` and `pg_terminate_backend`. */
  readonly pid: number;
  /** Runs SQL by the simple protocol (as Drizzle's migrator does) and drops the rows. Throws StatementError. */
  execute(sql: string): Promise<void>;
  /** Runs one of our own queries. Throws StatementError. */
  query<Result extends Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly Result[]>;
  close(): Promise<void>;
}

/** `postgres` runs migrations and is no superuser, as on hosted Supabase; `supabase_admin` is the superuser that observes. */
export type LoginRole = 'postgres' | 'supabase_admin';

export interface Server {
  readonly source: PostgresSource;
  readonly foundation: Foundation;
  /** As the server says, for example `17.10`. */
  readonly version: string;
  readonly majorVersion: MajorVersion;
  /** Image name with tag or digest; null without one. */
  readonly image: string | null;
  /** Names of the extensions that are stand-ins of ours here: signatures and types without the behaviour. */
  readonly standIns: readonly string[];
  connect(role: LoginRole): Promise<Session>;
  /** Ends every session, stops the server and removes what was made. Safe to call twice. */
  stop(): Promise<void>;
}

/** One way to get a server. */
export interface Adapter {
  readonly name: PostgresSource;
  /** Why it cannot be used here, or null. Looks, and changes nothing. */
  unavailable(request: ServerRequest): Promise<string | null>;
  start(request: ServerRequest): Promise<Server>;
}
