/** Compares the migrations folders of three commits: what is new, what would be skipped, what was broken. */
import { collidedProblem, editedProblem, restampedProblem } from '../edited.ts';
import type { Folder, StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import type { Journal } from './journal.ts';
import { collision, sharedNumbers } from './numbers.ts';
import { byTag, type Folders, type Removal, removals, removedProblems, replacements } from './removed.ts';
import { isTooOld, newestOf, stampProblems, whenOf } from './stamps.ts';

export interface Comparison {
  /** In the order production runs them. */
  readonly new: readonly StoredMigration[];
  readonly skipped: readonly StoredMigration[];
  /** Tags of new entries that stand before one of base in the journal: a fresh database runs them in between. */
  readonly outOfOrder: readonly string[];
  /** Where there are such: all tags in the order of a fresh database. */
  readonly journalOrder?: readonly string[];
  readonly problems: readonly HistoryProblem[];
}

/** `headTime`: when the head commit was made, in milliseconds. */
export async function compareFolders(folders: Folders, headTime: number): Promise<Comparison> {
  const { mergeBase, base, head } = folders;
  const before = byTag(mergeBase);
  const atBase = byTag(base);
  const removed = removals(folders);
  const newest = newestOf(base.migrations);
  const fresh = head.migrations.filter(({ tag }) => !before.has(tag) && !atBase.has(tag));
  const tooOld = fresh.filter((migration) => isTooOld(migration, newest));
  const pending = fresh.filter((migration) => !tooOld.includes(migration));
  // Told already: the new name of an old migration, and what a squash puts in the place of the old ones.
  const told = new Set([
    ...removed.flatMap(({ renamedTo }) => renamedTo?.tag ?? []),
    ...replacements(folders, removed).map(({ tag }) => tag),
  ]);
  const stamped = tooOld.filter(({ tag }) => !told.has(tag));
  return {
    new: pending,
    skipped: tooOld.filter(({ tag }) => !removed.some(({ renamedTo }) => renamedTo?.tag === tag)),
    ...orderOf(folders, pending, atBase),
    problems: [
      ...journalProblems(folders, removed),
      ...sharedNumbers(folders),
      ...collision(folders, pending),
      ...(await editedProblems(folders)),
      ...reorderedProblems(folders),
      ...removedProblems(folders, removed),
      ...stampProblems({ base, head, new: pending, skipped: stamped, headTime }),
      ...unlistedProblems(folders, removed),
    ],
  };
}

function orderOf(
  { base, head }: Folders,
  pending: readonly StoredMigration[],
  atBase: ReadonlyMap<string, StoredMigration>,
): Pick<Comparison, 'outOfOrder' | 'journalOrder'> {
  const last = head.migrations.findLastIndex(({ tag }) => atBase.has(tag));
  const early = head.migrations.slice(0, Math.max(last, 0)).filter((each) => pending.includes(each));
  if (head.journal === null || early.length === 0) return { outOfOrder: [] };
  const order = head.migrations.map(({ tag }) => tag);
  // What has landed since stands behind what it stands behind on the base branch.
  base.migrations.forEach(({ tag }, index) => {
    if (order.includes(tag)) return;
    order.splice(order.indexOf(base.migrations[index - 1]?.tag ?? '') + 1, 0, tag);
  });
  return { outOfOrder: early.map(({ tag }) => tag), journalOrder: order };
}

async function editedProblems({ mergeBase, base, head }: Folders): Promise<HistoryProblem[]> {
  const before = byTag(mergeBase);
  const atBase = byTag(base);
  const problems: HistoryProblem[] = [];
  for (const after of head.migrations) {
    const landed = atBase.get(after.tag);
    const old = before.get(after.tag) ?? landed;
    if (old === undefined) continue;
    // The base branch made the same edit, or the branch is behind it.
    if (old.sha256 !== after.sha256 && landed?.sha256 !== after.sha256) {
      problems.push(before.has(after.tag) ? await editedProblem(old, after) : collidedProblem(old, after));
      if (!before.has(after.tag)) continue;
    }
    const whens = [old.entry?.when, landed?.entry?.when];
    if (!whens.includes(after.entry?.when)) {
      const before = overtaker(base.migrations, after.tag);
      const ceiling = newestOf(base.migrations);
      problems.push(restampedProblem({ old, after, before, ceiling, journalFile: head.journalFile }));
    }
  }
  return problems;
}

/** What stands before it on the base branch and is stamped no earlier: deployed apart, production never ran it. */
function overtaker(migrations: readonly StoredMigration[], tag: string): StoredMigration | null {
  const at = migrations.findIndex((migration) => migration.tag === tag);
  const newest = newestOf(migrations.slice(0, Math.max(at, 0)));
  return newest !== null && whenOf(newest) >= whenOf(migrations[at] ?? null) ? newest : null;
}

/** Production ran them in base's order; a new database runs them in head's. */
function reorderedProblems({ base, head }: Folders): HistoryProblem[] {
  if (head.journal === null || !('entries' in head.journal)) return [];
  // Moved together with their numbers, they are told as that.
  if (head.journal.mistakes.some(({ code }) => code === 'idx-order')) return [];
  const place = new Map(base.migrations.map(({ tag }, index) => [tag, index]));
  let furthest: StoredMigration | null = null;
  for (const migration of head.migrations) {
    const at = place.get(migration.tag);
    if (at === undefined) continue;
    if (furthest === null || at > (place.get(furthest.tag) ?? -1)) {
      furthest = migration;
      continue;
    }
    return [
      {
        kind: 'journal-broken',
        severity: 'warning',
        title: `${migration.tag} stands behind ${furthest.tag}, and on the base branch before it`,
        object: migration.tag,
        file: head.journalFile,
        line: migration.entry?.line ?? null,
        atBase: false,
        what: `${migration.tag} stands behind ${furthest.tag} in ${head.journalFile}, and on the base branch before it; production has run them in that order, and a new database would run them in this one`,
        remedy: `Put the entries of ${head.journalFile} back in the order of the base branch.`,
        evidence: { before: furthest.tag },
      },
    ];
  }
  return [];
}

function journalProblems({ mergeBase, base, head }: Folders, removed: readonly Removal[]): HistoryProblem[] {
  const standing = new Set([...mistakesOf(mergeBase), ...mistakesOf(base)].map(({ key }) => key));
  // An old migration that has lost its file is told as removed.
  const told = new Set(removed.map(({ migration }) => `file ${migration.tag}`));
  return mistakesOf(head)
    .filter(({ key }) => !told.has(key))
    .map(({ key, problem }) => ({ ...problem, atBase: standing.has(key) }));
}

function mistakesOf(folder: Folder): { key: string; problem: HistoryProblem }[] {
  const journal: Journal | null =
    folder.journal !== null && 'entries' in folder.journal ? folder.journal : null;
  const common = { kind: 'journal-broken' as const, file: folder.journalFile, atBase: false, evidence: {} };
  const mistakes = (journal?.mistakes ?? []).map(({ code, object, line, what, remedy }) => ({
    key: `${code} ${object}`,
    problem: { ...common, object, line, what, remedy },
  }));
  const missing = folder.withoutFile.map(({ tag, line }) => ({
    key: `file ${tag}`,
    problem: {
      ...common,
      object: tag,
      line,
      what: `${tag} has no file ${tag}.sql in ${folder.directory}; Drizzle's migrator stops with an error at it`,
      remedy: `Commit ${folder.directory}/${tag}.sql, or delete the entry if ${tag} never ran anywhere.`,
    },
  }));
  return [...mistakes, ...missing];
}

function unlistedProblems({ base, head }: Folders, removed: readonly Removal[]): HistoryProblem[] {
  const standing = new Set(base.unlisted.map(({ tag }) => tag));
  // Already told: the file of an entry of base that is gone or damaged, and the new name of one.
  const told = new Set([
    ...removed.flatMap(({ renamedTo }) => renamedTo?.tag ?? []),
    ...base.migrations.map(({ tag }) => tag),
  ]);
  const unlisted = head.unlisted.filter(({ tag }) => !told.has(tag));
  const fresh = unlisted.filter(({ tag }) => !standing.has(tag));
  // An entry has lost its tag, and this is the file that it means.
  const isMeant = fresh.length === 1 && tagless(head) > tagless(base);
  return unlisted
    .filter((each) => !(isMeant && fresh.includes(each)))
    .map(({ tag, file }) => ({
      kind: 'migration-unlisted' as const,
      object: file,
      file,
      line: null,
      atBase: standing.has(tag),
      what: `${file} is not in ${head.journalFile}, so Drizzle will never run it`,
      remedy: `Make it a migration with \`drizzle-kit generate --custom\` and move the SQL there, or move the file out of ${head.directory}.`,
      evidence: { tag },
    }));
}

function tagless({ journal }: Folder): number {
  const mistakes = journal !== null && 'entries' in journal ? journal.mistakes : [];
  return mistakes.filter(({ code }) => code === 'tag-missing').length;
}
