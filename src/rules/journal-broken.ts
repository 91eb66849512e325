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
      'The journal or a new snapshot is not valid JSON or holds conflict markers. The journal has an unsafe or duplicate tag, a duplicate `idx` or number, or an entry without `tag`, without a usable `when` or without its file. The base branch has given the number of a new entry to another migration since the branch left it. A new SQL file holds conflict markers, begins with a byte order mark, or has `--> statement-breakpoint` inside a string, a comment or a function body, where Drizzle splits it all the same. With Drizzle 1.0: the name of a new folder begins with no time, or a journal of 0.x stands beside the folders or in their place.',
    effect:
      'The deploy stops before its first statement, or runs a file twice, or leaves one out. The next `drizzle-kit generate` builds on what is broken.',
    remedy:
      'Take the journal and the snapshots of the base branch, and generate your own migration again on top of them.',
    silentWhen: 'The base commit has the same mistake: it is listed as standing.',
  },
  {
    title: ({ object, file, evidence }) => {
      if (typeof evidence.damage === 'string') return `${file} ${evidence.damage}`;
      if (evidence.collidesWith != null)
        return `${object} and ${evidence.collidesWith} of the base branch have one number`;
      return object === file ? `${file} cannot be read` : `The journal is broken at ${object}`;
    },
    titleOfMany: (objects, n) => `The history is broken in ${n} places: ${objects}`,
    // Of one number, or in another order, every migration runs; damage and collisions say what they do.
    effect: ({ evidence, severity }) =>
      severity !== 'warning' &&
      evidence.damage === undefined &&
      evidence.collidesWith === undefined &&
      evidence.number === undefined
        ? 'Until it is mended nobody can be sure what a deploy runs.'
        : '',
  },
);
