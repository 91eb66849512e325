/** The stamps (`when`) of new journal entries: against the base branch's, against each other, and against the clock. */
import type { Folder, StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';

/** Clocks differ by hours and time zones by less than a day; a stamp beyond that was written by hand. */
const day = 86_400_000;

export interface NewEntries {
  readonly base: Folder;
  readonly head: Folder;
  /** Entries that production would run, in the journal's order, and those that it would not. */
  readonly new: readonly StoredMigration[];
  readonly skipped: readonly StoredMigration[];
  /** When the head commit was made. */
  readonly headTime: number;
}

/** The migration whose `when` production compares with: the highest of the base branch. */
export function newestOf(migrations: readonly StoredMigration[]): StoredMigration | null {
  let newest: StoredMigration | null = null;
  for (const migration of migrations) {
    if (whenOf(migration) > whenOf(newest)) newest = migration;
  }
  return newest;
}

export function whenOf(migration: StoredMigration | null): number {
  return migration?.entry?.when ?? Number.NEGATIVE_INFINITY;
}

/** Drizzle runs an entry when its `when` is greater than the newest recorded one; equal is not greater. */
export function isTooOld(migration: StoredMigration, newest: StoredMigration | null): boolean {
  return migration.entry !== null && newest !== null && migration.entry.when <= whenOf(newest);
}

/** A journal's `when` as people read it; numbers that are no date stay numbers. */
export function moment(when: number): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? String(when) : `${when} (${date.toISOString()})`;
}

export function stampProblems(entries: NewEntries): HistoryProblem[] {
  return [
    ...entries.skipped.flatMap((late) => skippedProblem(entries, late) ?? []),
    ...overtakenProblems(entries),
    ...aheadProblems(entries),
  ];
}

function skippedProblem(entries: NewEntries, late: StoredMigration): HistoryProblem | null {
  const newest = newestOf(entries.base.migrations);
  if (late.entry === null || newest?.entry == null) return null;
  const { tag, when, line } = late.entry;
  const above = newest.entry.when;
  return {
    kind: 'migration-skipped',
    object: tag,
    file: entries.head.journalFile,
    line,
    atBase: false,
    what: `${tag} is stamped ${moment(when)}, not after ${newest.tag} of the base branch, stamped ${moment(above)}; Drizzle will never run it in production, and says nothing`,
    remedy: remedyOf(entries, late, newest, above),
    evidence: { when, newestTag: newest.tag, newestWhen: above },
  };
}

function remedyOf(
  { base, head, headTime }: NewEntries,
  late: StoredMigration,
  newest: StoredMigration,
  above: number,
): string {
  if (above > headTime + day) {
    return `Set its "when" in ${head.journalFile} to ${above + 1}. Generating it again would not help: ${newest.tag} is stamped in the future, and until ${dateOf(above)} every new migration is stamped before it.`;
  }
  // The base branch has the file and lost its entry: it is put back, not made.
  if (base.unlisted.some(({ tag }) => tag === late.tag)) {
    return `Put its entry at the end of ${head.journalFile} with a "when" above ${above}, and make sure that its statements do no harm to a database that has run ${late.file} before its entry was lost.`;
  }
  return `Regenerate it on top of the base branch: delete ${late.file} with its snapshot and its journal entry, merge the base branch, and run \`drizzle-kit generate\`. If it is written by hand, set its "when" in ${head.journalFile} above ${above}.`;
}

/**
 * Above the base branch's, and yet not in order: one deploy runs them all, as it compares each with what stood in the
 * migrations table before. A database that has had one of them alone is another matter.
 */
