/** Migrations of the base branch that are gone at head, and under which name their bytes live on. */
import type { Folder, StoredMigration } from './folder.ts';
import type { HistoryProblem } from './history.ts';

/** The migrations folder at the three commits. */
export interface Folders {
  readonly mergeBase: Folder;
  readonly base: Folder;
  readonly head: Folder;
}

export function byTag(folder: Folder): Map<string, StoredMigration> {
  return new Map(folder.migrations.map((migration) => [migration.tag, migration]));
}

export interface Removal {
  readonly migration: StoredMigration;
  /** Under which name its bytes stand at head; null when they are gone. */
  readonly renamedTo: StoredMigration | null;
}

/** What the base branch removed itself is not the pull request's doing. */
export function removals({ mergeBase, base, head }: Folders): Removal[] {
  const atHead = byTag(head);
  const atBase = byTag(base);
  const before = byTag(mergeBase);
  const candidates = [...head.migrations.filter(({ tag }) => !before.has(tag)), ...head.unlisted];
  return mergeBase.migrations
    .filter(({ tag }) => !atHead.has(tag) && atBase.has(tag))
    .map((migration) => ({
      migration,
      renamedTo:
        candidates.find(({ sha256, tag }) => sha256 === migration.sha256 && tag !== migration.tag) ?? null,
    }));
}

export function removedProblems({ mergeBase, head }: Folders, removed: readonly Removal[]): HistoryProblem[] {
  const [first] = removed;
  if (first === undefined) return [];
  const place = head.journal === null ? head.directory : head.journalFile;
  // One cause, one finding: a folder that was thrown away.
  if (removed.length === mergeBase.migrations.length && removed.length > 1) {
    return [
      {
        kind: 'migration-removed',
        object: mergeBase.directory,
        file: place,
        line: null,
        atBase: false,
        what: `all ${removed.length} migrations of the base branch are gone, from ${first.migration.tag} to ${removed.at(-1)?.migration.tag}; production has run them`,
        remedy: `Put ${mergeBase.directory} back as it is on the base branch, and write what is new as one more migration.`,
        evidence: { removed: removed.length, tags: removed.map(({ migration }) => migration.tag).join(', ') },
      },
    ];
  }
  return removed.map(({ migration, renamedTo }) => {
    const named = head.withoutFile.find(({ tag }) => tag === migration.tag);
    const how =
      renamedTo !== null
        ? `is renamed to ${renamedTo.tag}; production has run it under its old name`
        : named !== undefined
          ? `has lost its file ${migration.file}; production has run it`
          : 'is gone; production has run it';
    const isListed = renamedTo !== null && renamedTo.entry !== null;
    return {
      kind: 'migration-removed' as const,
      object: migration.tag,
      file: isListed ? renamedTo.file : place,
      line: isListed ? 1 : (named?.line ?? null),
      atBase: false,
      what: `${migration.tag} of the base branch ${how}`,
      remedy: `Put ${migration.file} and its journal entry back as they are on the base branch. To undo what it did, write a new migration.`,
      evidence: { renamedTo: renamedTo?.tag ?? null },
    };
  });
}
