/** The pull request that runs `drizzle-kit up`: a journal at base, folders at head. What 1.0 makes of production's old rows. */
import { editedProblem } from '../edited.ts';
import type { Folder, StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { type Comparison, compareMigrationFolders, migrationsIn } from './comparison.ts';
import { stampOf, whenOf } from './folder-name.ts';
import type { MigrationFolders } from './migration-folders.ts';

export interface JournalsAt {
  readonly mergeBase: Folder;
  readonly base: Folder;
}

export interface Upgrade extends Comparison {
  /** Migrations of the base branch that production has run, in its order. */
  readonly ran: readonly StoredMigration[];
}

/** `table`: the migrations table, as people read it. */
export async function compareUpgrade(
  journals: JournalsAt,
  head: MigrationFolders,
  table: string,
): Promise<Upgrade> {
  const { ran, late } = recorded(journals.base);
  const { matched, unmatched } = match(ran, head);
  const known = new Set([...matched.values()].map(({ tag }) => tag));
  const kept: MigrationFolders = {
    ...head,
    journalFile: null,
    loose: [],
    folders: head.folders.filter(({ name }) => known.has(name)),
  };
  const compared = await compareMigrationFolders({ mergeBase: kept, base: kept, head });
  const again = lateFolders(late, compared.new);
  return {
    ...compared,
    ran,
    problems: [
      ...compared.problems.map((problem) => ({ ...problem, atBase: false })),
      ...unmatched.map((migration) => unmatchedProblem(journals, migration, head)),
      ...(await changedProblems(matched)),
      ...again.map(([migration, folder]) => lateProblem(journals.base, migration, folder, table)),
    ],
  };
}

/**
 * What 0.x has a row of. An entry that is older than one before it was skipped, if it was deployed later: nobody can
 * tell from the files, and 1.0 runs it at its first deploy if it was.
 */
function recorded({ migrations }: Folder): { ran: StoredMigration[]; late: StoredMigration[] } {
  const ran: StoredMigration[] = [];
  const late: StoredMigration[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  for (const migration of migrations) {
    const when = migration.entry?.when ?? Number.NEGATIVE_INFINITY;
    (when > newest ? ran : late).push(migration);
    newest = Math.max(newest, when);
  }
  return { ran, late };
}

/** As drizzle-orm 1.0's `upgradeIfNeeded`: by the second of the row; where several folders have it, by the hash. */
function match(rows: readonly StoredMigration[], head: MigrationFolders) {
  const folders = migrationsIn(head);
  const matched = new Map<StoredMigration, StoredMigration>();
  const unmatched: StoredMigration[] = [];
  for (const row of rows) {
    const second = secondOf(row.entry);
    const candidates = folders.filter(({ tag }) => whenOf(tag) === second);
    const [only] = candidates;
    const found =
      candidates.length === 1
        ? only
        : (candidates.length === 0 ? folders : candidates).find(({ sha256 }) => sha256 === row.sha256);
    if (found === undefined) unmatched.push(row);
    else matched.set(row, found);
  }
  return { matched, unmatched };
}

function secondOf(entry: JournalEntry | null): number | null {
  return entry === null ? null : Math.floor(entry.when / 1000) * 1000;
}

function lateFolders(
  late: readonly StoredMigration[],
  fresh: readonly StoredMigration[],
): (readonly [StoredMigration, StoredMigration])[] {
  return late.flatMap((migration) => {
    // `drizzle-kit up` refuses stamps that go back, so that one may have been set anew for it.
    const folder =
      fresh.find(({ tag }) => whenOf(tag) === secondOf(migration.entry)) ??
      fresh.find(({ sha256 }) => sha256 === migration.sha256);
    return folder === undefined ? [] : [[migration, folder] as const];
  });
}

/** drizzle-orm 1.0 throws before it runs anything: a row without a folder. */
function unmatchedProblem(
  { mergeBase }: JournalsAt,
  { tag, file, entry }: StoredMigration,
  head: MigrationFolders,
): HistoryProblem {
  const hasLanded = !mergeBase.migrations.some((migration) => migration.tag === tag);
  const folder = `${head.directory}/${stampOf(entry?.when ?? 0)}_${tag.split('_').slice(1).join('_')}`;
  const since = hasLanded ? ', since this branch left it,' : '';
  return {
    kind: 'migration-removed',
    object: tag,
    file,
    line: null,
    atBase: false,
    what: `${tag} of the base branch${since} has no folder in ${head.directory} that its row fits, by the second or by its bytes; at its first deploy drizzle-orm 1.0 knows no migration for that row, and throws`,
    remedy: hasLanded
      ? `Merge the base branch, take its ${head.directory} as it is, run \`drizzle-kit up\` again, and generate your own migration on top.`
      : `Put it back as ${folder}/migration.sql, byte for byte; \`drizzle-kit up\` on the base branch's ${head.directory} does that.`,
    evidence: { renamedTo: null, when: entry?.when ?? null },
  };
}

async function changedProblems(
  matched: ReadonlyMap<StoredMigration, StoredMigration>,
): Promise<HistoryProblem[]> {
  const changed = [...matched].filter(([row, folder]) => row.sha256 !== folder.sha256);
  return await Promise.all(
    changed.map(async ([row, folder]) => ({
      ...(await editedProblem(row, folder)),
      remedy: `Copy ${row.file} of the base branch to ${folder.file} as it is, and write the change as a new migration.`,
    })),
  );
}

function lateProblem(
  base: Folder,
  migration: StoredMigration,
  folder: StoredMigration,
  table: string,
): HistoryProblem {
  const at = base.migrations.indexOf(migration);
  const before = base.migrations
    .slice(0, at)
    .reduce((newest, each) => ((each.entry?.when ?? 0) > (newest.entry?.when ?? 0) ? each : newest));
  return {
    kind: 'migration-out-of-order',
    severity: 'warning',
    title: `${folder.tag}, which drizzle-kit 0.x may have skipped, runs at the first deploy with Drizzle 1.0`,
    object: folder.tag,
    file: folder.file,
    line: 1,
    atBase: false,
    what: `${migration.tag} is stamped ${migration.entry?.when}, before ${before.tag}, which stands before it in the journal; unless one deploy ran both, drizzle-kit 0.x has skipped it in production, and the first deploy with Drizzle 1.0, which goes by names, runs it now`,
    remedy: `Look into ${table} of production before that deploy: with a row whose created_at is ${migration.entry?.when} nothing happens; without one ${folder.tag} runs after everything else, so make sure that it still fits, or empty its SQL in a pull request of its own.`,
    evidence: { when: migration.entry?.when ?? null, before: before.tag },
  };
}
