/** Reads the whole history of a pull request from three trees: what is base, what is new, what is broken. */
import { posix } from 'node:path';
import { failure, GatekeeperError } from '../errors.ts';
import { applierOf, type MigrationsFrom, refuseLaterModes } from './applier.ts';
import { type CompanionOptions, companionPaths, readCompanions, type Trees } from './companions.ts';
import { compareFolders } from './comparison.ts';
import { type DrizzleConfig, foldersWithConfig, readDrizzleConfig } from './drizzle-config.ts';
import { type Folder, lookInto, readFolder, type StoredMigration } from './folder.ts';
import type { Applier, History, HistoryProblem, MovedTable } from './history.ts';
import type { Migration } from './migration.ts';
import { insideRepository } from './paths.ts';
import { decode } from './sql-files.ts';
import { readSqlFile } from './statements.ts';
import type { Tree } from './tree.ts';

export type { Trees } from './companions.ts';

/** Paths are relative to the working directory, which is relative to the repository root. */
export interface HistoryRequest extends CompanionOptions {
  readonly trees: Trees;
  readonly drizzleConfig?: string | undefined;
  readonly migrationsDir?: string | undefined;
  readonly migrationsFrom: MigrationsFrom;
  /** When the head commit was made, in milliseconds; absent: now. */
  readonly headTime?: number | undefined;
}

export async function readHistory(given: HistoryRequest): Promise<History> {
  refuseLaterModes(given.migrationsFrom);
  const workingDirectory = insideRepository('working-directory', '.', given.workingDirectory);
  const request = { ...given, workingDirectory };
  const { trees } = request;
  const config = await configAtHead(request);
  const directory = await directoryAtHead(request, config);
  const places = {
    head: directory,
    base: await directoryBefore(request, trees.base, directory),
    mergeBase: await directoryBefore(request, trees.mergeBase, directory),
  };
  const applier = await applierOf(
    request.migrationsFrom,
    { tree: trees.head, directory: places.head },
    { tree: trees.base, directory: places.base },
    config?.out === directory ? config.file : null,
  );
  const except = companionPaths(request);
  const base = await readFolder(trees.base, places.base, applier, except);
  refuseUnreadable(base);
  const head = await readFolder(trees.head, places.head, applier, except);
  const left = await readFolder(trees.mergeBase, places.mergeBase, applier, except);
  // Broken where the branch left, mended on the base branch since.
  const mergeBase = isUnreadable(left) ? base : left;
  const unreadable = unreadableProblem(head);
  const compared =
    unreadable === null
      ? await compareFolders({ mergeBase, base, head })
      : { new: [], skipped: [], problems: [unreadable] };
  return {
    applier,
    applierWhy:
      request.migrationsFrom === 'auto'
        ? `${head.journalFile} is there`
        : 'as told by the option migrations-from',
    layout: applier === 'drizzle' ? { head: 'journal', base: 'journal' } : null,
    moved: null,
    outOfOrder: [],
    drizzle:
      config === null
        ? null
        : {
            workingDirectory,
            config: { head: config.file, base: config.file },
            line: config.line,
          },
    directory: head.directory,
    journalFile: applier === 'drizzle' ? head.journalFile : null,
    base: await cutAll(base.migrations, 'base', applier),
    new: await cutAll(compared.new, 'new', applier),
    skipped: await cutAll(compared.skipped, 'new', applier),
    ...(await readCompanions(trees, request)),
    migrationsTable: applier === 'drizzle' ? await migrationsTableOf(request, config, base) : null,
    migrationsTableMoved:
      applier === 'drizzle' && base.migrations.length > 0 ? await movedTable(request, config) : null,
    problems: compared.problems,
    unreadable: unreadable !== null,
  };
}

/** With `migrations-dir` given the config only tells the migrations table: one that cannot be read does no harm. */
async function configAtHead(request: HistoryRequest): Promise<DrizzleConfig | null> {
  const { trees, drizzleConfig, migrationsDir } = request;
  const wanted = { workingDirectory: request.workingDirectory, drizzleConfig };
  const config =
    migrationsDir === undefined
      ? await readDrizzleConfig(trees.head, wanted)
      : await readOrNull(() => readDrizzleConfig(trees.head, wanted));
  if (config === null && drizzleConfig !== undefined && migrationsDir === undefined) {
    throw failure('file-missing', {
      option: 'drizzle-config',
      file: posix.join(request.workingDirectory, drizzleConfig),
    });
  }
  return config;
}

