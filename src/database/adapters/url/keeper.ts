/** The session that has a server to itself among all gates, and the guard beside it that gives names back should we be killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../../errors.ts';
import type { Session } from '../../database.ts';
import { namesBack } from './leftovers.ts';
import { logInByUrl, type Waiting } from './login.ts';
import type { ServerAddress } from './server-url.ts';

/** "gatekeep" in ASCII: the same number for every gate. */
const lock = '7449354444534474096';
const pollMs = 200;

/** What these sessions do is ours alone: no trigger of the server fires, no timeout of its ends them. */
const settings = `
set search_path = '';
set session_replication_role = replica;
set idle_session_timeout = 0;
set client_connection_check_interval = 0;
set client_min_messages = error;
set log_min_error_statement = panic;
`;

/** A superuser's session in the database where gates meet, under whatever name the user of the URL has now. */
export async function openKeeper(address: ServerAddress, database: string): Promise<Waiting> {
  const session = await logInByUrl(address, database);
  await session.execute(settings);
  return session;
}

/** Roles belong to the whole server, so one gate works on it at a time. */
export async function takeLock(address: ServerAddress, keeper: Session, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [row] = await keeper.query<{ mine: boolean }>(
      'select pg_catalog.pg_try_advisory_lock($1::int8) as mine',
      [lock],
    );
    if (row?.mine === true) return;
    if (Date.now() > deadline) {
      throw failure('server-busy', { where: address.where, seconds: Math.round(patienceMs / 1000) });
    }
    await sleep(pollMs);
  }
}

/**
 * Waits for the keeper's lock on the server itself, where nothing that happens to us ends it, and then puts the names
 * back. Nothing may be sent to us before that is done: the server would notice that we are gone, and give up.
 */
export async function postGuard(guard: Session, run: string): Promise<void> {
  const [asked, back] = namesBack(run, true);
  await guard.execute(asked);
  const wait = `do $wait$ begin perform pg_catalog.pg_advisory_lock(${lock}); end $wait$;`;
  // Where a prepared transaction of the migration's holds a role, only the next run can help, and it needs the lock.
  const limit = "set lock_timeout = '20s';";
  // Answered when the run is over, one way or another.
  guard.execute(`${wait}\n${limit}\n${back}`).catch(() => undefined);
}

/** The keeper is still there and will do it itself. */
export async function dismissGuard(keeper: Session, guard: Session): Promise<void> {
  await keeper.query('select pg_catalog.pg_terminate_backend($1::int4, 5000)', [guard.pid]);
  await guard.close();
}
