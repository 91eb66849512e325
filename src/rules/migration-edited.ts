/** migration-edited: a migration that production has run says something else now. */
import { historyRule } from './history-problem.ts';

export const migrationEdited = historyRule(
  {
    id: 'migration-edited',
    title: 'A migration that already ran was edited',
    category: 'history',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      'A migration present at the base commit has other bytes, or another `when`, at the head commit. A warning where the base branch had it skipped (its `when` was not after one before it) and the new `when` is above all others: that mends it, unless one deploy ran both.',
    effect:
      'Production ran the old text and never runs the new one, so it differs from every database made from now on.',
    remedy: 'Put the file back as it was, and write what should change as a new migration.',
    silentWhen: 'Only the name of the folder has changed.',
  },
  {
    title: ({ object, evidence }) =>
      evidence.isOther !== undefined
        ? `Another ${object} already ran in production`
        : evidence.baseWhen === undefined
          ? `${object} already ran in production and was edited`
          : evidence.skippedAfter !== undefined
            ? `The \`when\` of ${object}, which production may have skipped, was changed`
            : `The \`when\` of ${object}, which already ran in production, was changed`,
    titleOfMany: (tags, n) => `${n} migrations that already ran in production were edited: ${tags}`,
    effect: ({ evidence }) =>
      evidence.skippedAfter === undefined ? 'Databases made from now on would differ from production.' : '',
  },
);
