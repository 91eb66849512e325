/** Compares the folders of three commits as Drizzle 1.0 would: what it runs is what has a name that production's table has not. */
import { collidedProblem, editedProblem } from '../edited.ts';
import type { StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import { chainMistakes, isRead, type Mistake } from './chain.ts';
import { compareNames, whenOf } from './folder-name.ts';
import type { MigrationFolder, MigrationFolders } from './migration-folders.ts';
import { removedProblems } from './removed.ts';

export interface FoldersAt {
  readonly mergeBase: MigrationFolders;
  readonly base: MigrationFolders;
  readonly head: MigrationFolders;
}

export interface Comparison {
  /** In the order production runs them. */
  readonly new: readonly StoredMigration[];
  /** Names of new ones that sort before one of base. */
  readonly outOfOrder: readonly string[];
  readonly problems: readonly HistoryProblem[];
}

export async function compareMigrationFolders(at: FoldersAt): Promise<Comparison> {
  const { base } = at;
  const fresh = newFolders(at);
  return {
    new: fresh,
    outOfOrder: sortingBefore(fresh, base),
    problems: [
      ...(await mistakes(at, new Set(fresh.map(({ tag }) => tag)))),
      ...(await editedProblems(at)),
      ...removedProblems(at),
    ],
  };
}

export function byName({ folders }: MigrationFolders): Map<string, MigrationFolder> {
  return new Map(folders.map((folder) => [folder.name, folder]));
}

export function migrationsIn({ folders }: MigrationFolders): StoredMigration[] {
  return folders.flatMap(({ sql }) => sql ?? []);
}

/** What the base branch has, or had and took back itself, is not new. */
export function newFolders({ mergeBase, base, head }: FoldersAt): StoredMigration[] {
  const known = new Set([...migrationsIn(base), ...migrationsIn(mergeBase)].map(({ tag }) => tag));
  return migrationsIn(head).filter(({ tag }) => !known.has(tag));
}

function sortingBefore(fresh: readonly StoredMigration[], base: MigrationFolders): string[] {
  const newest = migrationsIn(base).at(-1);
  if (newest === undefined) return [];
  return fresh.map(({ tag }) => tag).filter((tag) => compareNames(tag, newest.tag) < 0);
}

/** As the folder stands after the merge: what landed on the base branch meanwhile is there too. */
function merged({ mergeBase, base, head }: FoldersAt): MigrationFolder[] {
  const [before, now] = [byName(mergeBase), byName(head)];
  const landed = base.folders.filter(({ name }) => !before.has(name) && !now.has(name));
  return [...head.folders, ...landed].sort((one, other) => compareNames(one.name, other.name));
}

/** Of the merge result; those that the base branch has by itself stand there already. */
async function mistakes(at: FoldersAt, fresh: ReadonlySet<string>): Promise<HistoryProblem[]> {
  const { mergeBase, base, head } = at;
  const standing = new Set(
    [...(await mistakesOf(base, base.folders)), ...(await mistakesOf(mergeBase, mergeBase.folders))].map(
      ({ key }) => key,
    ),
  );
  const found = await mistakesOf(head, merged(at), at, fresh);
  // A migration.sql that the pull request took away is told as that.
  const removed = new Set(migrationsIn(base).map(({ tag }) => `unlisted ${tag}`));
  return found
    .filter(({ key }) => !removed.has(key))
    .map(({ key, problem }) => ({ ...problem, atBase: standing.has(key) }));
}

async function mistakesOf(
  at: MigrationFolders,
  folders: readonly MigrationFolder[],
  against?: FoldersAt,
  fresh: ReadonlySet<string> = new Set(),
): Promise<readonly Mistake[]> {
  const before = against === undefined ? [] : [...against.mergeBase.folders, ...against.base.folders];
  const atBase = new Map(
    before.flatMap(({ name, snapshot }) => (isRead(snapshot) ? [[snapshot.id, name] as const] : [])),
  );
  return [
    ...journalMistake(at),
    ...folders.flatMap((folder) => nameMistake(folder) ?? []),
    ...unlistedMistakes(at, folders),
    ...(await chainMistakes({ folders, isNew: (name) => fresh.has(name), atBase })),
  ];
}

function journalMistake({ journalFile, directory }: MigrationFolders): Mistake[] {
  if (journalFile === null) return [];
  return [
    {
      key: 'journal',
      problem: {
        kind: 'journal-broken',
        title: `${journalFile} stands beside Drizzle 1.0's folders`,
        object: journalFile,
        file: journalFile,
        line: null,
        what: `${journalFile} is a journal of drizzle-kit 0.x beside the folders of Drizzle 1.0; drizzle-orm 1.0 throws as soon as it sees one, and no migration runs`,
        remedy: `Delete ${directory}/meta. If it lists migrations that have no folder yet, restore the base branch's ${directory} and run \`drizzle-kit up\` on that.`,
        evidence: {},
      },
    },
  ];
}

/** The SQL runs, and then the row cannot be written: NaN is no bigint. */
function nameMistake({ name, sql }: MigrationFolder): Mistake | null {
  if (sql === null || whenOf(name) !== null) return null;
  return {
    key: `name ${name}`,
    problem: {
      kind: 'journal-broken',
      title: `The name of the folder ${name} does not begin with a time`,
      object: name,
      file: sql.file,
      line: 1,
      what: `the name of ${name} does not begin with the 14 digits of a time; drizzle-orm 1.0 reads NaN from it, and the whole deploy fails with \`invalid input syntax for type bigint: "NaN"\``,
      remedy: `Rename the folder to the UTC second it was made in, an underscore and its name, as drizzle-kit does (\`20260102030405_${name.replace(/^[\d_-]+/, '') || 'name'}\`); \`drizzle-kit generate --custom\` makes such a folder.`,
      evidence: {},
    },
  };
}

function unlistedMistakes(
  { loose, directory }: MigrationFolders,
  folders: readonly MigrationFolder[],
): Mistake[] {
  const common = { kind: 'migration-unlisted' as const, line: null, evidence: {} };
  const custom = '`drizzle-kit generate --custom` makes a folder for SQL of your own; move the SQL there';
  return [
    ...loose.map((file) => ({
      key: `loose ${file}`,
      problem: {
        ...common,
        title: `${file} is no migration.sql in a folder of its own and will never run`,
        object: file,
        file,
        what: `${file} is no migration.sql in a folder of its own, so Drizzle 1.0 will never run it`,
        remedy: `${custom}, or move the file out of ${directory}.`,
      },
    })),
    ...folders
      .filter(({ sql }) => sql === null)
      .map(({ name, snapshotFile }) => ({
        key: `unlisted ${name}`,
        problem: {
          ...common,
          title: `${name} has no migration.sql and will never run`,
          object: name,
          file: snapshotFile,
          what: `${name} has a snapshot.json and no migration.sql, so Drizzle 1.0 passes it over, while drizzle-kit takes it for done`,
          remedy: `Commit ${directory}/${name}/migration.sql; if it is lost, delete the folder and run \`drizzle-kit generate\` again.`,
        },
      })),
  ];
}

async function editedProblems({ mergeBase, base, head }: FoldersAt): Promise<HistoryProblem[]> {
  const [before, landed] = [byName(mergeBase), byName(base)];
  const problems: HistoryProblem[] = [];
  for (const after of migrationsIn(head)) {
    const old = before.get(after.tag)?.sql ?? null;
    const now = landed.get(after.tag)?.sql ?? null;
    const first = old ?? now;
    // The base branch made the same edit, or the branch is behind it.
    if (first === null || [first.sha256, now?.sha256].includes(after.sha256)) continue;
    problems.push(old === null ? collidedProblem(first, after) : await editedProblem(old, after));
  }
  return problems;
}
