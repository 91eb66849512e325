/** Words for a migration whose bytes or stamp changed after production ran it. */
import type { StoredMigration } from './folder.ts';
import type { HistoryProblem } from './history.ts';
import { decode } from './sql-files.ts';
import { readSqlFile } from './statements.ts';

export async function editedProblem(old: StoredMigration, after: StoredMigration): Promise<HistoryProblem> {
  const before = decode(old.file, old.bytes, false);
  const now = decode(after.file, after.bytes, false);
  const change = await kindOfChange(before, now);
  return {
    kind: 'migration-edited',
    object: after.tag,
    file: after.file,
    line: firstDifference(before, now),
    atBase: false,
    what: `${after.tag} was changed after it was merged${change}; production has run the old text and will not run it again`,
    remedy: `Put ${after.file} back as it is on the base branch, and write the change as a new migration (\`drizzle-kit generate --custom\`).`,
    evidence: { baseSha256: old.sha256, headSha256: after.sha256 },
  };
}

/** Where two texts of a migration part, and whether that is all comments and white space. */
export async function changeOf(
  old: StoredMigration,
  after: StoredMigration,
): Promise<{ line: number; isCosmetic: boolean }> {
  const before = decode(old.file, old.bytes, false);
  const now = decode(after.file, after.bytes, false);
  const [was, is] = await Promise.all([statementsOf(before), statementsOf(now)]);
  return { line: firstDifference(before, now), isCosmetic: was === is };
}

/** Two branches gave one name to two migrations; only the base branch's has run. */
export function collidedProblem(landed: StoredMigration, mine: StoredMigration): HistoryProblem {
  return {
    kind: 'migration-edited',
    object: mine.tag,
    file: mine.file,
    line: 1,
    atBase: false,
    what: `another ${mine.tag} has landed on the base branch since this branch left it; production has run that one, and will not run this one under the same name`,
    remedy: `Take the base branch's ${mine.file} and journal entry, and give yours a name of its own: run \`drizzle-kit generate\` again on top of the base branch.`,
    evidence: { baseSha256: landed.sha256, headSha256: mine.sha256, isOther: 1 },
  };
}

interface Restamped {
  readonly old: StoredMigration;
  readonly after: StoredMigration;
  /** What had it skipped on the base branch; null: production has run it. */
  readonly before: StoredMigration | null;
  readonly ceiling: StoredMigration | null;
  readonly journalFile: string;
}

export function restampedProblem({ old, after, before, ceiling, journalFile }: Restamped): HistoryProblem {
  const from = old.entry?.when ?? null;
  const to = after.entry?.when ?? null;
  const common = {
    kind: 'migration-edited' as const,
    object: after.tag,
    file: journalFile,
    line: after.entry?.whenLine ?? null,
    atBase: false,
    evidence: { baseWhen: from, headWhen: to, ...(before === null ? {} : { skippedAfter: before.tag }) },
  };
  const changed = `the "when" of ${after.tag} was changed from ${from} to ${to} after it was merged`;
  if (before === null) {
    return {
      ...common,
      what: `${changed}; production has recorded ${from}, and Drizzle decides by that number what still has to run`,
      remedy: `Set it back to ${from}.`,
    };
  }
  const skipped = `as it was, not after ${before.tag}, production has skipped it, unless one deploy ran both`;
  const above = ceiling?.entry?.when ?? 0;
  if (to === null || to <= above) {
    return {
      ...common,
      what: `${changed}; ${skipped}, and it skips it still, for ${ceiling?.tag} is stamped ${above}`,
      remedy: `Set it above ${above}.`,
    };
  }
  return {
    ...common,
    severity: 'warning',
    what: `${changed}; ${skipped}; the next deploy runs it, a second time where one deploy did`,
    remedy: `Ask production first whether its migrations table has a row with \`created_at = ${from}\`. No row: it was skipped, and this mends it. A row: it has run, so set the "when" back to ${from}.`,
  };
}

/** Says when only the hash changed; Drizzle stores it, and later versions and deploys compare it. */
async function kindOfChange(before: string, now: string): Promise<string> {
  if (before.replaceAll('\r\n', '\n') === now.replaceAll('\r\n', '\n')) {
    return ' (only line endings, but the hash that Drizzle stores changes with them)';
  }
  const [old, after] = await Promise.all([statementsOf(before), statementsOf(now)]);
  return old === after
    ? ' (only comments or white space, but the hash that Drizzle stores changes with them)'
    : '';
}

async function statementsOf(text: string): Promise<string> {
  const { statements } = await readSqlFile('', text, { breakpoints: true });
  return JSON.stringify(statements.map(({ sql }) => sql));
}

/** Line of the new text, counted from 1, where the two part. */
function firstDifference(before: string, now: string): number {
  const old = before.split('\n');
  const lines = now.split('\n');
  const at = lines.findIndex((line, index) => line !== old[index]);
  return at === -1 ? lines.length : at + 1;
}
