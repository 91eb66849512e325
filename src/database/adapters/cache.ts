/** What is made once and used at every boot: the server binaries and the prepared data directories. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { failure } from '../../errors.ts';
import type { Account } from './account.ts';
import { makeSafeDirectory, reachable } from './safe-directory.ts';

export interface Cache {
  readonly directory: string;
}

const partial = '.partial-';
const hourMs = 3_600_000;
/** Data directories of older versions of us, or of other settings, that nobody booted from lately. */
const keptMs = 14 * 24 * hourMs;

/**
 * The first of these that is ours alone and that the server's account can reach: `GATEKEEPER_CACHE`,
 * `RUNNER_TOOL_CACHE`, the user's cache directory (`/var/cache` for root), the temp directory.
 */
export function openCache(env: NodeJS.ProcessEnv, account: Account): Cache {
  const chosen = env.GATEKEEPER_CACHE;
  if (chosen !== undefined && chosen !== '') {
    const why = isAbsolute(chosen) ? unusable(chosen, account) : 'it is not an absolute path';
    if (why !== null) throw failure('cache-unusable', { directory: chosen, why });
    return { directory: chosen };
  }
  const reasons: string[] = [];
  for (const directory of candidates(env)) {
    const why = unusable(directory, account);
    if (why === null) return { directory };
    reasons.push(why);
  }
  throw failure('cache-unusable', { directory: null, why: reasons.join('; ') });
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  const uid = process.getuid?.() ?? 0;
  const found: string[] = [];
  const runner = env.RUNNER_TOOL_CACHE;
  if (runner !== undefined && isAbsolute(runner)) found.push(join(runner, 'migration-gatekeeper'));
  if (uid === 0) {
    // A home of mode 0700 would be out of reach for the account that the server steps down to.
    found.push('/var/cache/migration-gatekeeper');
  } else {
    const configured = env.XDG_CACHE_HOME;
    const base =
      configured !== undefined && isAbsolute(configured) ? configured : join(homeOf(env), '.cache');
    found.push(join(base, 'migration-gatekeeper'));
  }
  found.push(join(tmpdir(), `migration-gatekeeper-${uid}`), `/tmp/migration-gatekeeper-${uid}`);
  return found;
}

function homeOf(env: NodeJS.ProcessEnv): string {
  const home = env.HOME;
  return home !== undefined && isAbsolute(home) ? home : homedir();
}

function unusable(directory: string, account: Account): string | null {
  const why = makeSafeDirectory(directory);
  if (why !== null) return why;
  return reachable(directory, account) ? null : `${directory} is out of reach for uid ${account.uid}`;
}

/**
 * The entry `name`, made by `make` when it is missing. Made under another name and renamed when complete, so that a
 * half-written entry is never used; of two processes that make it at once, one wins and both use the winner's.
 */
export async function entry(
  cache: Cache,
  name: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const path = join(cache.directory, name);
  if (existsSync(path)) {
    touch(path);
    return path;
  }
  sweep(cache);
  const draft = join(cache.directory, `${name}${partial}${randomBytes(6).toString('hex')}`);
  try {
    await make(draft);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}

export function forgetEntry(path: string): void {
  const away = `${path}${partial}${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, away);
  } catch {
    return;
  }
  rmSync(away, { recursive: true, force: true });
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Only for sweeping; an entry swept too early is made again.
  }
}

function sweep(cache: Cache): void {
  const now = Date.now();
  for (const name of readdirSync(cache.directory)) {
    const path = join(cache.directory, name);
    try {
      const age = now - statSync(path).mtimeMs;
      if (age > (name.includes(partial) ? hourMs : keptMs)) rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else swept it.
    }
  }
}
