/** migration-skipped: a new migration that production would never run. */
import { historyRule } from './history-problem.ts';

export const migrationSkipped = historyRule(
  {
    id: 'migration-skipped',
    title: 'A new migration would never run in production',
    category: 'history',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      "A new journal entry's `when` is older than or equal to the newest `when` of the base history. Drizzle's migrator runs only what is newer than the newest row of its migrations table.",
    effect:
      'The deploy succeeds and says nothing, while the tables and columns the new code needs are missing. A fresh database does not show it: there the migration runs.',
    remedy:
      'Generate the migration again on top of the base branch, so that its `when` is the newest; or raise its `when` in the journal above all others.',
    silentWhen: 'The migrations are applied by another tool than Drizzle, which goes by name.',
  },
  {
    title: ({ object }) => `${object} would never run in production`,
    titleOfMany: (tags, n) => `${n} new migrations would never run in production: ${tags}`,
    effect: 'The deploy would be green, and the code that needs it would meet a database without it.',
  },
);
