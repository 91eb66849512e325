/** Lays our stand-ins into the server of a container, and makes trusted what hosted lets through: as `overlay` does with a copy. */
import { readFileSync } from 'node:fs';
import type { MajorVersion, Session } from '../../database.ts';
import { hostedExtensions, trustedExtensions } from '../../extensions/hosted.ts';
import { overlayFiles } from '../../extensions/overlay.ts';
import { standIns } from '../../extensions/stand-ins.ts';
import { archive } from './archive.ts';
import type { ContainerHandle } from './testcontainers.ts';

interface ExtensionDirectory {
  readonly [column: string]: unknown;
  readonly directory: string;
  readonly available: readonly string[];
  readonly scripts: readonly string[];
  /** By name of the extension; null for one that is not there. */
  readonly controls: Readonly<Record<string, string | null>> | null;
}

/** Returns the names of the stand-ins, sorted. */
export async function layOverlay(
  container: ContainerHandle,
  superuser: Session,
  majorVersion: MajorVersion,
): Promise<readonly string[]> {
  const sql = readFileSync(new URL('./extension-directory.sql', import.meta.url), 'utf8');
  const [found] = await superuser.query<ExtensionDirectory>(sql, [letThrough(majorVersion)]);
  if (found === undefined) throw new Error('its server does not say where its extensions are');
  const laid = standIns.filter(({ name, always }) => always || !found.available.includes(name));
  const belongs = (file: string) =>
    laid.some(({ name }) => file === `${name}.control` || file.startsWith(`${name}--`));
  const trusted = Object.entries(found.controls ?? {}).flatMap(([name, control]) =>
    control === null ? [] : [{ name: `${name}.control`, content: `${control}\ntrusted = true\n` }],
  );
  // The real one's scripts would still be found: CREATE EXTENSION … VERSION names one.
  await remove(
    container,
    found.scripts.filter(belongs).map((name) => `${found.directory}/${name}`),
  );
  const files = [
    ...trusted.filter(({ name }) => !belongs(name)),
    ...overlayFiles().filter(({ name }) => belongs(name)),
  ];
  await container.putArchive(archive(files), { path: found.directory });
  return laid.map(({ name }) => name).sort();
}

/** An image may bring what no server of our own has: all that hosted lets through, but what would be unsafe on this version. */
function letThrough(majorVersion: MajorVersion): readonly string[] {
  const trusted = trustedExtensions(majorVersion);
  const unsafe = trustedExtensions(18).filter((name) => !trusted.includes(name));
  const hosted = [...hostedExtensions(majorVersion)].filter((name) => !unsafe.includes(name));
  return [...new Set([...trusted, ...hosted])].sort();
}

async function remove(container: ContainerHandle, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const exec = await container.exec({ Cmd: ['rm', '-f', '--', ...paths], User: '0:0', AttachStderr: true });
  const output = await exec.start({ hijack: true });
  output.resume();
  await new Promise((resolve) => output.once('close', resolve));
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`what its server has of ${paths[0]} cannot be removed`);
}
