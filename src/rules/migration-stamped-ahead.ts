/** migration-stamped-ahead: a new entry's `when` lies in the future, and hides what is generated until then. */
import { historyRule } from './history-problem.ts';

export const migrationStampedAhead = historyRule(
  {
    id: 'migration-stamped-ahead',
    title: 'A new migration is stamped in the future',
    category: 'history',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      "The `when` of a new journal entry lies more than a day after the head commit. A warning where base's newest lies ahead already and the new one goes on from there, or where every new entry is ahead, of two or more: then they keep their order.",
    effect:
      'Once it has run, it is the newest row of the migrations table, and Drizzle skips everything that is stamped before it: every migration that somebody generates until that day, without a word.',
    remedy: 'Set its `when` in the journal to the time it was made, above the newest of base.',
    silentWhen:
      'The stamp is less than a day ahead, as by a clock that is wrong by hours; or it is in seconds and so in the past. An entry of base that is ahead is listed as standing.',
  },
  {
    title: ({ object }) => `${object} is stamped in the future`,
    titleOfMany: (tags, n) => `${n} migrations are stamped in the future: ${tags}`,
    effect: '',
  },
);
