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
      "A new journal entry's `when` is older than or equal to the newest `when` of the base history. Drizzle's migrator runs only what is newer than the newest row of its migrations table. As a warning: it is above that, but not above another new entry that stands before it, so that a database which has run that one alone would skip it.",
    effect:
      'The deploy succeeds and says nothing, while the tables and columns the new code needs are missing. A fresh database does not show it: there the migration runs.',
    remedy:
      'Generate the migration again on top of the base branch, so that its `when` is the newest; or raise its `when` in the journal above all others, which is the only way where the newest of base is stamped in the future.',
    silentWhen: 'The migrations are applied by another tool than Drizzle, which goes by name.',
  },
  {
    title: ({ object, severity, evidence }) =>
      severity === 'warning'
        ? `${object} would never run where ${evidence.newestTag} has run alone`
        : `${object} would never run in production`,
    titleOfMany: (tags, n, [first]) =>
      first?.severity === 'warning'
        ? `${n} new migrations are not stamped in their order: ${tags}`
        : `${n} new migrations would never run in production: ${tags}`,
    effect: ({ severity }) =>
      severity === 'warning'
        ? 'Nothing would say so, and such a database would lack what it makes.'
        : 'The deploy would be green, and the code that needs it would meet a database without it.',
  },
);
