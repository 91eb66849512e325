/** Migrations of the base branch that are gone at head, under which name their bytes live on, and what took their place. */
import type { Folder, StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import { moment, newestOf, whenOf } from './stamps.ts';

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
  const damaged = damagedEntries(head);
  return mergeBase.migrations
    .filter(({ tag }) => !atHead.has(tag) && atBase.has(tag))
    .filter(({ tag, entry }) => !damaged.some((isIt) => isIt(tag, entry?.when ?? null)))
    .map((migration) => ({
      migration,
      renamedTo:
        candidates.find(({ sha256, tag }) => sha256 === migration.sha256 && tag !== migration.tag) ?? null,
    }));
}

/** Entries that are still there and that a mistake keeps from being read: they are told as that mistake. */
function damagedEntries({ journal }: Folder): ((tag: string, when: number | null) => boolean)[] {
  if (journal === null || !('entries' in journal)) return [];
  const lost = journal.mistakes.filter(({ code }) => ['tag-missing', 'tag-unsafe', 'when'].includes(code));
  return lost.map(
    (mistake) => (tag, when) => mistake.object === tag || (mistake.when !== null && mistake.when === when),
  );
}

/** New entries that stand in for removed ones: a squash, or a folder that was thrown away and generated again. */
export function replacements(
  { mergeBase, base, head }: Folders,
  removed: readonly Removal[],
): StoredMigration[] {
  const gone = new Set(removed.map(({ migration }) => migration.tag));
  const renamed = new Set(removed.flatMap(({ renamedTo }) => renamedTo?.tag ?? []));
  const known = new Set([...byTag(mergeBase).keys(), ...byTag(base).keys()]);
  const isNew = ({ tag }: StoredMigration) => !known.has(tag) && !renamed.has(tag);
  if (gone.size === 0 || removed.some(({ renamedTo }) => renamedTo !== null)) return [];
  if (gone.size === mergeBase.migrations.length) return head.migrations.filter(isNew);
  // The oldest are gone, and a new one stands where they stood.
  const oldest = mergeBase.migrations.slice(0, gone.size);
  if (gone.size === 1 || !oldest.every(({ tag }) => gone.has(tag))) return [];
  const stays = head.migrations.findIndex((migration) => !isNew(migration));
  return head.migrations.slice(0, stays === -1 ? undefined : stays);
}

export function removedProblems(folders: Folders, removed: readonly Removal[]): HistoryProblem[] {
  const { mergeBase, head } = folders;
  const replacing = replacements(folders, removed);
  const isAll = removed.length === mergeBase.migrations.length && removed.length > 1;
  // One cause, one finding: a folder that was thrown away, a squash.
  if (replacing.length > 0 || (isAll && removed.every(({ renamedTo }) => renamedTo === null))) {
    return [thrownAway(folders, removed, replacing)];
  }
  const place = head.journal === null ? head.directory : head.journalFile;
  return removed.map(({ migration, renamedTo }) => {
    const named = head.withoutFile.find(({ tag }) => tag === migration.tag);
    const isListed = renamedTo !== null && renamedTo.entry !== null;
    return {
      kind: 'migration-removed' as const,
      object: migration.tag,
      file: isListed ? renamedTo.file : place,
      line: isListed ? 1 : (named?.line ?? null),
      atBase: false,
      what: `${migration.tag} of the base branch ${howGone(folders, { migration, renamedTo }, named !== undefined)}`,
      remedy: `Put ${migration.file} and its journal entry back as they are on the base branch. To undo what it did, write a new migration.`,
      evidence: { renamedTo: renamedTo?.tag ?? null },
    };
  });
}

function howGone({ base, head }: Folders, { migration, renamedTo }: Removal, isNamed: boolean): string {
  if (renamedTo !== null) {
    const stops = isNamed
      ? `; ${head.journalFile} still has the old name, and Drizzle's migrator stops there`
      : whenOf(renamedTo) > whenOf(newestOf(base.migrations))
        ? '; stamped anew it would run there once more'
        : '';
    return `is renamed to ${renamedTo.tag}; production has run it under its old name${stops}`;
  }
  if (!isNamed) return 'is gone; production has run it';
  return `has lost its file ${migration.file}; production has run it, and Drizzle's migrator stops at the entry without a file`;
}

function thrownAway(
  { mergeBase, base, head }: Folders,
  removed: readonly Removal[],
  replacing: readonly StoredMigration[],
): HistoryProblem {
  const tags = removed.map(({ migration }) => migration.tag);
  const all = tags.length === mergeBase.migrations.length ? `all ${tags.length}` : `${tags.length}`;
  const gone =
    tags.length === 1
      ? `${tags[0]}, the only migration of the base branch, is gone; production has run it`
      : `${all} migrations of the base branch are gone, from ${tags[0]} to ${tags.at(-1)}; production has run them`;
  const place = tags.length === 1 ? 'its place' : 'their place';
  const back = `Put ${mergeBase.directory} back as it is on the base branch, and write what is new as one more migration.`;
  const newest = newestOf(base.migrations);
  const [first] = replacing;
  const runs = replacing.find((migration) => whenOf(migration) > whenOf(newest));
  const common = {
    kind: 'migration-removed' as const,
    object: mergeBase.directory,
    file: head.journal === null ? head.directory : head.journalFile,
    line: first?.entry?.line ?? null,
    atBase: false,
    evidence: {
      removed: tags.length,
      of: mergeBase.migrations.length,
      tags: tags.join(', '),
      replacedBy: first?.tag ?? null,
    },
  };
  if (first?.entry == null) return { ...common, what: gone, remedy: back };
  const oldest = Math.min(...base.migrations.map(whenOf));
  const apart = `To squash them all the same, do it in a pull request with nothing else in it, with a "when" of ${oldest} or less: production then skips ${first.tag}, and only new databases run it.`;
  if (runs === undefined) {
    return {
      ...common,
      what: `${gone}. ${first.tag} takes ${place}, stamped ${moment(first.entry.when)}: production skips it and new databases run it, so that the two are alike only if it makes exactly what they made`,
      remedy: `${back} ${apart}`,
    };
  }
  return {
    ...common,
    what: `${gone}. ${runs.tag} takes ${place}, stamped ${moment(whenOf(runs))}, after all that production has run: production runs it too, and it fails there on the first thing that exists`,
    remedy: `${back} ${apart}`,
  };
}
