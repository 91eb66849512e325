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
export async function logInByUrl(address: ServerAddress, database: string): Promise<Waiting> {
  const { user, password } = address;
  const open = (name: string) => logIn(address, { user: name, password, role: 'supabase_admin', database });
  const kept = `${keptPrefix}${user}`;
  try {
    const found = await open(user);
    if (!(await isKept(found, user, kept))) return found;
    await found.close();
    return await open(kept);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    if (refused.has(error.sqlstate) && Buffer.byteLength(kept) < 64) {
      try {
        return await open(kept);
      } catch {
        // What the user is told is about the name that the URL gives.
      }
    }
    throw asFailure(address, database, error);
  }
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
  const { where, user } = address;
  switch (error.sqlstate) {
    case '28000':
    case '28P01':
      return failure('server-login-refused', { where, user, why: error.message });
    case '3D000':
      return failure('server-unsuitable', {
        where,
        why: `it has no database ${JSON.stringify(database)} to begin from`,
        next: 'End the URL with the name of a database that is there; it is only connected to.',
      });
    case '08P01':
      return failure('server-unsuitable', {
        where,
        why: `it answers "${error.message}", as poolers do`,
        next: direct,
      });
    default:
      return failure('server-unreachable', { where, why: error.message });
  }
}

export const direct =
  'Name the server itself, not a pooler in front of it: PgBouncer and Supavisor hand sessions around.';
