/** An installation of Postgres in our cache: a server's files, and beside them the extensions that we add. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MajorVersion } from '../database.ts';
import { overlay, overlayVersion } from '../extensions/overlay.ts';
import { type Cache, entry, forgetEntry } from './cache.ts';
import { runCommand, systemTool } from './command.ts';

export interface Installation {
  /** Says all that is in it: a data directory made with one installation is not for another. */
  readonly name: string;
  /** Absolute: where `postgres` and `initdb` are. */
  readonly programs: string;
  /** Absolute: what Postgres calls SHAREDIR. */
  readonly share: string;
  readonly standIns: readonly string[];
}

/** Two places in an installation, relative to its top folder. */
export interface Layout {
  readonly programs: string;
  readonly share: string;
}

/** Written last: what lacks it is not whole. */
const manifest = 'installation.json';

/** From the cache, or by `lay`, which puts the server's files, called `files`, into the folder that it is given. */
export async function install(
  cache: Cache,
  files: string,
  major: MajorVersion,
  lay: (draft: string) => Promise<Layout>,
): Promise<Installation> {
  const name = `${files}-${overlayVersion(major)}`;
  const make = async (draft: string): Promise<void> => {
    const layout = await lay(draft);
    const standIns = overlay(join(draft, layout.share, 'extension'), major);
    writeFileSync(join(draft, manifest), JSON.stringify({ ...layout, standIns }));
    await runCommand('chmod', ['-R', 'u+rwX,go+rX,go-w', draft], systemTool);
  };
  const directory = await entry(cache, name, make);
  const found = read(directory, name);
  if (found !== null) return found;
  // A crash of the machine can leave an entry whose files never reached the disk: make it anew, once.
  forgetEntry(directory);
  const again = read(await entry(cache, name, make), name);
  if (again === null) throw new Error(`the installation ${directory} cannot be read`);
  return again;
}

function read(directory: string, name: string): Installation | null {
  try {
    const found: unknown = JSON.parse(readFileSync(join(directory, manifest), 'utf8'));
    if (typeof found !== 'object' || found === null) return null;
    if (!('programs' in found && 'share' in found && 'standIns' in found)) return null;
    const { programs, share, standIns } = found;
    if (typeof programs !== 'string' || typeof share !== 'string' || !Array.isArray(standIns)) return null;
    return {
      name,
      programs: join(directory, programs),
      share: join(directory, share),
      standIns: standIns.map(String),
    };
  } catch {
    return null;
  }
}

/** Whether CREATE EXTENSION finds it: for real, or as a stand-in of ours. */
export function hasExtension({ share }: Installation, name: string): boolean {
  // The name is the user's text.
  return !name.includes('/') && existsSync(join(share, 'extension', `${name}.control`));
}
