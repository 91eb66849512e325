/** journal-broken: a journal or snapshot that Drizzle cannot read, or reads otherwise than it looks. */
import { historyRule } from './history-problem.ts';

export const journalBroken = historyRule(
  {
    id: 'journal-broken',
    title: 'The journal is broken',
    category: 'history',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      'The journal or a snapshot is not valid JSON, holds conflict markers, an unsafe or duplicate tag, a duplicate `idx`, or an entry without `tag`, without a usable `when` or without its file.',
    effect:
      'The deploy stops before its first statement, or runs a file twice, or leaves one out. The next `drizzle-kit generate` builds on what is broken.',
    remedy:
      'Take the journal and the snapshots of the base branch, and generate your own migration again on top of them.',
    silentWhen: 'The base commit has the same mistake: it is listed as standing.',
  },
  {
    title: ({ object, file }) =>
      object === file ? `${file} cannot be read` : `The journal is broken at ${object}`,
    titleOfMany: (objects, n) => `The journal is broken in ${n} places: ${objects}`,
    effect: 'Until it is mended nobody can be sure what a deploy runs.',
  },
);
