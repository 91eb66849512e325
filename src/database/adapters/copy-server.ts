/** Copies a server of the machine, so that we can lay extensions beside it: it finds its files relative to itself. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { MajorVersion } from '../database.ts';
import { runCommand, systemTool } from './command.ts';
import type { Layout } from './installation.ts';

/** Where a server keeps its files; absolute. */
export interface ServerPlaces {
  readonly programs: string;
  /** Modules: what Postgres calls PKGLIBDIR. */
  readonly modules: string;
  readonly share: string;
}

/** Not needed to run a server: manuals, what only compilers read, and LLVM's copies of functions to be inlined. */
const leftOut = ['bitcode', 'man', 'doc', 'pgxs', 'pkgconfig', 'locale'];
const library = /\.(?:so|dylib)(?:\.|$)/;
const systemLibraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib'];

/** By its own `pg_config`, else by what lies around it; null when its files are not found. */
export async function placesOf(programs: string, major: MajorVersion): Promise<ServerPlaces | null> {
  const told = { modules: await ask(programs, '--pkglibdir'), share: await ask(programs, '--sharedir') };
  const usual = [
    { modules: '../lib/postgresql', share: '../share/postgresql' },
    { modules: '../lib', share: '../share' },
    { modules: '../lib', share: `../../../../share/postgresql/${major}` },
  ].map(({ modules, share }) => ({ modules: join(programs, modules), share: join(programs, share) }));
  const found = [told, ...usual].find(
    ({ modules, share }) =>
      isAbsolute(modules) &&
      existsSync(join(share, 'postgres.bki')) &&
      ['so', 'dylib'].some((ending) => existsSync(join(modules, `plpgsql.${ending}`))),
  );
  return found === undefined ? null : { programs, ...found };
}

async function ask(programs: string, question: string): Promise<string> {
  const config = join(programs, 'pg_config');
  if (!existsSync(config)) return '';
  return runCommand(config, [question], systemTool).then(
    (said) => said.trim(),
    () => '',
  );
}

/** Into `draft`, each part where it lies below the folder that all of them have in common. */
export function copyServer({ programs, modules, share }: ServerPlaces, draft: string): Layout {
  const top = commonFolder([programs, modules, share]);
  const copied = (place: string): string => join(draft, relative(top, place));
  for (const program of ['postgres', 'initdb']) {
    mkdirSync(copied(programs), { recursive: true });
    copyFileSync(join(programs, program), join(copied(programs), program));
  }
  copyFolder(modules, copied(modules));
  copyFolder(share, copied(share));
  linkLibraries(join(programs, '..', 'lib'), join(copied(programs), '..', 'lib'));
  return { programs: relative(draft, copied(programs)), share: relative(draft, copied(share)) };
}

function commonFolder(places: readonly string[]): string {
  const [first = [], ...others] = places.map((place) => place.split(sep));
  const shared = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return first.slice(0, shared === -1 ? first.length : shared).join(sep) || sep;
}

/** Files as they are, not as links: Homebrew's folders are made of links that lead nowhere from a copy. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const source = join(from, name);
    const stats = statSync(source, { throwIfNoEntry: false });
    if (stats?.isFile() === true) copyFileSync(source, join(to, name));
    else if (stats?.isDirectory() === true && !leftOut.includes(name)) copyFolder(source, join(to, name));
  }
}

/** Some builds look for libraries beside themselves. Those stay where they are; those of the system need no link. */
function linkLibraries(from: string, to: string): void {
  if (systemLibraries.includes(from) || !existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((entry) => library.test(entry))) {
    if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name));
  }
}

/** Changes when a package manager lays other files: part of the name of the copy. */
export function traceOf({ programs, modules, share }: ServerPlaces): readonly string[] {
  const looked = [
    join(programs, 'postgres'),
    join(programs, 'initdb'),
    modules,
    share,
    join(share, 'extension'),
    join(dirname(programs), 'lib'),
  ];
  return looked.map((place) => {
    const stats = statSync(place, { throwIfNoEntry: false });
    return `${basename(place)} ${stats?.mtimeMs ?? 'none'} ${stats?.size ?? 'none'}`;
  });
}
