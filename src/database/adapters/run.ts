/** One run of a server: its directory, its command line, and the first connection to it. */
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoginRole, Session } from '../database.ts';
import { openSession, type SessionTarget, unixSocket } from '../session.ts';
import type { Account } from './account.ts';
import type { Cache } from './cache.ts';
import { firstSession } from './first-session.ts';
import type { Installation } from './installation.ts';
import { writable } from './safe-directory.ts';
import type { Supervised } from './supervised.ts';

const socketName = '.s.PGSQL.5432';
/** macOS has 104 bytes for the path of a socket, Linux 108; one is the terminator. */
const socketPathLimit = 100;
const startTimeoutMs = 60_000;

/** What every run stands on. */
export interface Ground {
  readonly source: 'embedded' | 'local';
  readonly account: Account;
  readonly cache: Cache;
  readonly installation: Installation;
}

export function serverCommand(ground: Ground, run: string): string[] {
  // The setting is a list: quotes keep a path with a comma or a space in one piece.
  const directory = `"${run.replaceAll('"', '""')}"`;
  return [join(ground.installation.programs, 'postgres'), '-D', join(run, 'data'), '-k', directory];
}

export function target(run: string, role: LoginRole): SessionTarget {
  const open = unixSocket(join(run, socketName));
  return { open, database: 'postgres', user: role, password: null, role };
}

/** Where the server's account may make a directory, and the path of a socket in it is not too long. */
export function newRunDirectory(account: Account): string {
  const name = `gatekeeper-${randomBytes(8).toString('hex')}`;
  for (const root of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!writable(root, account)) continue;
    const run = join(realpathSync(root), name);
    if (Buffer.byteLength(join(run, socketName)) <= socketPathLimit) return run;
  }
  throw new Error(`uid ${account.uid} cannot make a directory in ${tmpdir()}, /tmp or /var/tmp`);
}

export function superuserSession(supervised: Supervised, run: string): Promise<Session> {
  const open = async (): Promise<Session> => {
    // Dearer to try, and most of the time until a server listens.
    if (!existsSync(join(run, socketName))) throw new Error('it has made no socket yet');
    return openSession(target(run, 'supabase_admin'));
  };
  return firstSession(supervised, open, { timeoutMs: startTimeoutMs, pollMs: 4 });
}
