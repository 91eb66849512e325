/** Finds the Drizzle config and the migrations folder at each of the three commits. */
import { posix } from 'node:path';
import { failure, GatekeeperError } from '../errors.ts';
import type { Places } from './applied.ts';
import type { MigrationsFrom } from './applier.ts';
import { type CompanionOptions, companionPaths, type Trees } from './companions.ts';
import { foldersWithConfig, readDrizzleConfig } from './config-files.ts';
import { type DrizzleConfig, folderUnknown } from './drizzle-config.ts';
import { lookInto } from './folder.ts';
import { folderBefore } from './moved.ts';
import { insideRepository } from './paths.ts';
import { isCliFile } from './supabase-cli/files.ts';
import type { Tree } from './tree.ts';

/** The working directory is relative to the repository root, other paths to it. */
interface Wanted extends CompanionOptions {
  readonly trees: Trees;
  readonly migrationsFrom: MigrationsFrom;
  readonly drizzleConfig?: string | undefined;
  readonly migrationsDir?: string | undefined;
  readonly headTime?: number | undefined;
}

export async function findPlaces(wanted: Wanted): Promise<Places> {
  const { trees, workingDirectory, headTime } = wanted;
  const head = await configAtHead(wanted);
  const directory = await directoryAtHead(wanted, head);
  const before = async (tree: Tree) => {
    const config = await configBefore(wanted, tree);
    return { config, directory: await directoryBefore(wanted, tree, config, directory) };
  };
  const [base, mergeBase] = [await before(trees.base), await before(trees.mergeBase)];
  return {
    trees,
    workingDirectory,
    isNamed: wanted.migrationsDir !== undefined,
    directories: { head: directory, base: base.directory, mergeBase: mergeBase.directory },
    configs: { head, base: base.config },
    except: companionPaths(wanted),
    headTime,
  };
}

/** With `migrations-dir` given the config only tells the migrations table: one that cannot be read does no harm. */
async function configAtHead(wanted: Wanted): Promise<DrizzleConfig | null> {
  const { trees, drizzleConfig, migrationsDir } = wanted;
  const config =
    migrationsDir === undefined
      ? await readDrizzleConfig(trees.head, wanted)
      : await readOrNull(() => readDrizzleConfig(trees.head, wanted));
  if (config === null && drizzleConfig !== undefined && migrationsDir === undefined) {
    throw failure('file-missing', {
      option: 'drizzle-config',
      file: posix.join(wanted.workingDirectory, drizzleConfig),
    });
  }
  return config;
}

async function configBefore(wanted: Wanted, tree: Tree): Promise<DrizzleConfig | null> {
  return await readOrNull(() => readDrizzleConfig(tree, wanted));
}

async function directoryAtHead(wanted: Wanted, config: DrizzleConfig | null): Promise<string> {
  const { workingDirectory, migrationsDir, migrationsFrom, trees } = wanted;
  if (migrationsDir !== undefined) return insideRepository('migrations-dir', workingDirectory, migrationsDir);
  const ofDrizzle = config?.out ?? null;
  // Drizzle's folder comes first: the Supabase CLI's is looked at where that holds nothing.
  if (migrationsFrom === 'supabase' || (migrationsFrom === 'auto' && !(await isInUse(trees, ofDrizzle)))) {
    const ofCli = insideRepository('working-directory', workingDirectory, 'supabase/migrations');
    if ((await hasCliFiles(trees.base, ofCli)) || (await hasCliFiles(trees.head, ofCli))) return ofCli;
  }
  if (config === null) {
    const commit = trees.head.id === 'worktree' ? 'the work tree' : trees.head.id.slice(0, 12);
    const elsewhere = (await foldersWithConfig(trees.head)).slice(0, 3);
    throw failure('drizzle-config-missing', { directory: workingDirectory, commit, elsewhere });
  }
  if (migrationsFrom === 'schema') return ofDrizzle ?? posix.join(workingDirectory, 'drizzle');
  if (ofDrizzle === null) throw folderUnknown(config, workingDirectory);
  return ofDrizzle;
}

async function isInUse({ base, head }: Trees, directory: string | null): Promise<boolean> {
  if (directory === null) return false;
  return (await lookInto(base, directory)) !== 'nothing' || (await lookInto(head, directory)) !== 'nothing';
}

async function hasCliFiles(tree: Tree, directory: string): Promise<boolean> {
  // A folder behind a link is refused only where somebody asks for it.
  if ((await tree.look([directory])).get(directory)?.kind !== 'directory') return false;
  return (await tree.list(directory)).some(
    ({ path }) => posix.dirname(path) === directory && isCliFile(path),
  );
}

/** An earlier commit may have had the folder elsewhere: its own config says where. */
async function directoryBefore(
  { migrationsDir, trees }: Wanted,
  tree: Tree,
  config: DrizzleConfig | null,
  atHead: string,
): Promise<string> {
  if (migrationsDir !== undefined) {
    // A folder that is nowhere is a slip of the pen in the option, and nothing was moved there.
    const isThere = async (at: Tree) => (await lookInto(at, atHead)) !== 'nothing';
    if ((await isThere(tree)) || !(await isThere(trees.head))) return atHead;
  }
  const out = config?.out ?? null;
  if (out !== null && (await lookInto(tree, out)) !== 'nothing') return out;
  // Nobody says where it was: a folder of migrations that is gone at head is the one that was moved.
  if ((await lookInto(tree, atHead)) !== 'nothing') return atHead;
  return (await folderBefore(tree, trees.head, atHead)) ?? atHead;
}

async function readOrNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GatekeeperError) return null;
    throw error;
  }
}
