/** What the Drizzle config says, read as literals. It is code of the pull request: it is never run here. */
import { posix } from 'node:path';
import { failure, type GatekeeperError } from '../errors.ts';
import { readDefaultExport, StartedPath, unknown } from './literals.ts';
import { insideRepository } from './paths.ts';

export interface DrizzleConfig {
  /** Relative to the repository root. */
  readonly file: string;
  /** The folder of the migrations relative to the repository root; null when the text does not tell. */
  readonly out: string | null;
  /** As written, where it is an absolute path, which only drizzle-kit 1.0 can live with; else null. */
  readonly absolute: string | null;
  /** As written; null when it is not literal or absent. */
  readonly schema: readonly string[] | null;
  /** A schema is named, in whatever way. */
  readonly hasSchema: boolean;
  readonly dialect: string | null;
  readonly migrations: {
    readonly schema: string | null;
    readonly table: string | null;
    readonly prefix: string | null;
    /** Schema and table are written out, or left to Drizzle's defaults; else only running the code would tell. */
    readonly isLiteral?: boolean;
  };
  readonly breakpoints: boolean;
  /** drizzle-kit 0.x makes names of columns with it; 1.0 takes no notice of it. */
  readonly casing: string | null;
  /** What its credentials are made from: equal lists are one database. null: it names none. Never to be shown. */
  readonly credentials: readonly string[] | null;
  /** Line of the default export. */
  readonly line: number;
}

type Folder = Pick<DrizzleConfig, 'out' | 'absolute'>;

/** Where a file is, and where drizzle-kit is run. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly workingDirectory: string;
}

/** @throws {GatekeeperError} when it is no module with a default export, or is for another database than Postgres */
export function readConfig(file: string, text: string, workingDirectory: string): DrizzleConfig {
  const source = file.endsWith('.json') ? `export default ${text}` : text;
  const read = readDefaultExport(source, !/\.[cm]?js$/.test(file));
  if ('mistake' in read)
    throw failure('drizzle-config-unreadable', { file, line: read.line, why: read.mistake });
  const { value, line } = read;
  const dialect = string(member(value, 'dialect'));
  if (dialect !== null && dialect !== 'postgresql') {
    throw failure('drizzle-dialect-unsupported', { file, dialect });
  }
  const migrations = member(value, 'migrations');
  const schema = member(value, 'schema');
  const list = (Array.isArray(schema) ? schema : [schema]).filter((one) => typeof one === 'string');
  return {
    file,
    ...folderOf(member(value, 'out'), { file, line, workingDirectory }),
    schema: list.length === 0 ? null : list,
    hasSchema: schema !== undefined,
    dialect,
    migrations: {
      schema: string(member(migrations, 'schema')),
      table: string(member(migrations, 'table')),
      prefix: string(member(migrations, 'prefix')),
      isLiteral: [migrations, member(migrations, 'schema'), member(migrations, 'table')].every(
        (one) => one !== unknown,
      ),
    },
    breakpoints: member(value, 'breakpoints') !== false,
    casing: string(member(value, 'casing')),
    credentials: read.sources('dbCredentials'),
    line,
  };
}

/** Why nobody can go by its folder, for whoever has to. */
export function folderUnknown(
  { file, line, out, absolute }: DrizzleConfig,
  workingDirectory: string,
): GatekeeperError {
  if (absolute !== null) {
    const folder = out === null ? null : posix.relative(workingDirectory, out);
    return failure('drizzle-out-absolute', { file, line, path: absolute, folder });
  }
  const why = '`out` is not written as a literal, and the config is not run';
  return failure('drizzle-config-unreadable', { file, line, why });
}

/** drizzle-kit reads `out` relative to where it is run: the working directory, not the config's folder. */
function folderOf(out: unknown, { file, line, workingDirectory }: Place): Folder {
  if (out === unknown) return { out: null, absolute: null };
  if (out instanceof StartedPath) {
    const [start, name] =
      out.start === 'file' ? [posix.dirname(file), '__dirname'] : [workingDirectory, 'process.cwd()'];
    const absolute = `${name}/${out.path}`;
    return { out: insideRepository('out', start, out.path), absolute };
  }
  if (out !== undefined && out !== null && typeof out !== 'string') {
    throw failure('drizzle-config-unreadable', { file, line, why: '`out` is not a string' });
  }
  // drizzle-kit takes an empty one for a missing one.
  const path = out === undefined || out === null || out === '' ? 'drizzle' : out;
  if (posix.isAbsolute(path)) return { out: null, absolute: JSON.stringify(path) };
  return { out: insideRepository('out', workingDirectory, path), absolute: null };
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
