/** What stands in the migrations folder at a commit, told by names and the journal alone: nothing else is read. */
import { posix } from 'node:path';
import { migrationFoldersIn } from './drizzle1/folder-name.ts';
import { readJournal } from './journal/journal.ts';
import { refuseLinks } from './paths.ts';
import { isCliFile } from './supabase-cli/files.ts';
import type { Tree } from './tree.ts';

export interface FolderContents {
  readonly kind: 'journal' | 'folders' | 'files' | 'empty' | 'missing';
  readonly directory: string;
  /** Names of the SQL files that stand directly in it. */
  readonly files: readonly string[];
  /** Those that the Supabase CLI would run. */
  readonly cliFiles: readonly string[];
  /** Those of `files` that the journal names; all of them when it cannot be read. */
  readonly listed: readonly string[];
  /** Migrations as Drizzle 1.0 writes them: a folder each. */
  readonly folders: number;
  /** Whatever else lies there, with the folders below it. */
  readonly others: number;
}

/** A journal beyond this is refused where it is read whole. */
const journalLimit = 4 * 2 ** 20;

/** `except`: files with another part to play; none of them is a migration unless the journal names it. */
export async function contentsAt(
  tree: Tree,
  directory: string,
  except: ReadonlySet<string>,
): Promise<FolderContents> {
  await refuseLinks(tree, [directory]);
  const isThere = directory === '.' || (await tree.look([directory])).get(directory)?.kind === 'directory';
  const paths = isThere ? (await tree.list(directory)).map(({ path }) => path) : [];
  const sql = paths.filter((path) => path.endsWith('.sql') && posix.dirname(path) === directory);
  const journalFile = posix.join(directory, 'meta/_journal.json');
  const listed = paths.includes(journalFile) ? await listedIn(tree, journalFile, sql) : null;
  const files = sql.filter((path) => listed?.includes(path) === true || !except.has(path));
  const folders = migrationFoldersIn(directory, paths).length;
  const names = files.map((path) => posix.basename(path));
  const has = listed !== null ? 'journal' : folders > 0 ? 'folders' : files.length > 0 ? 'files' : 'empty';
  return {
    kind: isThere ? has : 'missing',
    directory,
    files: names,
    cliFiles: names.filter(isCliFile),
    listed: (listed ?? []).map((path) => posix.basename(path)),
    folders,
    others: paths.length - files.length,
  };
}

async function listedIn(tree: Tree, journalFile: string, sql: readonly string[]): Promise<readonly string[]> {
  const size = (await tree.look([journalFile])).get(journalFile)?.size ?? null;
  const bytes =
    size === null || size > journalLimit ? undefined : (await tree.read([journalFile])).get(journalFile);
  const journal = readJournal(bytes?.toString('utf8') ?? '');
  if ('unreadable' in journal) return sql;
  const tags = new Set(journal.entries.map(({ tag }) => `${tag}.sql`));
  return sql.filter((path) => tags.has(posix.basename(path)));
}

export function hasMigrations({ kind }: FolderContents): boolean {
  return kind === 'journal' || kind === 'folders' || kind === 'files';
}
