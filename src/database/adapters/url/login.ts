/** Sessions on the server of a URL: as the user whom it names, or as a role of ours; what refuses them is a known failure. */
import { failure, type GatekeeperError } from '../../../errors.ts';
import { type LoginRole, type Session, StatementError } from '../../database.ts';
import { openSession } from '../../session.ts';
import type { ServerAddress } from './server-url.ts';
import { openStream } from './stream.ts';

/** What a role of the server is called while its name is ours. */
export const keptPrefix = 'gatekeeper_kept_';

export interface Login {
  readonly user: string;
  readonly password: string | null;
  readonly role: LoginRole;
  readonly database: string;
  /** Parameters of the session from its first moment on, over those of the database. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Whether the server knows better than to let this user in with this password. */
export function isRefusal(error: unknown): error is StatementError {
  return error instanceof StatementError && refused.has(error.sqlstate);
}

/** invalid_authorization_specification and invalid_password. */
const refused = new Set(['28000', '28P01']);

/** A session that waits for most of a run: meanwhile it does not keep the process alive. */
export interface Waiting extends Session {
  hold(): void;
  letGo(): void;
}

/** Throws a known failure when there is no way to the server, and StatementError when it refuses. */
export async function logIn(address: ServerAddress, login: Login): Promise<Waiting> {
  const stream = await openStream(address);
  try {
    const session = await openSession({ ...login, open: async () => stream });
    return { ...session, hold: () => void stream.ref(), letGo: () => void stream.unref() };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/**
 * As the user of the URL, who has another name while a run of ours lasts, or after one that was killed together with
 * the server: the password is the same under both.
 */
export async function logInByUrl(
  address: ServerAddress,
  database: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Waiting> {
  const { user, password } = address;
  const open = (name: string) =>
    logIn(address, { user: name, password, role: 'supabase_admin', database, settings });
  const kept = `${keptPrefix}${user}`;
  // Between two attempts another gate may have come or gone.
  const names = Buffer.byteLength(kept) < 64 ? [user, kept, user] : [user];
  let first: unknown = null;
  for (const name of names) {
    try {
      const session = await open(name);
      if (name === kept || !(await isKept(session, user, kept))) return session;
      await session.close();
    } catch (error) {
      // What the user is told is about the name that the URL gives.
      first ??= error;
      if (!isRefusal(error)) break;
    }
  }
  throw first instanceof StatementError ? asFailure(address, database, first) : first;
}

/** Where no password is asked, the bare name leads to a role of ours. */
async function isKept(session: Session, user: string, kept: string): Promise<boolean> {
  const found = await session.query(
    'select from pg_catalog.pg_roles k join pg_catalog.pg_roles r on r.rolname = $1 where k.rolname = $2 and not r.rolsuper',
    [user, kept],
  );
  return found.length > 0;
}

function asFailure(address: ServerAddress, database: string, error: StatementError): GatekeeperError {
  const { where, user, password } = address;
  // Whatever answers there may repeat what it was told; a word of three letters it may have of its own.
  const repeated = password !== null && password.length > 3;
  const why = repeated ? error.message.replaceAll(password, '…') : error.message;
  switch (error.sqlstate) {
    case '28000':
    case '28P01':
      return failure('server-login-refused', { where, user, why });
    case '3D000':
      return failure('server-unsuitable', {
        where,
        why: `it has no database ${JSON.stringify(database)} to begin from`,
        next: 'End the URL with the name of a database that is there; it is only connected to.',
      });
    case '08P01':
      return failure('server-unsuitable', {
        where,
        why: `it answers "${why}", as poolers do`,
        next: direct,
      });
    default:
      return failure('server-unreachable', { where, why });
  }
}

export const direct =
  'Name the server itself, not a pooler in front of it: PgBouncer and Supavisor hand sessions around.';
