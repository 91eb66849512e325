/** One connection to one server: SQL by the simple protocol, our queries with parameters, errors as values. */
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import postgres from 'postgres';
import { arrayLiteral, arrayParser } from './array.ts';
import { type LoginRole, type Row, type Session, StatementError } from './database.ts';

export interface SessionTarget {
  /** Opens the stream of bytes to the server, encrypted where it is to be; called once. Rejects with its reason. */
  readonly open: () => Promise<Duplex>;
  readonly database: string;
  /** Name to log in with; the session of `supabase_admin` may have another name on somebody else's server. */
  readonly user: string;
  /** Null where the server trusts the connection. Never part of an error. */
  readonly password: string | null;
  readonly role: LoginRole;
  /** More parameters for a superuser's session; without blanks in their values. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A stream over a Unix socket. */
export function unixSocket(path: string): () => Promise<Duplex> {
  return async () => {
    const socket = connectSocket(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.removeAllListeners();
    return socket;
  };
}

const connectTimeoutMs = 10_000;

/** SQLSTATE of a connection that ended while or before a statement ran. */
const connectionFailure = '08006';

/**
 * For the superuser's sessions, over whatever a migration set for the whole database: ALTER DATABASE is postgres'
 * to use, and the observer must neither be stopped by it nor print a catalog differently.
 */
const steadySettings = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read\\ committed',
  row_security: 'on',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  datestyle: 'ISO,MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
};

function asOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/**
 * What comes back from `query`: bool as boolean; int2, int4, oid and floats as numbers; int8 and numeric as
 * strings (cast in SQL where a number is safe); json as values; arrays of names and text as string arrays;
 * dates as Date; all else as Postgres prints it. A JavaScript array given as parameter becomes an array literal.
 */
export async function openSession(target: SessionTarget): Promise<Session> {
  const connection = new Connection(target);
  const [row] = await connection.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  if (row === undefined) throw new Error('a new connection did not say its process id');
  return {
    pid: row.pid,
    execute: (sql) => connection.execute(sql),
    query: (sql, parameters) => connection.query(sql, parameters ?? []),
    close: () => connection.close(),
  };
}

/** The half of postgres.js' Query that its types leave out. */
interface Settling {
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
  /** Sends it, unless it was sent. */
  handle(): unknown;
}

/** A query of postgres.js: how its rows come makes no difference here. */
type Sent = object;

/** What postgres.js resolves with when a COPY from stdin or to stdout begins. */
interface CopyStream {
  on(event: 'error', listener: () => void): unknown;
  resume?: () => unknown;
  destroy(reason: Error): unknown;
  readonly writable?: boolean;
}

class Connection {
  readonly #sql: postgres.Sql;
  readonly #waiting = new Set<(reason: StatementError) => void>();
  #stream: Duplex | null = null;
  #ended: StatementError | null = null;
  /** Settles when everything sent so far has been answered. */
  #answered: Promise<unknown> = Promise.resolve();
  /** Settles when the last statement that wanted the line for itself is done. */
  #free: Promise<unknown> = Promise.resolve();

  constructor(target: SessionTarget) {
    this.#sql = postgres({
      host: 'localhost',
      user: target.user,
      database: target.database,
      pass: target.password ?? '',
      ssl: false,
      max: 1,
      // postgres.js reads PG* variables for whatever is not given, and ends connections by age.
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: connectTimeoutMs / 1000,
      keep_alive: 0,
      fetch_types: false,
      prepare: false,
      target_session_attrs: 'read-write',
      connection: {
        application_name: 'gatekeeper',
        ...(target.role === 'postgres'
          ? {}
          : { options: asOptions({ ...steadySettings, ...target.settings }) }),
      },
      // Without it postgres.js prints notices, which are the user's text, to the log the runner obeys.
      onnotice: () => undefined,
      onclose: () =>
        this.#end(new StatementError(connectionFailure, 'The connection to the server was lost.')),
      types: { array: arrayParser },
      // `socket` is missing in the types of postgres.js 3.4, and undocumented options are part of its interface.
      ...({ socket: () => this.#connect(target.open) } as Record<string, unknown>),
    });
  }

