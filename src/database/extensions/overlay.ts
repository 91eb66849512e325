/** Lays our stand-ins into the extension directory of our own copy of a server, and makes trusted what hosted lets through. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MajorVersion } from '../database.ts';
import { trustedExtensions } from './hosted.ts';

export interface ExtensionFile {
  /** Its name in the server's `share/extension`. */
  readonly name: string;
  readonly content: string;
}

/** Every file of every stand-in for this major version, for adapters that copy files into a container. */
export function overlayFiles(_major: MajorVersion): readonly ExtensionFile[] {
  return [];
}

/** Changes when the overlay does: part of the name of a cached copy. */
export function overlayVersion(major: MajorVersion): string {
  return createHash('sha256')
    .update(JSON.stringify([trustedExtensions(major), overlayFiles(major)]))
    .digest('hex')
    .slice(0, 8);
}

/**
 * Returns the names of the stand-ins that were laid, sorted: an extension that the server has stays what it is, unless
 * it would reach outside the database. `extensionDirectory` has to be of a copy that is ours; its entries may be links.
 */
export function overlay(extensionDirectory: string, major: MajorVersion): readonly string[] {
  for (const name of trustedExtensions(major)) {
    const control = join(extensionDirectory, `${name}.control`);
    if (existsSync(control)) replace(control, `${readFileSync(control, 'utf8')}\ntrusted = true\n`);
  }
  return [];
}

/** Never written through a link: what it leads to may be the machine's own. */
function replace(path: string, content: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, content, { flag: 'wx' });
  renameSync(draft, path);
}
