/** Who applies the migrations in production, and what says so. */
import { posix } from 'node:path';
import { failure, GatekeeperError } from '../errors.ts';
import type { Places } from './applied.ts';
import { type DeployCommand, deployCommands } from './deploy-commands.ts';
import type { DrizzleConfig } from './drizzle-config.ts';
import { contentsAt, type FolderContents, hasMigrations } from './folder-contents.ts';
import type { Applier } from './history.ts';
import { upwards } from './paths.ts';
import type { Search } from './search.ts';
import { isCliFolder, readCliProject } from './supabase-cli/project.ts';
import type { Tree } from './tree.ts';

export type { Applier } from './history.ts';
export type MigrationsFrom = 'auto' | 'drizzle' | 'supabase' | 'files' | 'schema';

export interface Decision {
  readonly applier: Applier;
  /** In one clause. */
  readonly why: string;
}

interface Asked {
  readonly migrationsFrom: MigrationsFrom;
  readonly search?: Search | undefined;
}

/** @throws {GatekeeperError} where nothing stands that the applier could apply */
export async function applierOf({ migrationsFrom, search }: Asked, places: Places): Promise<Decision> {
  const { trees, directories, except } = places;
  const base = await contentsAt(trees.base, directories.base, except);
  const head = await contentsAt(trees.head, directories.head, except);
  if (migrationsFrom !== 'auto') {
    if (!canApply(migrationsFrom, base) && !canApply(migrationsFrom, head)) {
      throw await nothingToApply(migrationsFrom, head, places);
    }
    return { applier: migrationsFrom, why: 'as told by the option migrations-from' };
  }
  if (!hasMigrations(base) && !hasMigrations(head)) return await schemaAlone(head, places);
  if (!hasMigrations(base)) return decide(await look('head', { base, head }, places, search));
  const decision = decide(await look('base', { base, head }, places, search));
  if (!hasMigrations(head)) return decision;
  return withWarning(decision, await look('head', { base, head }, places, search));
}

const names: Readonly<Record<Applier, string>> = {
  drizzle: "Drizzle's migrator",
  supabase: 'the Supabase CLI',
  files: 'another tool',
  schema: 'nobody',
};

/** A pull request does not change who applies, but it may change what speaks for whom. */
function withWarning(decision: Decision, atHead: Evidence): Decision {
  let after: Decision;
  try {
    after = decide(atHead);
  } catch (error) {
    if (error instanceof GatekeeperError) return decision;
    throw error;
  }
  if (after.applier === decision.applier) return decision;
  const why = `${decision.why}; this pull request speaks for ${names[after.applier]}: ${after.why}`;
  return { ...decision, why };
}

function canApply(applier: Applier, contents: FolderContents): boolean {
  const can = {
    drizzle: contents.kind === 'journal' || contents.kind === 'folders',
    supabase: contents.cliFiles.length > 0,
    files: contents.files.length > 0,
    schema: true,
  };
  return can[applier];
}

/** What speaks for the one or the other. */
interface Evidence {
  readonly contents: FolderContents;
  /** The head's; of a folder without a journal it tells whether the pull request brings one. */
  readonly head: FolderContents;
  readonly config: DrizzleConfig | null;
  /** `supabase/config.toml` beside the folder; null: there is none, or the CLI does not look into this folder. */
  readonly cliConfig: string | null;
  readonly isCliFolder: boolean;
  readonly supabase: readonly DeployCommand[];
  readonly drizzle: readonly DeployCommand[];
}

/**
 * All of it is read at one commit: base where it has migrations, so that a pull request cannot change who applies them
 * by what it brings.
 */
async function look(
  commit: 'base' | 'head',
  both: { readonly base: FolderContents; readonly head: FolderContents },
  places: Places,
  search: Search | undefined,
): Promise<Evidence> {
  const { [commit]: contents, head } = both;
  const tree = places.trees[commit];
  const config = places.configs[commit] ?? places.configs.head;
  const seen = { contents, head, config: config?.out === contents.directory ? config : null };
  if (!isCliFolder(contents.directory)) {
    return { ...seen, isCliFolder: false, cliConfig: null, supabase: [], drizzle: [] };
  }
  const project = await readCliProject(tree, contents.directory);
  const folders = [places.workingDirectory, project.directory];
  const commands = await deployCommands(tree, folders, search);
  const by = (applier: DeployCommand['by']) => strongest(commands.filter((one) => one.by === applier));
  return {
    ...seen,
    isCliFolder: true,
    cliConfig: project.config,
    supabase: project.appliesMigrations ? by('supabase') : [],
    drizzle: by('drizzle'),
  };
}

