/** Turns what git says about the history into findings: the rules about history differ in their words only. */
import type { HistoryProblem } from '../history/history.ts';
import { byCause, groupedBy } from './cause.ts';
import type { ChangeRule, Finding } from './rule.ts';
import { listed } from './wording.ts';

type StandingFinding = Finding & { readonly standing: boolean };

export interface HistoryWords {
  /** With the object's name, no full stop. */
  readonly title: (problem: HistoryProblem) => string;
  /** For several of one cause, with their names listed. */
  readonly titleOfMany: (objects: string, n: number, problems: readonly HistoryProblem[]) => string;
  /** What it does to people; `what` git says about it stands before it, unless the title has said it. */
  readonly effect: string | ((problem: HistoryProblem) => string);
  readonly titleSaysWhat?: boolean;
  /** Everything of this kind in one pull request is one act, as a squash is. */
  readonly oneAct?: boolean;
}

export function historyRule(meta: ChangeRule['meta'], words: HistoryWords): ChangeRule {
  return {
    meta,
    scope: 'change',
    check: ({ history }) => {
      const problems = history.problems.filter(({ kind }) => kind === meta.id);
      // What weighs less is another finding than what weighs more.
      const alike = groupedBy(problems, ({ atBase, severity }) => `${atBase} ${severity}`);
      return [false, true].flatMap((standing) =>
        [...alike.values()]
          .filter(([first]) => first?.atBase === standing)
          .flatMap((each) => groups(each, words.oneAct === true))
          .map((group) => findingOf(group, words, standing)),
      );
    },
  };
}

function groups(
  problems: readonly HistoryProblem[],
  oneAct: boolean,
): readonly (readonly HistoryProblem[])[] {
  if (problems.length === 0) return [];
  if (oneAct) return [problems];
  // The folder stands for the file here: many edited migrations are one clearance too.
  const placed = problems.map((problem) => ({
    ...problem,
    place: { file: '', line: problems.indexOf(problem) },
  }));
  return byCause(placed);
}

function findingOf(
  group: readonly HistoryProblem[],
  words: HistoryWords,
  standing: boolean,
): StandingFinding {
  const [first] = group;
  if (first === undefined) throw new Error('a group of history problems is never empty');
  const objects = group.map(({ object }) => object);
  const many = group.length > 1;
  const effect = typeof words.effect === 'string' ? words.effect : words.effect(first);
  return {
    object: first.object,
    file: first.file,
    line: first.line,
    title: many
      ? words.titleOfMany(listed(objects), group.length, group)
      : (first.title ?? words.title(first)),
    detail: words.titleSaysWhat === true ? effect : `${sentence(first.what)} ${effect}`.trimEnd(),
    remedy: first.remedy,
    fix: null,
    evidence: many
      ? { objects, first: first.evidence, files: group.map(({ file }) => file) }
      : { ...first.evidence },
    standing,
    ...(first.severity === undefined ? {} : { severity: first.severity }),
  };
}

/** A tag or a path at its start keeps its spelling. */
function sentence(text: string): string {
  const start = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
