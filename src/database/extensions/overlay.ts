/** Lays our stand-ins into the extension directory of our copy of a server, and makes trusted what hosted lets through. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MajorVersion } from '../database.ts';
import { trustedExtensions } from './hosted.ts';
import { controlFile, type StandIn, scriptOf, standIns } from './stand-ins.ts';

export interface ExtensionFile {
  /** Its name in the server's `share/extension`. */
  readonly name: string;
  readonly content: string;
}

/** Every file of every stand-in, for adapters that copy files into a container. */
export function overlayFiles(): readonly ExtensionFile[] {
  return standIns.flatMap(filesOf);
}

function filesOf(standIn: StandIn): ExtensionFile[] {
  return [
    { name: `${standIn.name}.control`, content: controlFile(standIn) },
    { name: `${standIn.name}--${standIn.version}.sql`, content: scriptOf(standIn) },
  ];
}

/** Changes when the overlay does: part of the name of a cached copy. */
export function overlayVersion(major: MajorVersion): string {
  return createHash('sha256')
    .update(JSON.stringify([trustedExtensions(major), overlayFiles()]))
    .digest('hex')
    .slice(0, 8);
}

/**
 * Returns the names of the stand-ins that were laid, sorted: an extension that the server has stays what it is, unless
 * it would reach outside the database. `extensionDirectory` has to be of a copy that is ours; its entries may be links.
 */
export function overlay(extensionDirectory: string, major: MajorVersion): readonly string[] {
  if (lstatSync(extensionDirectory).isSymbolicLink()) {
    throw new Error(`${extensionDirectory} is a link: it may lead to a server that is not ours`);
  }
  const there = readdirSync(extensionDirectory);
  for (const name of trustedExtensions(major)) {
    const control = `${name}.control`;
    if (there.includes(control)) {
      const path = join(extensionDirectory, control);
      const content = readFileSync(path, 'utf8');
      if (!content.endsWith(trust)) replace(path, `${content}${trust}`);
    }
  }
  const laid = standIns.filter((standIn) => {
    const control = `${standIn.name}.control`;
    if (standIn.always || !there.includes(control)) return true;
    return readFileSync(join(extensionDirectory, control), 'utf8') === controlFile(standIn);
  });
  for (const standIn of laid) {
    // The real one's scripts would still be found: CREATE EXTENSION … VERSION names one.
    for (const name of there) {
      if (name.startsWith(`${standIn.name}--`)) rmSync(join(extensionDirectory, name));
    }
    for (const { name, content } of filesOf(standIn)) replace(join(extensionDirectory, name), content);
  }
  return laid.map(({ name }) => name).sort();
}

/** Control files need not end with a line break. */
const trust = '\ntrusted = true\n';

/** Never written through a link: what it leads to may be the machine's own. */
function replace(path: string, content: string): void {
  const draft = `${path}.draft`;
  if (existsSync(draft)) rmSync(draft);
  writeFileSync(draft, content, { flag: 'wx' });
  renameSync(draft, path);
}