function overtakenProblems({ head, new: migrations, headTime }: NewEntries): HistoryProblem[] {
  const problems: HistoryProblem[] = [];
  let newest: StoredMigration | null = null;
  for (const migration of migrations) {
    const { entry } = migration;
    // One that sticks out into the future is the cause, and told as that.
    if (entry === null || entry.when > headTime + day) continue;
    if (newest?.entry == null || entry.when > newest.entry.when) {
      newest = migration;
      continue;
    }
    const { tag, when, line } = entry;
    problems.push({
      kind: 'migration-skipped',
      severity: 'warning',
      object: tag,
      file: head.journalFile,
      line,
      atBase: false,
      what: `${tag} is stamped ${moment(when)}, not after ${newest.tag}, which is new too and stands before it, stamped ${moment(newest.entry.when)}; one deploy runs both, but a database that has run ${newest.tag} alone (a preview, a colleague's) will never run ${tag}`,
      remedy: `Set the "when" of ${tag} in ${head.journalFile} above ${newest.entry.when} before it is merged.`,
      evidence: { when, newestTag: newest.tag, newestWhen: newest.entry.when },
    });
  }
  return problems;
}

function aheadProblems(entries: NewEntries): HistoryProblem[] {
  const { base, head, headTime, skipped } = entries;
  const ceiling = newestOf(base.migrations);
  const baseLead = whenOf(ceiling) - headTime;
  const ahead = entries.new.filter((migration) => whenOf(migration) > headTime + day);
  const top = newestOf(ahead);
  if (top?.entry == null) {
    if (ceiling?.entry == null || baseLead <= day || skipped.length > 0) return [];
    return [standing(head, ceiling, ceiling.entry.when)];
  }
  const { tag, when, whenLine } = top.entry;
  const common = {
    kind: 'migration-stamped-ahead' as const,
    object: tag,
    file: head.journalFile,
    line: whenLine,
    atBase: false,
    evidence: { when, headTime, days: Math.floor((when - headTime) / day), entries: ahead.length },
  };
  const others = ahead.length === 1 ? '' : ` (${ahead.length} new entries are stamped ahead)`;
  const found = `${tag} is stamped ${moment(when)}, ${Math.floor((when - headTime) / day)} days after the commit was made${others}`;
  // Production's own stamps are ahead, so that a new one has to be, to run at all.
  if (baseLead > day && when - whenOf(ceiling) <= baseLead) {
    return [
      {
        ...common,
        severity: 'warning',
        what: `${found}, as ${ceiling?.tag} of the base branch is; until ${dateOf(when)} Drizzle skips every migration that is stamped with the time it was generated`,
        remedy: `Give each new entry in ${head.journalFile} a "when" just above the one before it until ${dateOf(when)} has passed.`,
      },
    ];
  }
  const lowest = Math.max(headTime, whenOf(ceiling) + 1);
  const remedy =
    ahead.length === 1
      ? `Set its "when" in ${head.journalFile} to the time it was made, ${lowest} for one.`
      : `Set the "when" of each in ${head.journalFile} to the time it was made, from ${lowest} on for one, in their order.`;
  return [
    {
      ...common,
      // All of them keep one order of their own.
      ...(ahead.length > 1 && ahead.length === entries.new.length ? { severity: 'warning' as const } : {}),
      what: `${found}; once production has run it, Drizzle skips every migration that is generated before ${dateOf(when)}, and says nothing`,
      remedy,
    },
  ];
}

/** Nothing of this pull request, but whoever adds the next migration has to know. */
function standing(head: Folder, ceiling: StoredMigration, when: number): HistoryProblem {
  return {
    kind: 'migration-stamped-ahead',
    severity: 'warning',
    object: ceiling.tag,
    file: head.journalFile,
    line: head.migrations.find(({ tag }) => tag === ceiling.tag)?.entry?.whenLine ?? null,
    atBase: true,
    what: `${ceiling.tag} is stamped ${moment(when)}; until then Drizzle skips every migration that is stamped with the time it was generated`,
    remedy: `Give each new entry in ${head.journalFile} a "when" above ${when} until then.`,
    evidence: { when },
  };
}

function dateOf(when: number): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? `the moment ${when}` : date.toISOString().slice(0, 10);
}
