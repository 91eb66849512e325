/** Compares the Supabase CLI's files of three commits: what is new, and what would make `supabase db push` refuse. */
import type { DeployCommand } from '../deploy-commands.ts';
import { changeOf } from '../edited.ts';
import type { StoredMigration } from '../folder.ts';
import type { HistoryProblem } from '../history.ts';
import { readCliName } from './files.ts';

/** A migration as the CLI sees it. */
export interface CliMigration extends StoredMigration {
  readonly version: string;
}

export interface CliFolder {
  readonly directory: string;
  /** By version, as the CLI runs them. */
  readonly migrations: readonly CliMigration[];
  /** SQL files that it does not run, with the reason. */
  readonly passedOver: readonly { readonly file: string; readonly why: string }[];
}

export interface CliFolders {
  readonly mergeBase: CliFolder;
  readonly base: CliFolder;
  readonly head: CliFolder;
}

export interface Comparison {
  /** Without the second files of a version, which never ran. */
  readonly base: readonly CliMigration[];
  readonly new: readonly CliMigration[];
  readonly outOfOrder: readonly string[];
  readonly problems: readonly HistoryProblem[];
}

/** `includingAll`: how the repository deploys with `--include-all`; null: it does not. */
export async function compareCliFolders(
  folders: CliFolders,
  includingAll: DeployCommand | null,
): Promise<Comparison> {
  const { mergeBase, base, head } = folders;
  const known = new Set([...versionsOf(mergeBase), ...versionsOf(base)]);
  const removed = removals(folders);
  const renamed = new Set(removed.flatMap(({ renamedTo }) => renamedTo?.tag ?? []));
  const twice = duplicates(head, base);
  const fresh = head.migrations.filter(
    (migration) => !known.has(migration.version) && !renamed.has(migration.tag) && !twice.includes(migration),
  );
  const newest = base.migrations.at(-1) ?? null;
  const late = fresh.filter(({ version }) => newest !== null && version < newest.version);
  return {
    base: [...byVersion(base).values()],
    new: fresh,
    outOfOrder: includingAll === null ? [] : late.map(({ tag }) => tag),
    problems: [
      ...duplicateProblems(folders, twice, new Set(duplicates(base, base).map(({ tag }) => tag))),
      ...removedProblems(folders, removed),
      ...(await editedProblems(folders)),
      ...late.map((migration) => lateProblem(migration, newest, includingAll)),
      ...passedOverProblems(folders),
    ],
  };
}

function versionsOf({ migrations }: CliFolder): string[] {
  return migrations.map(({ version }) => version);
}

/** Of several with one version: the one that has run, else the first. */
function byVersion({ migrations }: CliFolder, ran: CliFolder | null = null): Map<string, CliMigration> {
  const hasRun = new Set(ran?.migrations.map(({ tag }) => tag));
  const first = new Map<string, CliMigration>();
  for (const migration of migrations) {
    const { version, tag } = migration;
    if (!first.has(version) || (hasRun.has(tag) && !hasRun.has(first.get(version)?.tag ?? ''))) {
      first.set(version, migration);
    }
  }
  return first;
}

/** Every file whose version another one has: the version is the primary key of the CLI's table. */
function duplicates(folder: CliFolder, ran: CliFolder): readonly CliMigration[] {
  const first = byVersion(folder, ran);
  return folder.migrations.filter((migration) => first.get(migration.version) !== migration);
}

function duplicateProblems(
  { base, head }: CliFolders,
  twice: readonly CliMigration[],
  standing: ReadonlySet<string>,
): HistoryProblem[] {
  const first = byVersion(head, base);
  return twice.map(({ tag, file, version }) => ({
    kind: 'migration-out-of-order' as const,
    severity: 'error' as const,
    object: tag,
    file,
    line: null,
    atBase: standing.has(tag),
    what: `${tag} and ${first.get(version)?.tag} both have the version ${version}, which is the primary key of supabase_migrations.schema_migrations; \`supabase db push\` stops at the second with 23505, on every deploy`,
    remedy: renameTo(file),
    evidence: { version, first: first.get(version)?.tag ?? null },
  }));
}

interface Removal {
  readonly migration: CliMigration;
  readonly renamedTo: CliMigration | null;
}

/** By version: another name behind the same digits is nothing to the CLI. */
function removals({ mergeBase, base, head }: CliFolders): Removal[] {
  const [before, atBase, atHead] = [byVersion(mergeBase), byVersion(base), byVersion(head)];
  const brought = head.migrations.filter(({ version }) => !before.has(version) && !atBase.has(version));
  return [...before.values()]
    .filter(({ version }) => atBase.has(version) && !atHead.has(version))
    .map((migration) => ({
      migration,
      renamedTo: brought.find(({ sha256 }) => sha256 === migration.sha256) ?? null,
    }));
}

const refuses =
  '`supabase db push` refuses to deploy anything ("Remote migration versions not found in local migrations directory")';

