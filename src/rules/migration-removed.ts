/** migration-removed: a migration that production has run is gone from the history. */
import { historyRule } from './history-problem.ts';

export const migrationRemoved = historyRule(
  {
    id: 'migration-removed',
    title: 'A migration that already ran is gone',
    category: 'history',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      'A migration present at the base commit has no entry, no file or another tag at the head commit. With Drizzle 1.0: its folder is gone, renamed, without `migration.sql`, or replaced by what `drizzle-kit generate --fix-conflicts` wrote; or `drizzle-kit up` has run, and no folder has its second or its bytes. All that are removed together are one finding.',
    effect:
      'Production keeps what the migration did, and no new database gets it. A regenerated first migration fails in production, because its tables exist.',
    remedy:
      'Put the migration back. To undo what it did, write a new one; to squash a history, do it in a release of its own, with the migrations table of every database brought in line by hand.',
    silentWhen:
      'The whole folder was moved, and nothing in it changed. `drizzle-kit up` has made a folder of Drizzle 1.0 of each entry.',
  },
  {
    title: ({ object, evidence }) =>
      typeof evidence.removed === 'number'
        ? evidence.removed === 1
          ? `The migration of ${object} that production has run is gone`
          : `${evidence.removed === evidence.of ? 'All ' : ''}${evidence.removed} migrations of ${object} that production has run are gone`
        : `${object} already ran in production and is ${evidence.renamedTo == null ? 'gone' : `renamed to ${evidence.renamedTo}`}`,
    titleOfMany: (tags, n, problems) =>
      problems.every(({ evidence }) => evidence.renamedTo != null)
        ? `${n} migrations that already ran in production have other names: ${tags}`
        : `${n} migrations that already ran in production are gone: ${tags}`,
    effect: 'Production keeps what was done, and databases made from now on would differ from it.',
    oneAct: true,
  },
);
