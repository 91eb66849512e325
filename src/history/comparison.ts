/** Compares the migrations folders of three commits: what is new, what would be skipped, what was broken. */

import { editedProblem, restampedProblem } from './edited.ts';
import type { Folder, StoredMigration } from './folder.ts';
import type { HistoryProblem } from './history.ts';
import type { Journal } from './journal.ts';
import { byTag, type Folders, type Removal, removals, removedProblems } from './removed.ts';

export interface Comparison {
  readonly new: readonly StoredMigration[];
  readonly skipped: readonly StoredMigration[];
  readonly problems: readonly HistoryProblem[];
}

export async function compareFolders(folders: Folders): Promise<Comparison> {
  const { mergeBase, base, head } = folders;
  const before = byTag(mergeBase);
  const atBase = byTag(base);
  const removed = removals(folders);
  const renamed = new Set(removed.flatMap(({ renamedTo }) => renamedTo?.tag ?? []));
  const newest = newestOf(base);
  const fresh = head.migrations.filter(({ tag }) => !before.has(tag) && !atBase.has(tag));
  const tooOld = fresh.filter((migration) => isTooOld(migration, newest));
  return {
    new: fresh.filter((migration) => !tooOld.includes(migration)),
    skipped: tooOld.filter(({ tag }) => !renamed.has(tag)),
    problems: [
      ...journalProblems(folders),
      ...(await editedProblems(folders)),
      ...removedProblems(folders, removed),
      ...tooOld
        .filter(({ tag }) => !renamed.has(tag))
        .flatMap((late) => skippedProblem(head, late, newest) ?? []),
      ...unlistedProblems(folders, removed),
    ],
  };
}

/** The migration whose `when` production compares with: the highest of the base branch. */
function newestOf(base: Folder): StoredMigration | null {
  let newest: StoredMigration | null = null;
  for (const migration of base.migrations) {
    if (whenOf(migration) > whenOf(newest)) newest = migration;
  }
  return newest;
}

function whenOf(migration: StoredMigration | null): number {
  return migration?.entry?.when ?? Number.NEGATIVE_INFINITY;
}

/** Drizzle runs an entry when its `when` is greater than the newest recorded one; equal is not greater. */
function isTooOld(migration: StoredMigration, newest: StoredMigration | null): boolean {
  return migration.entry !== null && newest !== null && migration.entry.when <= whenOf(newest);
}

function skippedProblem(
  head: Folder,
  late: StoredMigration,
  newest: StoredMigration | null,
): HistoryProblem | null {
  if (late.entry === null || newest?.entry == null) return null;
  const { tag, when, line } = late.entry;
  const above = newest.entry.when;
  return {
    kind: 'migration-skipped',
    object: tag,
    file: head.journalFile,
    line,
    atBase: false,
    what: `${tag} is stamped ${moment(when)}, not after ${newest.tag} of the base branch, stamped ${moment(above)}; Drizzle will never run it in production, and says nothing`,
    remedy: `Regenerate it on top of the base branch: delete ${late.file} with its snapshot and its journal entry, merge the base branch, and run \`drizzle-kit generate\`. If it is written by hand, set its "when" in ${head.journalFile} above ${above}.`,
    evidence: { when, newestTag: newest.tag, newestWhen: above },
  };
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
      problems.push(await editedProblem(old, after));
    }
    const whens = [old.entry?.when, landed?.entry?.when];
    if (!whens.includes(after.entry?.when)) problems.push(restampedProblem(old, after, head.journalFile));
  }
  return problems;
}

function journalProblems({ mergeBase, base, head }: Folders): HistoryProblem[] {
  const standing = new Set([...mistakesOf(mergeBase), ...mistakesOf(base)].map(({ key }) => key));
  return mistakesOf(head).map(({ key, problem }) => ({ ...problem, atBase: standing.has(key) }));
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
  // Already told: the file of a removed entry, or the new name of one.
  const told = new Set(removed.flatMap(({ migration, renamedTo }) => [migration.tag, renamedTo?.tag ?? '']));
  return head.unlisted
    .filter(({ tag }) => !told.has(tag))
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

/** A journal's `when` as people read it; numbers that are no date stay numbers. */
function moment(when: number): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? String(when) : `${when} (${date.toISOString()})`;
}