function removedProblems({ mergeBase, head }: CliFolders, removed: readonly Removal[]): HistoryProblem[] {
  const [first] = removed;
  if (first === undefined) return [];
  const common = { kind: 'migration-removed' as const, atBase: false };
  const gone = removed.filter(({ renamedTo }) => renamedTo === null);
  const renamed = removed.flatMap(({ migration, renamedTo }) =>
    renamedTo === null
      ? []
      : [
          {
            ...common,
            object: migration.tag,
            file: renamedTo.file,
            line: 1,
            what: `${migration.tag} of the base branch has another version now (${renamedTo.tag}); production has recorded ${migration.version}, and ${refuses}`,
            remedy: `Call it ${migration.file} again.`,
            evidence: { renamedTo: renamedTo.tag },
          },
        ],
  );
  const [one] = gone;
  if (one === undefined) return renamed;
  const many = gone.length > 1;
  const tags = gone.map(({ migration }) => migration.tag);
  const versions = gone.map(({ migration }) => migration.version);
  return [
    ...renamed,
    {
      ...common,
      object: many ? head.directory : one.migration.tag,
      file: head.directory,
      line: null,
      what: `${many ? `${gone.length} migrations of the base branch are gone, from ${tags[0]} to ${tags.at(-1)}` : `${tags[0]} of the base branch is gone`}; production has recorded ${many ? 'them' : 'it'}, and ${refuses}`,
      remedy: `Put ${many ? 'them' : one.migration.file} back, and undo what ${many ? 'they' : 'it'} did in a new migration. A squash on purpose also needs \`supabase migration repair --status reverted ${versions.length > 3 ? `${versions[0]} …` : versions.join(' ')}\` on every database.`,
      evidence: many
        ? { removed: gone.length, of: mergeBase.migrations.length, tags: tags.join(', ') }
        : { renamedTo: null },
    },
  ];
}

/** The CLI compares versions only. Comments and white space change nothing anywhere. */
async function editedProblems({ mergeBase, base, head }: CliFolders): Promise<HistoryProblem[]> {
  const [before, atBase] = [byVersion(mergeBase), byVersion(base)];
  const problems: HistoryProblem[] = [];
  for (const [version, after] of byVersion(head, base)) {
    const landed = atBase.get(version);
    const old = before.get(version) ?? landed;
    if (old === undefined || old.sha256 === after.sha256 || landed?.sha256 === after.sha256) continue;
    const { line, isCosmetic } = await changeOf(old, after);
    if (isCosmetic) continue;
    const isOther = !before.has(version);
    problems.push({
      kind: 'migration-edited',
      object: isOther ? version : after.tag,
      file: after.file,
      line,
      atBase: false,
      what: isOther
        ? `${old.tag} has landed on the base branch with the version ${version} since this branch left it; production has run that one, and \`supabase db push\` takes ${after.tag} for done`
        : `${after.tag} was changed after it was merged; production has run the old text, and \`supabase db push\` compares nothing but the version ${version}`,
      remedy: isOther
        ? renameTo(after.file)
        : `Put ${after.file} back as it is on the base branch, and write the change as a new migration (\`supabase migration new <name>\`).`,
      evidence: {
        version,
        baseSha256: old.sha256,
        headSha256: after.sha256,
        ...(isOther ? { isOther: 1 } : {}),
      },
    });
  }
  return problems;
}

function lateProblem(
  { tag, file, version }: CliMigration,
  newest: CliMigration | null,
  includingAll: DeployCommand | null,
): HistoryProblem {
  const sorts = `${tag} sorts before ${newest?.tag} of the base branch`;
  const what =
    includingAll === null
      ? `${sorts}; \`supabase db push\` refuses to deploy anything ("Found local migration files to be inserted before the last migration on remote database")`
      : `${sorts}; ${includingAll.file}:${includingAll.line} deploys with --include-all, so production runs it after ${newest?.tag}, and every database made anew before`;
  return {
    kind: 'migration-out-of-order',
    severity: includingAll === null ? 'error' : 'warning',
    object: tag,
    file,
    line: null,
    atBase: false,
    what,
    remedy: `${renameTo(file)}${isNumber(version, newest) ? " drizzle-kit names files that way with `migrations: { prefix: 'supabase' }` in its config." : ''}${includingAll === null ? ` Only if it may run after ${newest?.tag}: deploy with \`supabase db push --include-all\`.` : ''}`,
    evidence: { version, newest: newest?.version ?? null },
  };
}

/** `0030` among moments: what drizzle-kit writes unless it is told otherwise. */
function isNumber(version: string, newest: CliMigration | null): boolean {
  return version.length < 8 && newest?.version.length === 14;
}

function passedOverProblems({ base, head }: CliFolders): HistoryProblem[] {
  const standing = new Set(base.passedOver.map(({ file }) => file));
  return head.passedOver.map(({ file, why }) => ({
    kind: 'migration-unlisted' as const,
    object: file,
    file,
    line: null,
    atBase: standing.has(file),
    what: `${file} ${why}; the Supabase CLI passes it over with a message, and deploys without it`,
    remedy: `Make it a migration with \`supabase migration new <name>\` and move the SQL there, or move the file out of ${head.directory}.`,
    evidence: { applier: 'supabase' },
  }));
}

function renameTo(file: string): string {
  const directory = file.slice(0, file.lastIndexOf('/') + 1);
  const name = readCliName(file)?.name ?? '';
  return `Give it a version of now: \`git mv ${file} ${directory}$(date -u +%Y%m%d%H%M%S)_${name}.sql\`.`;
}
