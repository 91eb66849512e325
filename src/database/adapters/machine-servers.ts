/** Looks for servers that are installed on this machine: where package managers put them, and on the PATH. */
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { runCommand, systemTool } from './command.ts';

export interface MachineServer {
  /** Where its `postgres` and `initdb` are, without links on the way. */
  readonly programs: string;
  /** null when it cannot be run: `why` says so. */
  readonly major: number | null;
  /** As `postgres --version` says it, for example `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  readonly why: string | null;
}

/** A star stands for one name: each major version has a folder of its own. */
export const usualPlaces: readonly string[] = [
  // Debian, Ubuntu
  '/usr/lib/postgresql/*/bin',
  // Red Hat, Fedora, by the packages of the Postgres project
  '/usr/pgsql-*/bin',
  // Homebrew on Apple silicon, on Intel, on Linux
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin',
  // Postgres.app
  '/Applications/Postgres.app/Contents/Versions/*/bin',
];

/** Each once, the usual places first; sorted by place within them. */
export async function machineServers(
  path: string,
  places: readonly string[],
): Promise<readonly MachineServer[]> {
  const servers = new Map<string, MachineServer>();
  for (const directory of [...places.flatMap(expanded), ...(await onPath(path))]) {
    const programs = programsIn(directory);
    if (programs !== null && !servers.has(programs)) servers.set(programs, await lookAt(programs));
  }
  return [...servers.values()];
}

/** Places with at most one star; a place that is not there gives nothing. */
function expanded(place: string): string[] {
  const parts = place.split('/');
  const at = parts.findIndex((part) => part.includes('*'));
  if (at === -1) return [place];
  const above = parts.slice(0, at).join('/');
  const [start = '', end = ''] = (parts[at] ?? '').split('*');
  return namesIn(above)
    .filter((name) => name.startsWith(start) && name.endsWith(end) && /\d/.test(name))
    .map((name) => [above, name, ...parts.slice(at + 1)].join('/'));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Relative entries, and what packages of the project under judgement put there, are not the machine's. */
async function onPath(path: string): Promise<string[]> {
  const entries = path
    .split(':')
    .filter((entry) => isAbsolute(entry) && !entry.split('/').includes('node_modules'));
  const found: string[] = [];
  for (const entry of new Set(entries)) {
    found.push(entry);
    const config = join(entry, 'pg_config');
    if (runnable(config) === null) found.push(await said(config, '--bindir'));
  }
  return found;
}

/** The real place of the server itself: what it needs lies around there, not around a link to it. */
function programsIn(directory: string): string | null {
  try {
    return dirname(realpathSync(join(directory, 'postgres')));
  } catch {
    return null;
  }
}

async function lookAt(programs: string): Promise<MachineServer> {
  const unknown = (why: string): MachineServer => ({ programs, major: null, version: '', why });
  for (const program of ['postgres', 'initdb']) {
    const why = runnable(join(programs, program));
    if (why !== null) return unknown(why);
  }
  try {
    const text = await runCommand(join(programs, 'postgres'), ['--version'], systemTool);
    const [, version, major] = /^postgres \(PostgreSQL\) ((\d+)\S*.*)/.exec(text) ?? [];
    if (version === undefined) return unknown(`${join(programs, 'postgres')} does not say its version`);
    return { programs, major: Number(major), version: version.trim(), why: null };
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}

/** Why it cannot be run by us, or null. */
function runnable(program: string): string | null {
  try {
    if (!existsSync(program)) return `there is no ${basename(program)} in ${dirname(program)}`;
    if (!statSync(program).isFile()) return `${program} is not a file`;
    // Copying needs the one, running the other.
    accessSync(program, constants.R_OK | constants.X_OK);
    return null;
  } catch {
    return `this account may not read and run ${program}`;
  }
}

async function said(program: string, question: string): Promise<string> {
  try {
    return (await runCommand(program, [question], systemTool)).trim();
  } catch {
    return '';
  }
}