/** Commands for the local database say something only where nothing else does. */
function strongest(commands: readonly DeployCommand[]): readonly DeployCommand[] {
  const remote = commands.filter(({ isLocal }) => !isLocal);
  const all = remote.length > 0 ? remote : commands;
  const inWorkflows = all.filter(({ where }) => where === 'workflow');
  return inWorkflows.length > 0 ? inWorkflows : all;
}

function decide(evidence: Evidence): Decision {
  switch (evidence.contents.kind) {
    case 'folders':
      return decideFolders(evidence);
    case 'journal':
      return decideJournal(evidence);
    default:
      return decideFiles(evidence);
  }
}

/** The Supabase CLI passes folders over. */
function decideFolders({ contents, supabase }: Evidence): Decision {
  const { directory, folders, cliFiles } = contents;
  const what = `${directory} holds ${counted(folders, 'folder')} of Drizzle 1.0`;
  if (supabase.length > 0 && cliFiles.length > folders) {
    return {
      applier: 'supabase',
      why: `${place(supabase)}, and ${directory} holds ${counted(cliFiles.length, 'file')} for it`,
    };
  }
  const passedOver =
    supabase.length > 0 ? `; the Supabase CLI passes folders over, though ${place(supabase)}` : '';
  return { applier: 'drizzle', why: `${what}${passedOver}` };
}

function decideJournal(evidence: Evidence): Decision {
  const { contents, head, isCliFolder, supabase, drizzle, config, cliConfig } = evidence;
  const journal = posix.join(contents.directory, 'meta/_journal.json');
  const outside = contents.files.filter((file) => !contents.listed.includes(file));
  const names = `the journal names ${contents.listed.length} of ${counted(contents.files.length, 'file')}`;
  if (!isCliFolder) {
    // A pull request that mends such a journal is Drizzle's again.
    const isDead = contents.listed.length === 0 && outside.length > 2 && head.listed.length === 0;
    return isDead
      ? { applier: 'files', why: `${names}, so Drizzle's migrator is not what applies them` }
      : { applier: 'drizzle', why: `${journal} is there` };
  }
  const outsideOfJournal = contents.cliFiles.filter((file) => outside.includes(file)).length;
  const cliRunsMore = outsideOfJournal > contents.listed.length;
  const prefix = config?.migrations.prefix === 'supabase';
  const [cli, migrator] = [weight(supabase), weight(drizzle)];
  if (cli > migrator && !(isLocal(supabase) && migrator > 0)) {
    return { applier: 'supabase', why: `${place(supabase)}; the journal is drizzle-kit's own` };
  }
  if (migrator > cli) return { applier: 'drizzle', why: `${place(drizzle)}, and ${journal} is there` };
  if (cli > 0) {
    const both = `both ${place(supabase)} and ${place(drizzle)}`;
    if (cliRunsMore) return { applier: 'supabase', why: `${both}, and ${names}` };
    if (prefix) return { applier: 'supabase', why: `${both}, and ${config.file} has prefix: 'supabase'` };
    return { applier: 'drizzle', why: `${both}; taken as Drizzle's, for ${names}` };
  }
  if (cliRunsMore) return { applier: 'supabase', why: `${names}` };
  if (prefix) {
    const beside = cliConfig === null ? '' : `, ${cliConfig} is there`;
    return {
      applier: 'supabase',
      why: `${config.file} has prefix: 'supabase'${beside}, and nothing runs drizzle-kit migrate`,
    };
  }
  return { applier: 'drizzle', why: `${journal} is there, and nothing deploys with the Supabase CLI` };
}

