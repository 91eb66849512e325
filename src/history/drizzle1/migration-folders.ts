/** The migrations of one commit as Drizzle 1.0 keeps them: a folder each, with `migration.sql` and `snapshot.json`. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { failure } from '../../errors.ts';
import type { StoredMigration } from '../folder.ts';
import { directoryExists, refuseLinks, refuseUnsafeNames } from '../paths.ts';
import { refuseLarge, sqlFileLimit } from '../sql-files.ts';
import type { Tree, TreeEntry } from '../tree.ts';
import { migrationFoldersIn } from './folder-name.ts';
import { readSnapshot, type Snapshot, type UnreadableSnapshot } from './snapshot.ts';

export interface MigrationFolder {
  readonly name: string;
  /** Its `migration.sql`; null: it has none, and the migrator passes it over. */
  readonly sql: StoredMigration | null;
  readonly snapshotFile: string;
  /** null: it has none. */
  readonly snapshot: Snapshot | UnreadableSnapshot | null;
}

export interface MigrationFolders {
  readonly directory: string;
  /** In the migrator's order. */
  readonly folders: readonly MigrationFolder[];
  /** A journal of 0.x beside them, at which 1.0 stops; null: none. */
  readonly journalFile: string | null;
  /** SQL files beside the folders. */
  readonly loose: readonly string[];
}

const migrationLimit = 5000;
const folderLimit = 64 * 2 ** 20;
const snapshotLimit = 16 * 2 ** 20;

/** `except`: files with another part to play (rls.sql, seeds), which may lie beside the folders. */
export async function readMigrationFolders(
  tree: Tree,
  directory: string,
  except: ReadonlySet<string>,
): Promise<MigrationFolders> {
  const entries = (await directoryExists(tree, directory)) ? await tree.list(directory) : [];
  // The migrator follows links; what they lead to is not known here.
  await refuseLinks(tree, linksTo(entries, directory));
  const sql = filesNamed('migration.sql', entries, directory);
  const snapshots = filesNamed('snapshot.json', entries, directory);
  refuseUnsafeNames(sql.map(({ path }) => path));
  refuseTooMuch(directory, sql);
  for (const { path, size } of snapshots) refuseLarge(path, size, snapshotLimit);
  const contents = await tree.read([...sql, ...snapshots].map(({ path }) => path));
  const names = migrationFoldersIn(
    directory,
    entries.map(({ path }) => path),
  );
  const journalFile = posix.join(directory, 'meta/_journal.json');
  return {
    directory,
    folders: names.map((name) => folderOf(directory, name, contents)),
    journalFile: entries.some(({ path }) => path === journalFile) ? journalFile : null,
    loose: entries
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.sql') && posix.dirname(path) === directory && !except.has(path)),
  };
}

function folderOf(directory: string, name: string, contents: ReadonlyMap<string, Buffer>): MigrationFolder {
  const file = posix.join(directory, name, 'migration.sql');
  const snapshotFile = posix.join(directory, name, 'snapshot.json');
  const bytes = contents.get(file);
  const snapshot = contents.get(snapshotFile);
  return {
    name,
    sql:
      bytes === undefined
        ? null
        : { tag: name, file, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), entry: null },
    snapshotFile,
    snapshot: snapshot === undefined ? null : readSnapshot(snapshot),
  };
}

function filesNamed(name: string, entries: readonly TreeEntry[], directory: string): readonly TreeEntry[] {
  return entries.filter(
    ({ path }) => posix.basename(path) === name && posix.dirname(posix.dirname(path)) === directory,
  );
}

function linksTo(entries: readonly TreeEntry[], directory: string): readonly string[] {
  return entries
    .filter(({ path, kind }) => {
      const [name = '', file, ...below] = posix.relative(directory, path).split('/');
      if (kind === 'file' || below.length > 0) return false;
      return file === undefined ? /^\d{14}/.test(name) : file === 'migration.sql' || file === 'snapshot.json';
    })
    .map(({ path }) => path);
}

/** Sizes first: a huge file is refused before it is read. */
function refuseTooMuch(directory: string, sql: readonly TreeEntry[]): void {
  if (sql.length > migrationLimit) {
    throw failure('too-many-migrations', { directory, count: sql.length, limit: migrationLimit });
  }
  for (const { path, size } of sql) refuseLarge(path, size, sqlFileLimit);
  const bytes = sql.reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (bytes > folderLimit) throw failure('migrations-too-large', { directory, bytes, limit: folderLimit });
}
