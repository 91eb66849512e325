/** Folders of the base branch that are gone at head: deleted, renamed, or replaced by what `--fix-conflicts` generates. */
import type { StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import { isRead } from './chain.ts';
import { byName, type FoldersAt, migrationsIn, newFolders } from './comparison.ts';
import type { MigrationFolder, MigrationFolders } from './migration-folders.ts';

export function removedProblems(at: FoldersAt): HistoryProblem[] {
  const { mergeBase, base, head } = at;
  const [now, landed] = [byName(head), byName(base)];
  // What the base branch removed itself is not the pull request's doing.
  const removed = migrationsIn(mergeBase).filter(
    ({ tag }) => (now.get(tag)?.sql ?? null) === null && (landed.get(tag)?.sql ?? null) !== null,
  );
  if (removed.length === 0) return [];
  const fresh = newFolders(at);
  const renamed = new Map(
    removed.flatMap((old) => {
      const to = fresh.find(({ sha256 }) => sha256 === old.sha256);
      return to === undefined ? [] : [[old.tag, to] as const];
    }),
  );
  if (renamed.size === 0) {
    const replacement = replacing(at, removed, fresh);
    if (replacement !== null) return [replaced(base, removed, replacement)];
    if (removed.length > 1 && removed.length === migrationsIn(mergeBase).length) {
      return [thrownAway(base, removed, fresh)];
    }
  }
  return removed.map((old) => {
    const to = renamed.get(old.tag);
    return to === undefined ? gone(old, now.has(old.tag)) : renamedTo(old, to);
  });
}

type Removed = Omit<HistoryProblem, 'what' | 'remedy'>;

function removedAs(object: string, file: string, evidence: HistoryProblem['evidence']): Removed {
  return {
    kind: 'migration-removed',
    object,
    file,
    line: null,
    atBase: false,
    evidence: { renamedTo: null, ...evidence },
  };
}

function gone(old: StoredMigration, hasFolder: boolean): HistoryProblem {
  return {
    ...removedAs(old.tag, old.file, {}),
    what: hasFolder
      ? `${old.tag} of the base branch has lost its migration.sql; production has run it, and new databases pass it over`
      : `${old.tag} of the base branch is gone; production has run it`,
    remedy: `Put ${old.file} back as it is on the base branch. To undo what it did, write a new migration.`,
  };
}

function renamedTo(old: StoredMigration, to: StoredMigration): HistoryProblem {
  return {
    ...removedAs(old.tag, to.file, { renamedTo: to.tag }),
    line: 1,
    what: `${old.tag} of the base branch is renamed to ${to.tag}; Drizzle 1.0 goes by the name, so production, which has run it under the old one, runs it once more`,
    remedy: `Name the folder ${old.tag} again.`,
  };
}

/** The first new folder that builds on what a removed one built on, as `generate --fix-conflicts` leaves it. */
function replacing({ mergeBase, head }: FoldersAt, removed: Tags, fresh: Tags): MigrationFolder | null {
  const parentsOf = (folders: readonly MigrationFolder[], among: Tags) =>
    folders.flatMap((folder) => {
      const { name, snapshot } = folder;
      const isMeant = among.some(({ tag }) => tag === name) && isRead(snapshot);
      return isMeant ? snapshot.parents.map((parent) => ({ folder, parent })) : [];
    });
  const forks = new Set(parentsOf(mergeBase.folders, removed).map(({ parent }) => parent));
  return parentsOf(head.folders, fresh).find(({ parent }) => forks.has(parent))?.folder ?? null;
}

type Tags = readonly StoredMigration[];

function replaced(
  { directory }: MigrationFolders,
  removed: Tags,
  { name, sql }: MigrationFolder,
): HistoryProblem {
  const [first] = removed;
  const tags = removed.map(({ tag }) => tag);
  const names =
    tags.length > 3 ? `${tags.length} migrations from ${tags[0]} to ${tags.at(-1)}` : tags.join(', ');
  const are = tags.length === 1 ? 'is' : 'are';
  return {
    ...removedAs(tags.length === 1 ? tags.join('') : directory, sql?.file ?? first?.file ?? directory, {
      ...(tags.length === 1 ? {} : { removed: tags.length, tags: tags.join(', ') }),
      replacedBy: name,
    }),
    line: 1,
    title: `${names} of the base branch ${are} replaced by ${name}`,
    what: `${names} of the base branch ${are} gone and ${name} does the same anew, as \`drizzle-kit generate --fix-conflicts\` leaves it; production has run the old, will run the new on top, and fails on the first thing that exists`,
    remedy: `Put ${names} back as on the base branch, delete ${name} and your own older migration that conflicted, and run \`drizzle-kit generate\` without \`--fix-conflicts\`: it builds on what the base branch has.`,
  };
}

function thrownAway({ directory }: MigrationFolders, removed: Tags, fresh: Tags): HistoryProblem {
  const tags = removed.map(({ tag }) => tag);
  const [first] = fresh;
  const gone = `all ${tags.length} migrations of the base branch are gone, from ${tags[0]} to ${tags.at(-1)}; production has run them`;
  const evidence = { removed: tags.length, tags: tags.join(', '), replacedBy: first?.tag ?? null };
  return {
    ...removedAs(directory, first?.file ?? directory, evidence),
    what:
      first === undefined
        ? gone
        : `${gone}. ${first.tag} takes their place: its name is new, so production runs it too, and it fails there on the first thing that exists`,
    remedy: `Put ${directory} back as it is on the base branch, and write what is new as one more migration. A squash needs its row in the migrations table of every database first, written by hand: Drizzle 1.0 goes by the name alone.`,
  };
}
