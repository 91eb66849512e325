/**
 * The adapter for a `postgres://` URL: a database of our own, made and dropped again, on a server that the user names.
 *
 * Roles belong to a whole server, and a project's `postgres` is no superuser, while on most servers the first superuser
 * is called just that. So for the time of a run every role of the server that bears a name of a project's is called
 * `gatekeeper_kept_<name>` and keeps all else: attributes, password, memberships, settings, what it owns and its open
 * sessions. Nobody can log in under the old name meanwhile. A server whose superuser has another name is not touched so.
 * Nothing better was found: a migration names `postgres` in grants, owners and policies, the first superuser cannot be
 * demoted, and a role that was there before would bring memberships and rights that a project's does not have.
 *
 * A role of ours carries a note in its comment, which only superusers can write: what was there before. Stopping reads
 * it, and so does the next run if this one was killed; until then a session that waits on the server for our end has
 * given the names back. If the server was killed with us, the old password works with `gatekeeper_kept_<name>`.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Adapter, LoginRole, Server, ServerRequest, Session } from '../../database.ts';
import { describeProject, projectRoles } from '../../describe.ts';
import { identifier, literal } from '../../quoting.ts';
import { selfTest } from '../../self-test.ts';
import { onDeparture } from '../departure.ts';
import { randomPassword, scramVerifier } from '../password.ts';
import { runningServer } from '../running-server.ts';
import { dismissGuard, openKeeper, postGuard, takeLock } from './keeper.ts';
import { removeLeftovers, removeRun, runPrefix } from './leftovers.ts';
import { isRefusal, logIn, logInByUrl, type Waiting } from './login.ts';
import { readServerUrl, type ServerAddress } from './server-url.ts';
import { factsOf, refuseHosted, refuseNamesInUse, refusePooler, refuseUnsuitable } from './suitable.ts';

export interface UrlOptions {
  /** How long to wait for another gate that is at work on the server. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 120_000;

export function byUrl(url: string, env: NodeJS.ProcessEnv, options: UrlOptions = {}): Adapter {
  return {
    name: 'url',
    // What stands against it are known failures, and those say more than a reason in a list.
    unavailable: async () => null,
    start: (request) => start(readServerUrl(url, env), request, options),
  };
}

async function start(
  address: ServerAddress,
  request: ServerRequest,
  { patienceMs = defaultPatienceMs }: UrlOptions,
): Promise<Server> {
  refuseHosted(address);
  const meetingPlace = await lookAt(address, request);
  const keeper = await openKeeper(address, meetingPlace);
  let guard: Waiting | null = null;
  try {
    guard = await openKeeper(address, meetingPlace);
    refusePooler(address, keeper, guard);
    await takeLock(address, keeper, patienceMs);
    await removeLeftovers(address, keeper);
    // A second look: projects live in the database postgres, whichever one the URL names.
    refuseUnsuitable(address, await factsOf(keeper), request);
    await refuseNamesInUse(address, keeper, projectRoles);
  } catch (error) {
    await Promise.all([keeper.close(), guard?.close()]);
    throw error;
  }
  return new Run(address, request, meetingPlace, keeper, guard).boot();
}

/** Nothing is written. Returns the database where gates meet. */
async function lookAt(address: ServerAddress, request: ServerRequest): Promise<string> {
  const session = await logInByUrl(address, address.database);
  try {
    const facts = await factsOf(session);
    refuseUnsuitable(address, facts, request);
    return facts.meeting_place ?? facts.here;
  } finally {
    await session.close();
  }
}

class Run {
  readonly #address: ServerAddress;
  readonly #request: ServerRequest;
  readonly #meetingPlace: string;
  #keeper: Waiting;
  readonly #guard: Waiting;
  readonly #id = randomBytes(8).toString('hex');
  readonly #role = `${runPrefix}${this.#id}`;
  readonly #database = `gatekeeper_${this.#id}`;
  readonly #password = randomPassword();
  readonly #forget: () => void;
  #ended: Promise<void> | null = null;

