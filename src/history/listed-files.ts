/** Migrations that are files in one folder: listed by drizzle-kit 0.x's journal, or taken by name by another tool. */
import { failure } from '../errors.ts';
import type { AppliedHistory, Places } from './applied.ts';
import { nothingApplied } from './applied.ts';
import { refuseSharedTable } from './config-files.ts';
import { cutAll } from './cut-all.ts';
import { folderUnknown } from './drizzle-config.ts';
import { type Folder, lookInto, readFolder } from './folder.ts';
import type { HistoryProblem } from './history.ts';
import { type Comparison, compareFolders } from './journal/comparison.ts';
import { snapshotProblems } from './journal/snapshot-chain.ts';
import { migrationsTableOf, movedTable } from './migrations-table.ts';
import { movedFolder } from './moved.ts';

export async function readJournalled(places: Places): Promise<AppliedHistory> {
  await refuseConfig(places);
  const { base, head, mergeBase } = await readFolders(places, 'drizzle');
  const unreadable = unreadableProblem(head);
  const compared: Comparison =
    unreadable === null
      ? await compareFolders({ mergeBase, base, head }, places.headTime ?? Date.now())
      : { new: [], skipped: [], outOfOrder: [], problems: [unreadable] };
  const hasBase = base.migrations.length > 0;
  const cut = { breakpoints: true };
  const fresh = await cutAll(compared.new, 'new', cut);
  const skipped = await cutAll(compared.skipped, 'new', cut);
  return {
    ...nothingApplied,
    layout: { head: 'journal', base: 'journal' },
    directory: head.directory,
    journalFile: head.journalFile,
    moved: unreadable === null ? movedFolder({ mergeBase, base, head }) : null,
    outOfOrder: compared.outOfOrder,
    ...(compared.journalOrder === undefined ? {} : { journalOrder: compared.journalOrder }),
    base: await cutAll(base.migrations, 'base', cut),
    new: fresh,
    skipped,
    migrationsTable: migrationsTableOf(places.configs, hasBase),
    migrationsTableMoved: hasBase ? movedTable(places.configs) : null,
    problems: [
      ...compared.problems,
      ...(await snapshotProblems({
        trees: places.trees,
        folders: { mergeBase, base, head },
        fresh: [...fresh, ...skipped],
        skipped: new Set(skipped.map(({ tag }) => tag)),
        collides: compared.problems.some(({ evidence }) => evidence.collidesWith !== undefined),
      })),
    ],
    unreadable: unreadable !== null,
  };
}

export async function readByName(places: Places): Promise<AppliedHistory> {
  const folders = await readFolders(places, 'files');
  const compared = await compareFolders(folders, places.headTime ?? Date.now());
  const cut = { breakpoints: false };
  return {
    ...nothingApplied,
    directory: folders.head.directory,
    moved: movedFolder(folders),
    base: await cutAll(folders.base.migrations, 'base', cut),
    new: await cutAll(compared.new, 'new', cut),
    skipped: await cutAll(compared.skipped, 'new', cut),
    problems: compared.problems,
  };
}

/** Two ways to write a config that drizzle-kit 0.x takes without a word, and then loses migrations by. */
async function refuseConfig({ trees, configs, workingDirectory, isNamed }: Places): Promise<void> {
  const { head: config } = configs;
  if (config === null) return;
  if (config.absolute !== null && !isNamed) throw folderUnknown(config, workingDirectory);
  const { head: tree } = trees;
  await refuseSharedTable(
    tree,
    config,
    workingDirectory,
    async (directory) => (await lookInto(tree, directory)) === 'journal',
  );
}

async function readFolders({ trees, directories, except }: Places, applier: 'drizzle' | 'files') {
  const base = await readFolder(trees.base, directories.base, applier, except);
  refuseUnreadable(base);
  const head = await readFolder(trees.head, directories.head, applier, except);
  const left = await readFolder(trees.mergeBase, directories.mergeBase, applier, except);
  // Broken where the branch left, mended on the base branch since.
  return { base, head, mergeBase: isUnreadable(left) ? base : left };
}

function isUnreadable({ journal }: Folder): boolean {
  return journal !== null && 'unreadable' in journal;
}

export function refuseUnreadable({ journal, journalFile }: Folder): void {
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
