/** Which Drizzle config counts where a folder has several, and what they may not share. */
import { posix } from 'node:path';
import { failure, GatekeeperError } from '../errors.ts';
import { type DrizzleConfig, readConfig } from './drizzle-config.ts';
import { tableOf } from './migrations-table.ts';
import { insideRepository } from './paths.ts';
import { readTexts } from './sql-files.ts';
import type { Tree } from './tree.ts';

const defaultNames = ['drizzle.config.ts', 'drizzle.config.js', 'drizzle.config.mjs', 'drizzle.config.json'];
/** `drizzle-dev.config.ts`, `drizzle.prod.config.ts`, `drizzle.config.prod.ts`. */
const configName = /^drizzle[\w.-]*\.config(?:[.-][\w.-]+)?\.(?:[cm]?[jt]s|json)$/;
/** A word of the name says that it is production's. */
const ofProduction = /(?:^|[._-])(?:prod|production|live)(?:[._-]|$)/;
/** A config is a page; more is not one. */
const configLimit = 256 * 1024;

interface Wanted {
  readonly workingDirectory: string;
  readonly drizzleConfig?: string | undefined;
}

/**
 * The config of a commit; null when there is none (and none was named). Of several for one folder production's counts,
 * for the table that its rows stand in.
 * @throws {GatekeeperError} for anything unreadable, and for several that do not agree on the folder
 */
export async function readDrizzleConfig(tree: Tree, wanted: Wanted): Promise<DrizzleConfig | null> {
  const { workingDirectory, drizzleConfig } = wanted;
  if (drizzleConfig !== undefined) {
    const file = insideRepository('drizzle-config', workingDirectory, drizzleConfig);
    const text = (await readTexts(tree, [file], configLimit)).get(file);
    return text === undefined ? null : readConfig(file, text, workingDirectory);
  }
  const files = defaultNames.map((name) => posix.join(workingDirectory, name));
  const [found] = await readTexts(tree, files, configLimit);
  if (found === undefined) return await chooseAmong(tree, workingDirectory);
  const config = readConfig(found[0], found[1], workingDirectory);
  const production = (await otherConfigs(tree, config, workingDirectory)).find(
    ({ file, out }) => out !== null && out === config.out && isOfProduction(file),
  );
  return production === undefined ? config : { ...config, migrations: tableFrom(config, production) };
}

/** The prefix is a matter of who generates. */
function tableFrom(config: DrizzleConfig, production: DrizzleConfig): DrizzleConfig['migrations'] {
  return { ...production.migrations, prefix: config.migrations.prefix };
}

/** No config has the name that drizzle-kit looks for: taken when there is one, or when all name the same folder. */
async function chooseAmong(tree: Tree, workingDirectory: string): Promise<DrizzleConfig | null> {
  const configs = await namedConfigs(tree, workingDirectory, (error) => {
    if (error.code !== 'drizzle-dialect-unsupported') throw error;
  });
  const [first] = configs;
  if (first === undefined) return null;
  if (configs.length > 1 && configs.some(({ out }) => out === null || out !== first.out)) {
    throw failure('drizzle-config-ambiguous', {
      files: configs.map(({ file }) => posix.relative(workingDirectory, file)),
    });
  }
  return configs.find(({ file }) => isOfProduction(file)) ?? first;
}

/** The other configs of the folder, as far as they are readable and for Postgres. */
async function otherConfigs(
  tree: Tree,
  { file }: DrizzleConfig,
  workingDirectory: string,
): Promise<readonly DrizzleConfig[]> {
  const configs = await namedConfigs(tree, workingDirectory, () => undefined);
  return configs.filter((other) => other.file !== file);
}

async function namedConfigs(
  tree: Tree,
  workingDirectory: string,
  refused: (error: GatekeeperError) => void,
): Promise<readonly DrizzleConfig[]> {
  const directory = workingDirectory === '.' ? '' : `${workingDirectory}/`;
  const names = (await tree.list(workingDirectory))
    .filter(({ kind }) => kind === 'file')
    .map(({ path }) => path.slice(directory.length))
    .filter((name) => configName.test(name));
  const texts = await readTexts(
    tree,
    names.map((name) => directory + name),
    configLimit,
  );
  return [...texts].flatMap(([file, text]) => {
    try {
      return [readConfig(file, text, workingDirectory)];
    } catch (error) {
      if (!(error instanceof GatekeeperError)) throw error;
      refused(error);
      return [];
    }
  });
}

function isOfProduction(file: string): boolean {
  return ofProduction.test(posix.basename(file));
}

/**
 * Two configs of one package that write two folders, for one database and one bookkeeping table: whichever folder is
 * behind loses its migrations. `inUse` tells whether a folder holds a journal.
 * @throws {GatekeeperError} `migrations-table-shared`
 */
export async function refuseSharedTable(
  tree: Tree,
  config: DrizzleConfig,
  workingDirectory: string,
  inUse: (directory: string) => Promise<boolean>,
): Promise<void> {
  if (config.out === null || !isKnown(config)) return;
  for (const other of await otherConfigs(tree, config, workingDirectory)) {
    if (other.out === null || other.out === config.out || !isKnown(other)) continue;
    if (!isSame(config, other) || !(await inUse(other.out))) continue;
    const { schema, name } = tableOf(config);
    throw failure('migrations-table-shared', {
      first: config.file,
      second: other.file,
      outs: [config.out, other.out],
      table: `${schema}.${name}`,
      line: other.line,
    });
  }
}

function isKnown({ migrations, credentials }: DrizzleConfig): boolean {
  return migrations.isLiteral === true && credentials !== null && credentials.length > 0;
}

function isSame(one: DrizzleConfig, other: DrizzleConfig): boolean {
  const of = (config: DrizzleConfig) => JSON.stringify([config.credentials, tableOf(config)]);
  return of(one) === of(other);
}

/** Folders below the top that hold a config: what a user of a monorepo most likely meant. */
export async function foldersWithConfig(tree: Tree): Promise<readonly string[]> {
  const found = (await tree.list('.'))
    .filter(({ path, kind }) => kind === 'file' && configName.test(posix.basename(path)))
    .map(({ path }) => posix.dirname(path))
    .filter((folder) => !folder.split('/').includes('node_modules'));
  return [...new Set(found)].filter((folder) => folder !== '.' && /^[\w@./ +-]+$/.test(folder));
}
