/** Whether a server may be used at all, looked at before anything is written on it; each refusal says what to do. */
import { readFileSync } from 'node:fs';
import { failure, type GatekeeperError } from '../../../errors.ts';
import type { MajorVersion, ServerRequest, Session } from '../../database.ts';
import { direct } from './login.ts';
import type { ServerAddress } from './server-url.ts';

export interface ServerFacts {
  readonly [column: string]: unknown;
  readonly major: number;
  readonly in_recovery: boolean;
  readonly superuser: boolean;
  /** Roles by which the operator of a managed server can be known. */
  readonly managed: readonly string[];
  readonly has_project: boolean;
  readonly has_supautils: boolean;
  readonly standbys: number;
  /** The database where all gates on this server meet; null where there is none to connect to. */
  readonly meeting_place: string | null;
  readonly here: string;
}

const hostedSuffixes = ['supabase.co', 'supabase.com', 'supabase.in', 'supabase.net', 'supabase.red'];

/** By the name alone: such a server is not even connected to. */
export function refuseHosted(address: ServerAddress): void {
  const host = (address.host ?? '').replace(/\.$/, '');
  if (hostedSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))) {
    throw failure('server-looks-real', { where: address.where, why: 'its name is one of hosted Supabase' });
  }
}

export async function factsOf(session: Session): Promise<ServerFacts> {
  const sql = readFileSync(new URL('./server-facts.sql', import.meta.url), 'utf8');
  const [facts] = await session.query<ServerFacts>(sql);
  if (facts === undefined) throw new Error('a server said nothing about itself');
  return facts;
}

const versions: readonly number[] = [15, 16, 17, 18] satisfies MajorVersion[];

export function refuseUnsuitable(address: ServerAddress, facts: ServerFacts, request: ServerRequest): void {
  const fault = faultOf(address, facts, request.majorVersion);
  if (fault !== null) throw fault;
}

function faultOf(
  { where, user }: ServerAddress,
  facts: ServerFacts,
  wanted: MajorVersion,
): GatekeeperError | null {
  if (facts.has_project) {
    return failure('server-looks-real', { where, why: `its database ${facts.here} holds auth.users` });
  }
  if (facts.has_supautils) return failure('server-looks-real', { where, why: 'it loads supautils' });
  const unsuitable = (why: string, next: string) => failure('server-unsuitable', { where, why, next });
  if (facts.in_recovery) {
    return unsuitable('it is a standby and takes no changes', 'Name a server of its own, not a replica.');
  }
  if (facts.standbys > 0) {
    return unsuitable(
      `${facts.standbys} connections replicate it, as is done with what matters`,
      'Name a server that nobody would miss.',
    );
  }
  const [operator] = facts.managed;
  if (operator !== undefined) {
    return unsuitable(
      `it is a managed server (it has the role ${operator}), where nobody is a superuser`,
      'Name a Postgres of your own, or leave `postgres` at its default.',
    );
  }
  if (!facts.superuser) {
    return unsuitable(
      `the user ${JSON.stringify(user)} is no superuser, and the roles of a project cannot be made without one`,
      'Name a superuser of a server that nobody would miss, or leave `postgres` at its default.',
    );
  }
  if (facts.major !== wanted) {
    return failure('server-version-differs', {
      where,
      found: facts.major,
      wanted,
      supported: versions.includes(facts.major),
    });
  }
  if (facts.meeting_place === null) {
    return unsuitable('it has no database that one can connect to', 'Make one: `createdb postgres`.');
  }
  return null;
}

interface NameInUse {
  readonly [column: string]: unknown;
  readonly role: string;
  readonly sessions: number;
  readonly has_md5_password: boolean;
}

/** Roles of the server bear names of a project's, and would lose them for the run. */
export async function refuseNamesInUse(
  address: ServerAddress,
  session: Session,
  names: readonly string[],
): Promise<void> {
  const sql = readFileSync(new URL('./names-in-use.sql', import.meta.url), 'utf8');
  const found = await session.query<NameInUse>(sql, [names]);
  const { where } = address;
  const inUse = found.filter(({ sessions }) => sessions > 0);
  if (inUse.length > 0) {
    throw failure('server-unsuitable', {
      where,
      why: `${inUse.map(({ role, sessions }) => `${sessions} other ${sessions === 1 ? 'session is' : 'sessions are'} logged in as ${role}`).join(', ')}, a name that a project needs for itself`,
      next: 'Close them, or name a server whose superuser has another name (POSTGRES_USER in the image postgres).',
    });
  }
  const forgetful = found.filter((role) => role.has_md5_password).map(({ role }) => role);
  if (forgetful.length > 0) {
    throw failure('server-unsuitable', {
      where,
      why: `${forgetful.join(', ')} has an MD5 password, which Postgres forgets when a role is renamed for the run`,
      next: `Set the password anew with password_encryption = 'scram-sha-256', or name a server whose superuser has another name.`,
    });
  }
}

/** Two sessions that are one on the server: somebody in between hands them around. */
export function refusePooler(address: ServerAddress, one: Session, two: Session): void {
  if (one.pid !== two.pid) return;
  throw failure('server-unsuitable', {
    where: address.where,
    why: 'two connections to it share one session, as with a transaction pooler',
    next: direct,
  });
}
