/** A config for one run: the project's own, with another migrations folder, beside it in the copy. */
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Workspace } from './workspace.ts';

export interface Run {
  /** Relative to the working directory. */
  readonly config: string;
  /** The migrations folder, absolute. */
  readonly folder: string;
  /** Written by our config once the project's was loaded. */
  readonly loaded: string;
}

export interface LayOutOptions {
  /** For a run that is to say where an error was thrown: what an earlier run wrote when it had loaded the config. */
  readonly explains?: string;
}

/** What it imports is found, since it stands where the project's config stands. */
export function layOut(
  workspace: Workspace,
  out: ReadonlyMap<string, Buffer> | 'empty',
  { explains }: LayOutOptions = {},
): Run {
  // A directory made now would be left behind.
  if (workspace.isClosed) throw new Error('The workspace is closed.');
  workspace.runs += 1;
  const name = `.gatekeeper-${workspace.runs}`;
  const folder = join(workspace.copy, workspace.workingDirectory, name);
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of out === 'empty' ? [] : out) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  const loaded = join(workspace.scratch, `loaded-${workspace.runs}.json`);
  // 1.0 hands everything but TypeScript to Node, 0.x everything to its own loader.
  const isScript = workspace.kit.major === 1 && explains === undefined && /\.[cm]?js$/.test(workspace.config);
  const file = posix.join(posix.dirname(workspace.config), `${name}.config.${isScript ? 'mjs' : 'ts'}`);
  const text = [
    "import { writeFileSync } from 'node:fs';",
    ...(explains === undefined ? given(workspace) : givenWithStack(workspace)),
    `writeFileSync(${JSON.stringify(loaded)}, JSON.stringify({ schema: given.schema }));`,
    ...(explains === undefined || workspace.kit.major === 0 ? [] : loadWithStack(workspace, explains)),
    // Without a prefix 0.x does not find its own snapshots again.
    `export default { ...given, out: ${JSON.stringify(`./${name}`)}, migrations: { ...given.migrations, prefix: 'index' } };`,
  ];
  writeFileSync(join(workspace.copy, file), `${text.join('\n')}\n`);
  return { config: posix.relative(workspace.workingDirectory, file), folder, loaded };
}

/** Lines that make `given` the project's config, however it is exported. */
function given({ copy, config }: Workspace): string[] {
  if (config.endsWith('.json')) return [`const given = ${readFileSync(join(copy, config), 'utf8')};`];
  return [
    `import * as module from ${JSON.stringify(`./${posix.basename(config)}`)};`,
    'const given = module.default?.default ?? module.default ?? module;',
  ];
}

function givenWithStack(workspace: Workspace): string[] {
  if (workspace.config.endsWith('.json')) return given(workspace);
  // 0.x makes CommonJS of a config, which cannot wait.
  const load = workspace.kit.major === 0 ? 'require' : 'await import';
  return [
    'let module;',
    `try { module = ${load}(${JSON.stringify(`./${posix.basename(workspace.config)}`)}); }`,
    'catch (error) { console.error(error?.stack ?? error); throw error; }',
    'const given = module.default?.default ?? module.default ?? module;',
  ];
}

/** Loads the files of the schema before drizzle-kit does, which shows what was thrown and not where. */
function loadWithStack(workspace: Workspace, explains: string): string[] {
  const files = schemaFilesOf(workspace, explains).map((file) => join(workspace.copy, file));
  return [
    `for (const file of ${JSON.stringify(files)}) {`,
    '  try { await import(file); }',
    '  catch (error) { console.error(error?.stack ?? error); break; }',
    '}',
  ];
}

/** The one file that the schema is declared in; null where there are several, or nobody knows. */
export function schemaFileOf(workspace: Workspace, loaded: string): string | null {
  const files = schemaFilesOf(workspace, loaded);
  return files.length === 1 ? (files[0] ?? null) : null;
}

/** Files of the copy that `schema` names: written by code of the project, so nothing about it is believed. */
function schemaFilesOf({ files, workingDirectory }: Workspace, loaded: string): string[] {
  const all = new Set<string>();
  for (const pattern of patternsIn(loaded)) {
    const path = posix.join(workingDirectory, pattern);
    const fixed = path.replace(/[*?{[(!].*$/, '');
    for (const file of files.keys()) {
      const isMeant =
        file === path || (fixed === path ? posix.dirname(file) === path : file.startsWith(fixed));
      if (isMeant && /\.[cm]?[jt]sx?$/.test(file) && !file.endsWith('.d.ts')) all.add(file);
    }
  }
  return [...all];
}

const largestFacts = 64 * 1024;

function patternsIn(loaded: string): string[] {
  const status = lstatSync(loaded, { throwIfNoEntry: false });
  if (status?.isFile() !== true || status.size > largestFacts) return [];
  let told: unknown;
  try {
    told = JSON.parse(readFileSync(loaded, 'utf8'));
  } catch {
    return [];
  }
  const schema = typeof told === 'object' && told !== null && 'schema' in told ? told.schema : null;
  const list: unknown[] = Array.isArray(schema) ? schema : [schema];
  return list.flatMap((one) => (typeof one === 'string' && !posix.isAbsolute(one) ? [one] : []));
}
