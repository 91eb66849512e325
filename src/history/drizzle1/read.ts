/** Reads a Drizzle history of either layout, and the pull request that goes from one to the other. */
import { type AppliedHistory, nothingApplied, type Places } from '../applied.ts';
import { cutAll } from '../cut-all.ts';
import { type Folder, readFolder, type StoredMigration } from '../folder.ts';
import type { HistoryProblem, Layout } from '../history.ts';
import { readJournalled, refuseUnreadable } from '../listed-files.ts';
import type { Migration } from '../migration.ts';
import { migrationsTableOf, movedTable } from '../migrations-table.ts';
import type { Tree } from '../tree.ts';
import { type Comparison, compareMigrationFolders, type FoldersAt, migrationsIn } from './comparison.ts';
import { whenOf } from './folder-name.ts';
import { type MigrationFolders, readMigrationFolders } from './migration-folders.ts';
import { compareUpgrade } from './upgrade.ts';

/** What one commit has of either layout. */
interface Commit {
  readonly layout: Layout | null;
  readonly folders: MigrationFolders;
  readonly journal: () => Promise<Folder>;
}

export async function readDrizzle(places: Places): Promise<AppliedHistory> {
  const { trees, directories, except } = places;
  const base = await commitAt(trees.base, directories.base, except, null);
  const mergeBase = await commitAt(trees.mergeBase, directories.mergeBase, except, base.layout);
  const head = await commitAt(trees.head, directories.head, except, base.layout);
  const layout = {
    head: head.layout ?? base.layout ?? 'journal',
    base: base.layout ?? head.layout ?? 'journal',
  } as const;
  if (layout.base === 'folders') {
    return layout.head === 'folders'
      ? await inFolders(places, { mergeBase, base, head })
      : await backToJournal(places, { mergeBase, base, head });
  }
  if (layout.head === 'folders') return await upgraded(places, { mergeBase, base, head });
  const history = await readJournalled(places);
  return { ...history, problems: [...history.problems, ...strayFolders(head.folders, base.folders)] };
}

type Commits = Readonly<Record<'mergeBase' | 'base' | 'head', Commit>>;

/** A journal and folders at once: drizzle-kit went half way, or somebody ran the other major's. */
async function commitAt(
  tree: Tree,
  directory: string,
  except: ReadonlySet<string>,
  before: Layout | null,
): Promise<Commit> {
  const folders = await readMigrationFolders(tree, directory, except);
  const journal = () => readFolder(tree, directory, 'drizzle', except);
  const hasFolders = folders.folders.length > 0;
  const layout =
    folders.journalFile === null
      ? hasFolders
        ? 'folders'
        : null
      : hasFolders && (before === 'folders' || (await journal()).migrations.length === 0)
        ? 'folders'
        : 'journal';
  return { layout, folders, journal };
}

async function inFolders(places: Places, { mergeBase, base, head }: Commits): Promise<AppliedHistory> {
  const at: FoldersAt = {
    base: base.folders,
    head: head.folders,
    // Both have gone over since the branch left: what head lacks has landed after that.
    mergeBase: mergeBase.layout === 'journal' ? shared(base.folders, head.folders) : mergeBase.folders,
  };
  const compared = await compareMigrationFolders(at);
  const ran = migrationsIn(base.folders);
  return {
    ...(await historyOf(places, ran, compared)),
    layout: { head: 'folders', base: 'folders' },
    moved: movedFrom(at, compared),
  };
}

async function upgraded(places: Places, commits: Commits): Promise<AppliedHistory> {
  const base = await commits.base.journal();
  refuseUnreadable(base);
  const mergeBase = commits.mergeBase.layout === 'journal' ? await commits.mergeBase.journal() : base;
  const { schema, name } = migrationsTableOf(places.configs, base.migrations.length > 0);
  const { folders } = commits.head;
  const compared = await compareUpgrade({ mergeBase, base }, folders, `${schema}.${name}`);
  return {
    ...(await historyOf(places, compared.ran, compared)),
    // Nothing to go over from: an empty journal.
    layout: { head: 'folders', base: base.migrations.length === 0 ? 'folders' : 'journal' },
  };
}

