/** Directories in places that others can write to: only ones that are ours and that nobody else can change. */
import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account.ts';

/** Why `path` cannot be used, or null. Makes it, and its missing parents, with mode 0755. */
export function makeSafeDirectory(path: string): string | null {
  const me = process.getuid?.() ?? -1;
  try {
    makeWithParents(path);
    // A name in a shared temp directory can be guessed: somebody may have put a link or a directory there before us.
    const stats = lstatSync(path);
    if (stats.isSymbolicLink() || !stats.isDirectory()) return `${path} is not a directory`;
    if (stats.uid !== me) return `${path} belongs to somebody else (uid ${stats.uid})`;
    if ((stats.mode & 0o022) !== 0) return `${path} can be written to by others`;
    if ((stats.mode & 0o700) !== 0o700) chmodSync(path, 0o755);
    return changeableByOthers(realpathSync(path), me);
  } catch (error) {
    return `${path} cannot be made (${error instanceof Error && 'code' in error ? String(error.code) : 'error'})`;
  }
}

/** Not by mkdir's `recursive`: below /proc, for one, Node 24 then tries for ever. */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  if (path !== dirname(path)) makeWithParents(dirname(path));
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (error) {
    // Another gate made it just now.
    if (!existsSync(path)) throw error;
  }
}

/** Whoever can rename a parent can swap what lies in it; a sticky directory protects what others put there. */
function changeableByOthers(path: string, me: number): string | null {
  for (let at = dirname(path); ; at = dirname(at)) {
    const stats = lstatSync(at);
    if (stats.uid !== 0 && stats.uid !== me) return `${at} belongs to somebody else (uid ${stats.uid})`;
    if ((stats.mode & 0o002) !== 0 && (stats.mode & 0o1000) === 0)
      return `${at} can be written to by everybody`;
    if (at === dirname(at)) return null;
  }
}

/** Whether the server's account can walk down to `path`, as far as mode bits say. */
export function reachable(path: string, account: Account): boolean {
  if (account.switchTo === null) return true;
  for (let at = realpathSync(path); ; at = dirname(at)) {
    if (!permits(lstatSync(at), account, 0o1)) return false;
    if (at === dirname(at)) return true;
  }
}

/** Whether the server's account can make files in the directory `path`. */
export function writable(path: string, account: Account): boolean {
  try {
    return reachable(path, account) && permits(lstatSync(realpathSync(path)), account, 0o3);
  } catch {
    return false;
  }
}

function permits(stats: Stats, account: Account, wanted: number): boolean {
  const shift = stats.uid === account.uid ? 6 : stats.gid === account.gid ? 3 : 0;
  return ((stats.mode >> shift) & wanted) === wanted;
}
