/** Numbers that two migrations share: in one journal, or in two branches that have not met yet. */
import type { Folder, StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import { byTag, type Folders } from './removed.ts';

/**
 * The number that drizzle-kit gives with `prefix: index`, as it is written; null for the other prefixes: `timestamp`
 * and `supabase` (14 digits), `unix` (10) and `none` tell a time or nothing.
 */
export function numberOf(tag: string): string | null {
  return /^(\d{4,5})_/.exec(tag)?.[1] ?? null;
}

/** What stands before the first `_`: snapshots are named by it. */
export function prefixOf(tag: string): string {
  return tag.split('_', 1)[0] ?? '';
}

/**
 * Two tags of one number in head's journal. Drizzle's migrator does not mind, and runs both; drizzle-kit has one
 * snapshot for a number, and the second of the two has overwritten the first.
 */
export function sharedNumbers({ mergeBase, base, head }: Folders): HistoryProblem[] {
  const before = new Set([...pairsIn(mergeBase), ...pairsIn(base)].map(({ key }) => key));
  return pairsIn(head).map(({ key, first, second, number }) => ({
    kind: 'journal-broken' as const,
    ...(hasSnapshots(head) ? {} : { severity: 'warning' as const }),
    title: `${first.tag} and ${second.tag} share the number ${number}`,
    object: second.tag,
    file: head.journalFile,
    line: second.entry?.line ?? null,
    atBase: before.has(key),
    what: `${first.tag} and ${second.tag} share the number ${number}; drizzle-kit keeps one ${number}_snapshot.json for both, so that the snapshot of one of them is lost`,
    remedy: `Regenerate ${second.tag} under a number of its own: delete ${second.file}, its journal entry and ${head.directory}/meta/${number}_snapshot.json, put the snapshot of ${first.tag} back, and run \`drizzle-kit generate\`.`,
    evidence: { number, other: first.tag },
  }));
}

interface Pair {
  readonly key: string;
  readonly number: string;
  readonly first: StoredMigration;
  readonly second: StoredMigration;
}

function pairsIn(folder: Folder): Pair[] {
  const seen = new Map<string, StoredMigration>();
  const told = new Set(
    folder.journal !== null && 'entries' in folder.journal
      ? folder.journal.mistakes.flatMap(({ code, object }) => (code === 'idx-twice' ? object : []))
      : [],
  );
  return folder.migrations.flatMap((second) => {
    const number = second.entry === null ? null : numberOf(second.tag);
    if (number === null) return [];
    const first = seen.get(number);
    if (first === undefined) {
      seen.set(number, second);
      return [];
    }
    // Two of one `idx` are told as that.
    return told.has(second.tag) ? [] : [{ key: `${first.tag} ${second.tag}`, number, first, second }];
  });
}

/**
 * What this branch and the base branch have numbered alike since they parted. Neither journal shows it; the merge
 * does, as a conflict that is easily resolved by keeping both.
 */
export function collision(
  { mergeBase, base, head }: Folders,
  fresh: readonly StoredMigration[],
): HistoryProblem[] {
  const before = byTag(mergeBase);
  const landed = base.migrations.filter(({ tag, entry }) => entry !== null && !before.has(tag));
  for (const mine of fresh) {
    const theirs = landed.find((each) => isAlike(mine, each));
    if (theirs === undefined || mine.entry === null) continue;
    const number = numberOf(mine.tag);
    const isNumber = number !== null && number === numberOf(theirs.tag);
    const both = isNumber ? `the number ${number}` : `"idx": ${mine.entry.idx}`;
    const snapshot = `${head.directory}/meta/${prefixOf(mine.tag)}_snapshot.json`;
    const files = isNumber && hasSnapshots(head) ? `${head.journalFile} and ${snapshot}` : head.journalFile;
    return [
      {
        kind: 'journal-broken',
        object: mine.tag,
        file: head.journalFile,
        line: mine.entry.line,
        atBase: false,
        what: `${mine.tag} has ${both}, and so has ${theirs.tag}, which has landed on the base branch since this branch left it; the merge conflicts in ${files}, and whoever keeps both sides keeps one snapshot that knows nothing of the other migration`,
        remedy: `Merge the base branch with its ${head.journalFile} and its snapshots, delete ${mine.file}, and run \`drizzle-kit generate\` again: that numbers it after ${theirs.tag}.`,
        evidence: { collidesWith: theirs.tag, number: isNumber ? number : mine.entry.idx },
      },
    ];
  }
  return [];
}

function isAlike(mine: StoredMigration, theirs: StoredMigration): boolean {
  const number = numberOf(mine.tag);
  if (number !== null && number === numberOf(theirs.tag)) return true;
  return mine.entry?.idx != null && mine.entry.idx === theirs.entry?.idx;
}

function hasSnapshots(folder: Folder): boolean {
  return (folder.meta ?? []).some(({ path }) => path.endsWith('_snapshot.json'));
}
