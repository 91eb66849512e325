/** migration-out-of-order: production runs a new migration after one that a new database runs it before. */
import { identitiesByName } from '../catalog/by-name.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Change } from '../catalog/change.ts';
import { compareCatalogs } from '../catalog/changes.ts';
import { restOf, stampOf } from '../history/drizzle1/folder-name.ts';
import type { History, HistoryProblem } from '../history/history.ts';
import { historyRule } from './history-problem.ts';
import type { ChangeRule, Evidence } from './rule.ts';
import { count, listed, oneLine } from './wording.ts';

const rule = historyRule(
  {
    id: 'migration-out-of-order',
    title: 'Production runs a migration later than a new database does',
    category: 'history',
    severity: 'warning',
    configurable: true,
    waivable: true,
    firesWhen:
      'A new migration comes before one of the base branch: by the name of its folder (Drizzle 1.0), by its place in the journal, or by its file name (Supabase CLI with `--include-all`; without it the deploy is refused: error). Both orders are run, on a database each. Where they end with the same database it is a notice.',
    effect:
      'Production has run the other one already and runs this one last. Databases made from now on (CI, previews, a restore from the repository) run it before: they may fail there, or end up different from production.',
    remedy:
      'Give the migration a name that sorts after the newest one of the base branch, as long as no database has run it, or generate it again on top of the base branch.',
    silentWhen:
      'Nothing of the base branch comes after it. A journal entry with an older `when` is `migration-skipped`. Only the order of columns differs.',
  },
  {
    title: ({ object }) => `${object} is out of order`,
    titleOfMany: (tags, n) => `${n} migrations are out of order: ${tags}`,
    effect: '',
  },
);

/** What git says, with what came out on the two databases. */
export const migrationOutOfOrder: ChangeRule = {
  ...rule,
  check: (evidence) => {
    const { history } = evidence;
    const told = history.problems.filter(({ kind }) => kind === rule.meta.id);
    const ordered = [...told, ...untold(history, told)];
    const outcome = ordered.some((problem) => isTried(problem, history)) ? outcomeOf(evidence) : null;
    const problems = ordered.map((problem) =>
      outcome !== null && isTried(problem, history) ? withOutcome(problem, outcome) : problem,
    );
    return rule.check({ ...evidence, history: { ...history, problems } });
  },
};

function isTried({ object, severity }: HistoryProblem, { outOfOrder }: History): boolean {
  return severity !== 'error' && outOfOrder.includes(object);
}

/** All that the reading of the history has no words for, as one. */
function untold(
  { outOfOrder, new: migrations, base, directory, layout, journalFile }: History,
  told: readonly HistoryProblem[],
): readonly HistoryProblem[] {
  const late = migrations.filter(
    ({ tag }) => outOfOrder.includes(tag) && !told.some(({ object }) => object === tag),
  );
  const [first] = late;
  const newest = base.at(-1);
  if (first === undefined || newest === undefined) return [];
  const tags = late.map(({ tag }) => tag);
  const after = Math.max(...base.map(({ when }) => when ?? 0));
  const names = tags.map((tag, index) => stampOf(after + 1000 * (index + 1)) + restOf(tag));
  const remedy =
    layout?.head === 'folders'
      ? `As long as no database that counts has run ${tags.length === 1 ? 'it' : 'them'}, rename ${renames(directory, tags, names)}.`
      : `Move ${tags.length === 1 ? 'its entry' : 'their entries'} to the end of ${journalFile ?? directory}.`;
  return [
    {
      kind: 'migration-out-of-order',
      object: first.tag,
      file: first.file,
      line: 1,
      atBase: false,
      title: `${listed(tags)} ${tags.length === 1 ? 'comes' : 'come'} before ${newest.tag}, which production has run`,
      what: `production has run ${newest.tag} and runs ${listed(tags)} after it, a new database before`,
      remedy,
      evidence: { newest: newest.tag, tags: tags.join(', ') },
    },
  ];
}

function renames(directory: string, tags: readonly string[], names: readonly string[]): string {
  const pairs = tags.map((tag, index) => `${directory}/${tag} to ${names[index] ?? ''}`);
  return listed(pairs, 6);
}

interface Outcome {
  readonly severity: 'warning' | 'notice';
  readonly sentence: string;
  readonly evidence: HistoryProblem['evidence'];
}

function withOutcome(problem: HistoryProblem, { severity, sentence, evidence }: Outcome): HistoryProblem {
  return {
    ...problem,
    // One that says itself what it weighs has more to say than the order.
    severity: problem.severity ?? severity,
    what: `${problem.what}. ${sentence}`,
    evidence: { ...problem.evidence, ...evidence },
  };
}

function outcomeOf({ fresh, head, replay }: Evidence): Outcome | null {
  if (fresh === null || head === null || replay === null) return null;
  const failed = replay.failed;
  if (fresh.failed !== null) {
    const { file, line, error } = fresh.failed;
    const why = `${file}:${line} fails there with ${error?.sqlstate}, ${oneLine(error?.message ?? '')}`;
    return {
      severity: 'warning',
      sentence: `A new database cannot be made any more: ${why}`,
      evidence: { failedOn: 'a new database', file, line, sqlstate: error?.sqlstate ?? null },
    };
  }
  if (failed !== null) {
    return {
      severity: 'warning',
      sentence: `That decides: a new database takes all of them, and in production's order ${failed.file}:${failed.line} fails`,
      evidence: { failedOn: 'production', file: failed.file, line: failed.line },
    };
  }
  if (fresh.catalog === null) return null;
  const changes = differences(head.catalog, fresh.catalog);
  if (changes.length === 0) {
    return {
      severity: 'notice',
      sentence: 'Both orders were run, and both end with the same database',
      evidence: { differences: 0 },
    };
  }
  const shown = changes.slice(0, 4).map(wordsOf);
  const more = changes.length > shown.length ? ` and ${changes.length - shown.length} more` : '';
  return {
    severity: 'warning',
    sentence: `Both orders were run, and they end differently in ${count(changes.length, 'place')}: ${shown.join('; ')}${more}`,
    evidence: { differences: changes.length, objects: changes.map(({ object }) => object).join(', ') },
  };
}

function differences(production: Catalog, fresh: Catalog): readonly Change[] {
  const byName = identitiesByName();
  return compareCatalogs(byName(production), byName(fresh));
}

function wordsOf({ kind, change, object, before, after }: Change): string {
  if (change === 'removed') return `the ${kind} ${object} is in production only`;
  if (change === 'added') return `the ${kind} ${object} is in a new database only`;
  const fields = Object.keys({ ...before, ...after });
  return `the ${kind} ${object} has another ${listed(fields)}`;
}