async function backToJournal(places: Places, { mergeBase, base, head }: Commits): Promise<AppliedHistory> {
  const journal = await head.journal();
  const ran = migrationsIn(base.folders);
  const known = new Set(ran.map(({ sha256 }) => sha256));
  const compared = {
    new: journal.migrations.filter(({ sha256 }) => !known.has(sha256)),
    outOfOrder: [],
    problems: [backProblem(journal, base.folders, mergeBase.layout === 'journal')],
  };
  return {
    ...(await historyOf(places, ran, compared)),
    layout: { head: 'journal', base: 'folders' },
    journalFile: journal.journalFile,
  };
}

async function historyOf(
  { directories, configs }: Places,
  ran: readonly StoredMigration[],
  compared: Comparison,
): Promise<AppliedHistory> {
  const hasBase = ran.length > 0;
  return {
    ...nothingApplied,
    directory: directories.head,
    base: await cut(ran, 'base'),
    new: await cut(compared.new, 'new'),
    outOfOrder: compared.outOfOrder,
    migrationsTable: migrationsTableOf(configs, hasBase),
    migrationsTableMoved: hasBase ? movedTable(configs) : null,
    problems: compared.problems,
  };
}

/** With the time that the migrator records: a journal's, else the one in the name. */
async function cut(stored: readonly StoredMigration[], state: Migration['state']): Promise<Migration[]> {
  const migrations = await cutAll(stored, state, { breakpoints: true });
  return migrations.map((migration) => ({ ...migration, when: migration.when ?? whenOf(migration.tag) }));
}

function shared(base: MigrationFolders, head: MigrationFolders): MigrationFolders {
  const names = new Set(head.folders.map(({ name }) => name));
  return { ...base, folders: base.folders.filter(({ name }) => names.has(name)) };
}

function movedFrom({ base, head }: FoldersAt, { problems }: Comparison): AppliedHistory['moved'] {
  const migrations = migrationsIn(base).length;
  const isChanged = problems.some(({ kind }) => kind === 'migration-removed' || kind === 'migration-edited');
  if (base.directory === head.directory || migrations === 0 || isChanged) return null;
  return { from: base.directory, to: head.directory, migrations };
}

function backProblem(
  { journalFile, directory }: Folder,
  base: MigrationFolders,
  isBehind: boolean,
): HistoryProblem {
  const common = {
    kind: 'journal-broken' as const,
    object: journalFile,
    file: journalFile,
    line: null,
    atBase: false,
    evidence: { folders: base.folders.length },
  };
  if (isBehind) {
    return {
      ...common,
      title: `${journalFile} is a journal of drizzle-kit 0.x, and the base branch has Drizzle 1.0's folders`,
      what: `the base branch has gone over to Drizzle 1.0's folders since this branch left it, and what this branch adds stands in ${journalFile}, which 1.0 does not read`,
      remedy: `Merge the base branch, take its ${directory} as it is, and make your migration again with its drizzle-kit (\`drizzle-kit generate\`).`,
    };
  }
  return {
    ...common,
    title: `The folder ${directory} goes back from Drizzle 1.0's folders to a journal of drizzle-kit 0.x`,
    what: `the folder ${directory} goes back from Drizzle 1.0 to the journal of 0.x, which compares \`when\` with the time of production's newest row instead of names; a row that 0.x writes has no name, so that 1.0 would run its migration a second time`,
    remedy: `Put the folders of ${base.directory} back as they are on the base branch, delete ${directory}/meta, and stay on drizzle-kit and drizzle-orm 1.0: once a database has been upgraded there is no way back.`,
  };
}

/** 0.x does not see them, and 1.0 does not run beside a journal. */
function strayFolders(head: MigrationFolders, base: MigrationFolders): HistoryProblem[] {
  const standing = new Set(migrationsIn(base).map(({ tag }) => tag));
  return migrationsIn(head).map(({ tag, file }) => ({
    kind: 'migration-unlisted',
    title: `${file} is a migration of Drizzle 1.0 beside a journal of 0.x and will never run`,
    object: file,
    file,
    line: null,
    atBase: standing.has(tag),
    what: `${file} is a migration as Drizzle 1.0 keeps them, beside the journal of 0.x: 0.x runs only what ${head.journalFile} names, and 1.0 nothing while that file is there`,
    remedy: `Make it with the drizzle-kit 0.x that the project uses, or go over to 1.0 as a whole with \`drizzle-kit up\` in a pull request of its own.`,
    evidence: { tag },
  }));
}