/** Without a journal: the Supabase CLI's, another tool's, or Drizzle's that lost its journal. */
function decideFiles(evidence: Evidence): Decision {
  const { contents, head, config, cliConfig, isCliFolder, supabase, drizzle } = evidence;
  const { directory, cliFiles, files } = contents;
  if (isCliFolder && cliFiles.length > 0) {
    const fits = `${cliFiles.length} of ${counted(files.length, 'file')} in ${directory} have names for the Supabase CLI`;
    const unused = drizzle.length === 0 ? '' : `; there is no journal for what ${place(drizzle)}`;
    if (supabase.length > 0) return { applier: 'supabase', why: `${place(supabase)}${unused}` };
    if (cliConfig !== null)
      return { applier: 'supabase', why: `${cliConfig} is there, and ${fits}${unused}` };
    if (config === null || config.migrations.prefix === 'supabase') {
      return { applier: 'supabase', why: `${fits}${unused}` };
    }
  }
  if (head.kind === 'journal' || head.kind === 'folders') {
    return { applier: 'drizzle', why: `the pull request brings Drizzle's own list of ${directory}` };
  }
  if (config !== null) throw failure('journal-missing', { directory, config: config.file });
  return { applier: 'files', why: `${directory} has SQL files, no journal, and no Drizzle config names it` };
}

/** 0: nothing; a workflow counts for more than a script or code. */
function weight(commands: readonly DeployCommand[]): number {
  if (commands.length === 0) return 0;
  return commands.some(({ where }) => where === 'workflow') ? 2 : 1;
}

function isLocal(commands: readonly DeployCommand[]): boolean {
  return commands.every((command) => command.isLocal);
}

function place([first]: readonly DeployCommand[]): string {
  if (first === undefined) return 'nothing';
  const verb = first.where === 'code' ? 'calls' : 'runs';
  return `${first.file}:${first.line} ${verb} ${first.what}`;
}

/** Nothing is committed: teams that push, or that keep the folder out of git. */
async function schemaAlone(head: FolderContents, places: Places): Promise<Decision> {
  const config = places.configs.head;
  if (config === null || !config.hasSchema || places.isNamed) {
    throw await nothingToApply('auto', head, places);
  }
  const ignored = await ignoredBy(places.trees.head, head.directory);
  const where =
    ignored === null
      ? `${head.directory} holds no migrations at base or head`
      : `${ignored} keeps ${head.directory} out of git`;
  return { applier: 'schema', why: `${where}, and ${config.file} names a schema` };
}

async function nothingToApply(
  migrationsFrom: MigrationsFrom,
  head: FolderContents,
  { trees, configs }: Places,
): Promise<GatekeeperError> {
  const { directory, kind, files, others } = head;
  if (kind === 'missing') {
    return failure('migrations-missing', { directory, ignoredBy: await ignoredBy(trees.head, directory) });
  }
  if (migrationsFrom === 'drizzle' && files.length > 0) {
    return failure('journal-missing', { directory, config: configs.head?.file ?? null });
  }
  const wanted = {
    drizzle: 'no meta/_journal.json and no folder with a migration.sql',
    supabase: `no file named <digits>_<name>.sql, which is all that the Supabase CLI runs (${counted(files.length, 'SQL file')} of other names)`,
    files: 'no SQL files',
    auto: 'neither a meta/_journal.json nor SQL files',
    schema: 'nothing',
  };
  return failure('migrations-empty', { directory, wanted: wanted[migrationsFrom], others });
}

/** A `.gitignore` that names the folder plainly; patterns are not followed, it is for a message only. */
async function ignoredBy(tree: Tree, directory: string): Promise<string | null> {
  const above = upwards(posix.dirname(directory)).toReversed();
  const files = await tree.read(above.map((folder) => posix.join(folder, '.gitignore')));
  for (const [file, bytes] of files) {
    const rest = posix.relative(posix.dirname(file), directory);
    for (const line of bytes.toString('utf8').split(/\r?\n/)) {
      const named = line.trim().replace(/^(?:\*\*)?\/|\/?(?:\*\*?)?$/g, '');
      if (named === rest || (named !== '' && rest.startsWith(`${named}/`))) return file;
    }
  }
  return null;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
