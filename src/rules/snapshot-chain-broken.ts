/** snapshot-chain-broken: the next `drizzle-kit generate` starts from a snapshot that is not the last migration's. */
import type { HistoryProblem } from '../history/history.ts';
import { historyRule } from './history-problem.ts';
import type { ChangeRule } from './rule.ts';

const rule = historyRule(
  {
    id: 'snapshot-chain-broken',
    title: "Drizzle's snapshots do not follow the migrations",
    category: 'history',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      "A new migration that changes what Drizzle's snapshots describe has none; a new snapshot's parent is not there, or is the parent of another one too; the snapshot that drizzle-kit takes for the last one (the last file name) is not the last entry's, or is none; a new snapshot is of a version that the kit refuses. With Drizzle 1.0: a snapshot's parent is in no folder or in one that sorts later, a second migration calls itself the first, snapshots have two formats, or two branches that were never joined touch one thing.",
    effect:
      'The next `drizzle-kit generate` compares the schema with the wrong state: it writes statements that have run already, on which the deploy stops, or refuses to write anything.',
    remedy:
      'Generate the migration again on top of the base branch. For SQL written by hand: make the change in the Drizzle schema, generate, and put your SQL in the place of what was written.',
    silentWhen:
      "The project keeps no snapshots. The SQL changes nothing that Drizzle describes (functions, triggers, grants, data). A snapshot is missing, and the project's own drizzle-kit says that schema and migrations agree. The base has the same gap: it is listed as standing.",
  },
  {
    title: ({ object, evidence }) => {
      if (evidence.gap === 'missing') return `${object} has no snapshot`;
      if (evidence.gap === 'shared') return `${object} has the parent of another snapshot`;
      if (evidence.gap === 'dangling') return `${object} has a parent that is not there`;
      if (evidence.gap === 'last') return `${object} is not the snapshot of the last migration`;
      if (evidence.gap === 'version') return `${object} is of an old version`;
      return `${object} is no snapshot that drizzle-kit can follow`;
    },
    titleOfMany: (objects, n, [first]) =>
      first?.evidence.gap === 'missing'
        ? `${n} new migrations have no snapshot: ${objects}`
        : `${n} snapshots do not follow the migrations: ${objects}`,
    effect: '',
  },
);

/** Where the project's own drizzle-kit has nothing to add to the migrations, no snapshot is missed. */
export const snapshotChainBroken: ChangeRule = {
  ...rule,
  check: (evidence) => {
    const isInSync = evidence.schema.state === 'in-sync';
    const isMissed = ({ evidence: seen }: HistoryProblem) => !(isInSync && seen.gap === 'missing');
    const problems = evidence.history.problems.filter(isMissed);
    return rule.check({ ...evidence, history: { ...evidence.history, problems } });
  },
};
