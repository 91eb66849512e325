/** The migrations folder as it stands at one commit, before anything is compared. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { failure } from '../errors.ts';
import { migrationFoldersIn } from './drizzle1/folder-name.ts';
import type { Layout } from './history.ts';
import { type Journal, type JournalEntry, readJournal, type UnreadableJournal } from './journal/journal.ts';
import { directoryExists, refuseLinks, refuseUnsafeNames } from './paths.ts';
import { refuseLarge, sqlFileLimit } from './sql-files.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** A migration with its bytes, not yet cut into statements. */
export interface StoredMigration {
  readonly tag: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** null: no journal. */
  readonly entry: JournalEntry | null;
}

export interface Folder {
  readonly directory: string;
  readonly journalFile: string;
  /** null: there is none, or the applier does not read it. */
  readonly journal: Journal | UnreadableJournal | null;
  /** In the order of the journal, or of the names. */
  readonly migrations: readonly StoredMigration[];
  /** Journal entries whose file is not there. */
  readonly withoutFile: readonly JournalEntry[];
  /** SQL files of the folder that no entry names. */
  readonly unlisted: readonly StoredMigration[];
  /** What stands in `meta/` beside the journal: drizzle-kit takes every file there for a snapshot. */
  readonly meta?: readonly TreeEntry[];
}

const migrationLimit = 5000;
const journalLimit = 4 * 2 ** 20;
const folderLimit = 64 * 2 ** 20;

/** Whether the folder has a journal, SQL files or Drizzle 1.0 folders, without reading any. */
export async function lookInto(tree: Tree, directory: string): Promise<Layout | 'files' | 'nothing'> {
  if (!(await directoryExists(tree, directory))) return 'nothing';
  const journalFile = posix.join(directory, 'meta/_journal.json');
  if ((await tree.look([journalFile])).has(journalFile)) return 'journal';
  const paths = (await tree.list(directory)).map(({ path }) => path);
  if (migrationFoldersIn(directory, paths).length > 0) return 'folders';
  return paths.some((path) => isSql(directory, path)) ? 'files' : 'nothing';
}

/** `except`: files with another part to play (rls.sql, seeds), which may lie in the folder too. */
export async function readFolder(
  tree: Tree,
  directory: string,
  applier: 'drizzle' | 'files',
  except: ReadonlySet<string>,
  fileLimit = sqlFileLimit,
): Promise<Folder> {
  const journalFile = posix.join(directory, 'meta/_journal.json');
  const entries = (await directoryExists(tree, directory)) ? await tree.list(directory) : [];
  const sql = entries.filter(({ path }) => isSql(directory, path) && !path.endsWith('/.sql'));
  await checkFiles(tree, directory, sql, fileLimit);
  const journal = applier === 'drizzle' ? await journalOf(tree, journalFile, entries) : null;
  const listed = journal !== null && 'entries' in journal ? journal.entries : [];
  const names = new Set(listed.map(({ tag }) => posix.join(directory, `${tag}.sql`)));
  const contents = await tree.read(
    sql.map(({ path }) => path).filter((path) => names.has(path) || !except.has(path)),
  );
  const stored = (file: string, entry: JournalEntry | null): StoredMigration[] => {
    const bytes = contents.get(file);
    if (bytes === undefined) return [];
    const tag = entry?.tag ?? posix.basename(file, '.sql');
    return [{ tag, file, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), entry }];
  };
  const others = [...contents.keys()]
    .filter((file) => !names.has(file))
    .flatMap((file) => stored(file, null));
  const withFile = listed.flatMap((entry) => stored(posix.join(directory, `${entry.tag}.sql`), entry));
  const present = new Set(withFile.map(({ tag }) => tag));
  return {
    directory,
    journalFile,
    journal,
    migrations: applier === 'drizzle' ? withFile : others,
    withoutFile: listed.filter(({ tag }) => !present.has(tag)),
    unlisted: applier === 'drizzle' ? others : [],
    meta: entries.filter(
      ({ path }) => posix.dirname(path) === posix.dirname(journalFile) && path !== journalFile,
    ),
  };
}

/** Sizes first: a huge file is refused before it is read. */
async function checkFiles(
  tree: Tree,
  directory: string,
  sql: readonly TreeEntry[],
  fileLimit: number,
): Promise<void> {
  refuseUnsafeNames(sql.map(({ path }) => path));
  await refuseLinks(
    tree,
    sql.filter(({ kind }) => kind !== 'file').map(({ path }) => path),
  );
  if (sql.length > migrationLimit) {
    throw failure('too-many-migrations', { directory, count: sql.length, limit: migrationLimit });
  }
  for (const { path, size } of sql) refuseLarge(path, size, fileLimit);
  const bytes = sql.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (bytes > folderLimit) throw failure('migrations-too-large', { directory, bytes, limit: folderLimit });
}

async function journalOf(
  tree: Tree,
  file: string,
  entries: readonly TreeEntry[],
): Promise<Journal | UnreadableJournal | null> {
  const entry = entries.find(({ path }) => path === file);
  if (entry === undefined) return null;
  await refuseLinks(tree, [file]);
  refuseLarge(file, entry.size, journalLimit);
  const bytes = (await tree.read([file])).get(file);
  if (bytes === undefined) return null;
  const journal = readJournal(bytes.toString('utf8'));
  // Journals of the format 5 call it `pg`.
  if ('entries' in journal && !['postgresql', 'pg', null].includes(journal.dialect)) {
    throw failure('drizzle-dialect-unsupported', { file, dialect: journal.dialect ?? '' });
  }
  return journal;
}

function isSql(directory: string, path: string): boolean {
  return path.endsWith('.sql') && posix.dirname(path) === directory;
}