  constructor(
    address: ServerAddress,
    request: ServerRequest,
    meetingPlace: string,
    keeper: Waiting,
    guard: Waiting,
  ) {
    this.#address = address;
    this.#request = request;
    this.#meetingPlace = meetingPlace;
    this.#keeper = keeper;
    this.#guard = guard;
    const end = () => this.end();
    const forgetSignals = onDeparture(end);
    // A server that somebody forgot to stop does not keep the process, but is removed before it ends.
    process.once('beforeExit', end);
    this.#forget = () => {
      forgetSignals();
      process.removeListener('beforeExit', end);
    };
  }

  async boot(): Promise<Server> {
    try {
      await this.#note();
      await this.#makeDatabase();
      const version = await this.#makeProject();
      this.#keeper.letGo();
      this.#guard.letGo();
      return runningServer({
        source: 'url',
        foundation: 'shared',
        version,
        majorVersion: this.#request.majorVersion,
        image: null,
        standIns: [],
        open: (role) => this.#connect(role),
        end: () => this.end(),
      });
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  /** First of all: from here on, whoever comes after us knows what to undo. */
  async #note(): Promise<void> {
    const sql = readFileSync(new URL('./roles-before.sql', import.meta.url), 'utf8');
    const [row] = await this.#keeper.query<{ oids: readonly string[] }>(sql);
    const note = { database: this.#database, names: projectRoles, before: row?.oids ?? [] };
    const role = identifier(this.#role);
    // Sent together, they are one transaction.
    await this.#byKeeper(`
create role ${role} superuser login password ${literal(scramVerifier(this.#password))};
comment on role ${role} is ${literal(JSON.stringify(note))};`);
    await postGuard(this.#guard, this.#role);
  }

  async #makeDatabase(): Promise<void> {
    await this.#byKeeper(
      `create database ${identifier(this.#database)} owner ${identifier(this.#role)} template template0 ` +
        "encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C'",
    );
  }

  async #makeProject(): Promise<string> {
    const names = projectRoles.join(',');
    // Before any name is touched: whether this server lets roles of ours in at all.
    const maker = await this.#open('supabase_admin', this.#role);
    try {
      await this.#byKeeper(`
set gatekeeper.names = ${literal(names)};
set session authorization ${identifier(this.#role)};
${readFileSync(new URL('./set-aside.sql', import.meta.url), 'utf8')}
reset session authorization;`);
      await describeProject(maker, this.#request, 'shared');
      await maker.execute(`set gatekeeper.names = ${literal(names)}`);
      await maker.execute(readFileSync(new URL('./close-off.sql', import.meta.url), 'utf8'));
      const verifier = literal(scramVerifier(this.#password));
      await maker.execute(`
alter role postgres password ${verifier};
alter role supabase_admin login password ${verifier};
alter role ${identifier(this.#role)} nologin password null;`);
      const superuser = await this.#open('supabase_admin', 'supabase_admin');
      const migrations = await this.#open('postgres', 'postgres');
      const version = await selfTest(superuser, migrations, this.#request, 'shared');
      await Promise.all([superuser.close(), migrations.close()]);
      return version;
    } finally {
      await maker.close();
    }
  }

  /** Not once the end has begun, by a signal in the midst of the boot: it would come behind what undoes it. */
  async #byKeeper(sql: string): Promise<void> {
    if (this.#ended !== null) throw new Error('the run is over');
    await this.#keeper.execute(sql);
  }

  /** A migration may have given `postgres` a password of its own. */
  async #connect(role: LoginRole): Promise<Session> {
    try {
      return await this.#open(role, role);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#keeper.execute(
        `set lock_timeout = '10s'; alter role ${role} password ${literal(scramVerifier(this.#password))}`,
      );
      return this.#open(role, role);
    }
  }

  #open(role: LoginRole, user: string): Promise<Session> {
    return logIn(this.#address, { role, user, password: this.#password, database: this.#database });
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    try {
      const seen = await this.#present();
      await removeRun(this.#address, this.#keeper, this.#role, seen);
      await dismissGuard(this.#keeper, this.#guard);
    } finally {
      await Promise.allSettled([this.#keeper.close(), this.#guard.close()]);
      this.#forget();
    }
  }

  /** The keeper may have been ended by others; then the guard has given the names back, and the lock is free. */
  async #present(): Promise<boolean> {
    this.#keeper.hold();
    this.#guard.hold();
    try {
      await this.#keeper.query('select');
      return true;
    } catch {
      await this.#keeper.close();
      this.#keeper = await openKeeper(this.#address, this.#meetingPlace);
      await takeLock(this.#address, this.#keeper, defaultPatienceMs);
      return false;
    }
  }
}