async function directoryAtHead(request: HistoryRequest, config: DrizzleConfig | null): Promise<string> {
  const { workingDirectory, migrationsDir, trees } = request;
  if (migrationsDir !== undefined) return insideRepository('migrations-dir', workingDirectory, migrationsDir);
  if (config === null) {
    const commit = trees.head.id === 'worktree' ? 'the work tree' : trees.head.id.slice(0, 12);
    const elsewhere = (await foldersWithConfig(trees.head)).slice(0, 3);
    throw failure('drizzle-config-missing', { directory: workingDirectory, commit, elsewhere });
  }
  if (config.out === null) {
    const why = '`out` is not written as a literal, and the config is not run';
    throw failure('drizzle-config-unreadable', { file: config.file, line: config.line, why });
  }
  return config.out;
}

/** An earlier commit may have had the folder elsewhere: its own config says where. */
async function directoryBefore(request: HistoryRequest, tree: Tree, atHead: string): Promise<string> {
  const { workingDirectory, drizzleConfig, migrationsDir } = request;
  if (migrationsDir !== undefined && (await lookInto(tree, atHead)) !== 'nothing') return atHead;
  const config = await readOrNull(() => readDrizzleConfig(tree, { workingDirectory, drizzleConfig }));
  const out = config?.out ?? null;
  return out === null || (await lookInto(tree, out)) === 'nothing' ? atHead : out;
}

async function readOrNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GatekeeperError) return null;
    throw error;
  }
}

function isUnreadable(folder: Folder): boolean {
  return folder.journal !== null && 'unreadable' in folder.journal;
}

function refuseUnreadable({ journal, journalFile }: Folder): void {
  if (journal !== null && 'unreadable' in journal) {
    throw failure('base-journal-unreadable', {
      file: journalFile,
      line: journal.line,
      why: journal.unreadable,
    });
  }
}

function unreadableProblem({ journal, journalFile }: Folder): HistoryProblem | null {
  if (journal === null || !('unreadable' in journal)) return null;
  const { unreadable: why, line, column } = journal;
  return {
    kind: 'journal-broken',
    object: journalFile,
    file: journalFile,
    line,
    atBase: false,
    what: `${journalFile} cannot be read: ${why} (line ${line}, column ${column})`,
    remedy: why.startsWith('merge conflict')
      ? `Take the base branch's ${journalFile}, delete your own migration, and run \`drizzle-kit generate\` again.`
      : `Make ${journalFile} valid JSON again; the base branch's text is a good start.`,
    evidence: { line, column },
  };
}

/** Old files are read as Drizzle reads them; new ones have to be clean text. */
async function cutAll(
  stored: readonly StoredMigration[],
  state: Migration['state'],
  applier: Applier,
): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const { tag, file, bytes, entry } of stored) {
    const text = decode(file, bytes, state === 'new');
    const cut = await readSqlFile(file, text, { breakpoints: applier === 'drizzle' });
    migrations.push({ ...cut, tag, state, when: entry?.when ?? null });
  }
  return migrations;
}

/**
 * As the base branch has it: production's rows stand there, and a pull request that named one of its own tables would
 * take that out of all counting.
 */
async function migrationsTableOf(
  { trees, workingDirectory, drizzleConfig }: HistoryRequest,
  atHead: DrizzleConfig | null,
  base: Folder,
): Promise<{ schema: string; name: string }> {
  if (base.migrations.length === 0) return tableOf(atHead);
  return tableOf(await readOrNull(() => readDrizzleConfig(trees.base, { workingDirectory, drizzleConfig })));
}

async function movedTable(
  { trees, workingDirectory, drizzleConfig }: HistoryRequest,
  atHead: DrizzleConfig | null,
): Promise<MovedTable | null> {
  const atBase = await readOrNull(() => readDrizzleConfig(trees.base, { workingDirectory, drizzleConfig }));
  if (atBase?.migrations.isLiteral !== true || atHead?.migrations.isLiteral !== true) return null;
  const [from, to] = [tableOf(atBase), tableOf(atHead)];
  if (from.schema === to.schema && from.name === to.name) return null;
  return { from, to, file: atHead.file, line: atHead.line };
}

/** Drizzle's defaults. */
function tableOf(config: DrizzleConfig | null): { schema: string; name: string } {
  const { schema, table } = config?.migrations ?? { schema: null, table: null };
  return { schema: schema ?? 'drizzle', name: table ?? '__drizzle_migrations' };
}
