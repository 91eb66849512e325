/** What the Drizzle config says, read as literals. It is code of the pull request: it is never run here. */
import { posix } from 'node:path';
import { failure } from '../errors.ts';
import { readDefaultExport, unknown } from './literals.ts';
import { insideRepository } from './paths.ts';
import { readTexts } from './sql-files.ts';
import type { Tree } from './tree.ts';

export interface DrizzleConfig {
  /** Relative to the repository root. */
  readonly file: string;
  /** The folder of the migrations relative to the repository root; null when only running the code would tell. */
  readonly out: string | null;
  /** As written; null when it is not literal or absent. */
  readonly schema: readonly string[] | null;
  readonly dialect: string | null;
  readonly migrations: {
    readonly schema: string | null;
    readonly table: string | null;
    readonly prefix: string | null;
    /** Schema and table are written out, or left to Drizzle's defaults; else only running the code would tell. */
    readonly isLiteral?: boolean;
  };
  readonly breakpoints: boolean;
  /** Line of the default export. */
  readonly line: number;
}

const defaultNames = ['drizzle.config.ts', 'drizzle.config.js', 'drizzle.config.mjs', 'drizzle.config.json'];
const configName = /^drizzle[\w.-]*\.config\.(?:ts|js|mjs|json)$/;
/** A config is a page; more is not one. */
const configLimit = 256 * 1024;

interface Wanted {
  readonly workingDirectory: string;
  readonly drizzleConfig?: string | undefined;
}

/** The config of a commit; null when there is none (and none was named). Anything unreadable is a failure. */
export async function readDrizzleConfig(tree: Tree, wanted: Wanted): Promise<DrizzleConfig | null> {
  const { workingDirectory, drizzleConfig } = wanted;
  if (drizzleConfig !== undefined) {
    const file = insideRepository('drizzle-config', workingDirectory, drizzleConfig);
    const text = (await readTexts(tree, [file], configLimit)).get(file);
    return text === undefined ? null : readConfig(file, text, workingDirectory);
  }
  const files = defaultNames.map((name) => posix.join(workingDirectory, name));
  const [found] = await readTexts(tree, files, configLimit);
  if (found !== undefined) return readConfig(found[0], found[1], workingDirectory);
  return await readOtherNames(tree, workingDirectory);
}

/** `drizzle-dev.config.ts`, `drizzle.prod.config.ts`: taken when there is one, or when all name the same folder. */
async function readOtherNames(tree: Tree, workingDirectory: string): Promise<DrizzleConfig | null> {
  const directory = workingDirectory === '.' ? '' : `${workingDirectory}/`;
  const names = (await tree.list(workingDirectory))
    .map(({ path }) => path.slice(directory.length))
    .filter((name) => configName.test(name));
  if (names.length === 0) return null;
  const texts = await readTexts(
    tree,
    names.map((name) => directory + name),
    configLimit,
  );
  const configs = [...texts].flatMap(([file, text]) => {
    const config = readConfig(file, text, workingDirectory, { otherDialects: true });
    return config === null ? [] : config;
  });
  const [first] = configs;
  if (first === undefined) return null;
  if (configs.some(({ out }) => out === null || out !== first.out)) {
    throw failure('drizzle-config-ambiguous', {
      files: configs.map(({ file }) => posix.relative(workingDirectory, file)),
    });
  }
  return first;
}

/** Folders below the top that hold a config: what a user of a monorepo most likely meant. */
export async function foldersWithConfig(tree: Tree): Promise<readonly string[]> {
  const found = (await tree.list('.'))
    .filter(({ path, kind }) => kind === 'file' && configName.test(posix.basename(path)))
    .map(({ path }) => posix.dirname(path));
  return [...new Set(found)].filter((folder) => folder !== '.' && /^[\w@./ +-]+$/.test(folder));
}

function readConfig(file: string, text: string, workingDirectory: string): DrizzleConfig;
function readConfig(
  file: string,
  text: string,
  workingDirectory: string,
  among: { readonly otherDialects: true },
): DrizzleConfig | null;
function readConfig(
  file: string,
  text: string,
  workingDirectory: string,
  among?: { readonly otherDialects: true },
): DrizzleConfig | null {
  const source = file.endsWith('.json') ? `export default ${text}` : text;
  const read = readDefaultExport(source, !/\.m?js$/.test(file));
  if ('mistake' in read)
    throw failure('drizzle-config-unreadable', { file, line: read.line, why: read.mistake });
  const dialect = string(member(read.value, 'dialect'));
  if (dialect !== null && dialect !== 'postgresql') {
    if (among !== undefined) return null;
    throw failure('drizzle-dialect-unsupported', { file, dialect });
  }
  const migrations = member(read.value, 'migrations');
  const schema = member(read.value, 'schema');
  const list = (Array.isArray(schema) ? schema : [schema]).filter((one) => typeof one === 'string');
  return {
    file,
    out: outOf(file, read.value, read.line, workingDirectory),
    schema: list.length === 0 ? null : list,
    dialect,
    migrations: {
      schema: string(member(migrations, 'schema')),
      table: string(member(migrations, 'table')),
      prefix: string(member(migrations, 'prefix')),
      isLiteral: [migrations, member(migrations, 'schema'), member(migrations, 'table')].every(
        (value) => value !== unknown,
      ),
    },
    breakpoints: member(read.value, 'breakpoints') !== false,
    line: read.line,
  };
}

/** drizzle-kit reads `out` relative to where it is run: the working directory, not the config's folder. */
function outOf(file: string, config: unknown, line: number, workingDirectory: string): string | null {
  const out = member(config, 'out');
  if (out === unknown) return null;
  if (out !== undefined && typeof out !== 'string') {
    throw failure('drizzle-config-unreadable', { file, line, why: '`out` is not a string' });
  }
  const path = out ?? 'drizzle';
  if (posix.isAbsolute(path)) {
    const why = `\`out\` is the absolute path ${JSON.stringify(path)}, which is no place in the repository`;
    throw failure('drizzle-config-unreadable', { file, line, why });
  }
  return insideRepository('out', workingDirectory, path);
}

/** `unknown` when the object itself is not literal; undefined when it has no such member. */
function member(object: unknown, name: string): unknown {
  if (object === unknown) return unknown;
  if (typeof object !== 'object' || object === null) return undefined;
  if (!Object.hasOwn(object, name)) return Object.hasOwn(object, unknown) ? unknown : undefined;
  // An own property of a plain object made from literals.
  return (object as Readonly<Record<string, unknown>>)[name];
}

function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