  /** Once only: a silent second connection would run the rest of a transaction outside of it. */
  async #connect(open: SessionTarget['open']): Promise<Duplex> {
    if (this.#stream !== null || this.#ended !== null) throw new Error('connection lost');
    this.#stream = await open();
    return this.#stream;
  }

  #end(reason: StatementError): void {
    this.#ended ??= reason;
    for (const reject of this.#waiting) reject(this.#ended);
    this.#waiting.clear();
  }

  async execute(sql: string): Promise<void> {
    // A COPY that asks for input eats the message after it, so nothing may be in flight behind one. It can only
    // be written as the keyword: holding back texts that merely mention it costs nothing but a round trip.
    const lower = sql.toLowerCase();
    const alone = lower.includes('stdin') || lower.includes('stdout');
    await this.#send(alone, () =>
      // Rows of the user's selects are parsed no further and dropped one by one: they may be many.
      this.#sql
        .unsafe(sql)
        .simple()
        .raw()
        .forEach(() => {}),
    );
  }

  async query<Result extends Row>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Result[]> {
    const values = parameters.map((value) => (Array.isArray(value) ? arrayLiteral(value) : value));
    // postgres.js types parameters by its own list; anything else is sent as text, which is what we want.
    const given = values as postgres.ParameterOrJSON<never>[];
    const rows = await this.#send(false, () => this.#sql.unsafe(sql, given));
    // A plain array instead of postgres.js' own class; the shape is the promise of the caller, who wrote the query.
    return Array.from(rows as Iterable<Result>);
  }

  #send(alone: boolean, make: () => Sent): Promise<unknown> {
    const before = this.#answered;
    const sent = this.#free.then(async () => {
      if (alone) await before;
      return this.#answer(make);
    });
    const settled = sent.catch(() => undefined);
    this.#answered = settled;
    if (alone) this.#free = settled;
    return sent;
  }

  #answer(make: () => Sent): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      this.#waiting.add(reject);
      const query = make();
      // The two functions exist on every Query; postgres.js' types leave them out.
      const settling = query as unknown as Settling;
      settling.resolve = (value) => {
        if (isCopy(value)) {
          refuseCopy(value);
          return;
        }
        this.#waiting.delete(reject);
        resolve(value);
      };
      settling.reject = (reason) => {
        this.#waiting.delete(reject);
        reject(statementError(reason));
      };
      settling.handle();
    });
  }

  async close(): Promise<void> {
    this.#end(new StatementError(connectionFailure, 'The session is closed.'));
    await this.#sql.end({ timeout: 0 });
    this.#stream?.destroy();
  }
}

function isCopy(value: unknown): value is CopyStream {
  return typeof value === 'object' && value !== null && 'pipe' in value;
}

/** Nobody answers a COPY from stdin: the server is told so, and reports the error itself. Output is dropped. */
function refuseCopy(stream: CopyStream): void {
  stream.on('error', () => undefined);
  if (stream.writable === true) stream.destroy(new Error('there is no input to copy from'));
  else stream.resume?.();
}

function statementError(reason: unknown): StatementError {
  if (reason instanceof StatementError) return reason;
  if (reason instanceof postgres.PostgresError) {
    const position = Number.parseInt(reason.position ?? '', 10);
    return new StatementError(reason.code, reason.message, {
      position: Number.isNaN(position) ? null : position,
      detail: reason.detail ?? null,
      hint: reason.hint ?? null,
    });
  }
  const code =
    typeof reason === 'object' && reason !== null && 'code' in reason ? String(reason.code) : 'unknown';
  return new StatementError(connectionFailure, `The connection to the server failed (${code}).`, {
    cause: reason,
  });
}
