/** The history of files that the Supabase CLI applies: `supabase db push`, one transaction per file, by version. */
import { posix } from 'node:path';
import type { AppliedHistory, Places } from '../applied.ts';
import { nothingApplied } from '../applied.ts';
import { cutAll } from '../cut-all.ts';
import { type DeployCommand, deployCommands } from '../deploy-commands.ts';
import { readFolder } from '../folder.ts';
import { baselineLimit } from '../sql-files.ts';
import type { Tree } from '../tree.ts';
import { type CliFolder, compareCliFolders } from './comparison.ts';
import { compareVersions, isOldInit, readCliName } from './files.ts';
import { isCliFolder, readCliProject } from './project.ts';

/** `supabase_migrations.schema_migrations (version text primary key, statements text[], name text)`. */
const migrationsTable = { schema: 'supabase_migrations', name: 'schema_migrations' };

export async function readCliFiles(places: Places): Promise<AppliedHistory> {
  const { trees, directories, except } = places;
  const head = await readCliFolder(trees.head, directories.head, except);
  const base = await readCliFolder(trees.base, directories.base, except);
  const mergeBase = await readCliFolder(trees.mergeBase, directories.mergeBase, except);
  const compared = await compareCliFolders({ mergeBase, base, head }, await includingAll(places));
  // Marks of drizzle-kit between statements are comments to the CLI.
  const cut = { breakpoints: false };
  return {
    ...nothingApplied,
    directory: head.directory,
    base: await cutAll(compared.base, 'base', cut),
    new: await cutAll(compared.new, 'new', cut),
    outOfOrder: compared.outOfOrder,
    migrationsTable,
    problems: compared.problems,
  };
}

async function readCliFolder(tree: Tree, directory: string, except: ReadonlySet<string>): Promise<CliFolder> {
  // `supabase db pull` writes a whole schema as one migration.
  const { migrations } = await readFolder(tree, directory, 'files', except, baselineLimit);
  const [first] = await tree.list(directory);
  const isPassedOver = (file: string) => first?.path === file && isOldInit(file);
  const named = migrations.flatMap((migration) => {
    const name = readCliName(migration.file);
    return name === null || isPassedOver(migration.file) ? [] : [{ ...migration, version: name.version }];
  });
  return {
    directory,
    migrations: named.sort(compareVersions),
    passedOver: migrations.flatMap(({ file }) => {
      if (readCliName(file) === null) {
        return [{ file, why: `is not named <digits>_<name>.sql (${posix.basename(file)})` }];
      }
      return isPassedOver(file) ? [{ file, why: 'is taken for what an old CLI wrote first' }] : [];
    }),
  };
}

/** As the base branch deploys: a pull request that adds the flag has not deployed with it yet. */
async function includingAll(places: Places): Promise<DeployCommand | null> {
  const { trees, directories, workingDirectory } = places;
  const folders = [workingDirectory];
  if (isCliFolder(directories.base)) {
    folders.push((await readCliProject(trees.base, directories.base)).directory);
  }
  const commands = (await deployCommands(trees.base, folders, undefined)).filter(
    ({ by, isLocal }) => by === 'supabase' && !isLocal,
  );
  const inWorkflows = commands.filter(({ where }) => where === 'workflow');
  const counting = inWorkflows.length > 0 ? inWorkflows : commands;
  // One that refuses is enough to hold a deploy up.
  return counting.every(({ includesAll }) => includesAll) ? (counting[0] ?? null) : null;
}
