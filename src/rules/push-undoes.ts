/** push-undoes: who deploys by `drizzle-kit push` loses what is made by hand, until it is made again. */
import { type HandMade, type HandMadeKind, handMade } from './hand-made.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { count, listed } from './wording.ts';

export const pushUndoes: ChangeRule = {
  meta: {
    id: 'push-undoes',
    title: 'drizzle-kit push would take away what is made by hand',
    category: 'access',
    severity: 'warning',
    configurable: true,
    waivable: true,
    firesWhen:
      'With `migrations-from: schema` the database at head has row security, policies, views, indexes, constraints, columns, tables, enums or sequences that the Drizzle schema does not declare (from `rls.sql`, mostly).',
    effect:
      'push makes the database equal to the schema. It switches row level security off and drops policies, views, indexes and constraints without a question, every time: until they are made again, whoever has a grant reaches every row.',
    remedy:
      'Declare them in the Drizzle schema, or deploy by `drizzle-kit generate` and `migrate`, which leave alone what they do not know.',
    silentWhen:
      'Everything is declared, or it is of a kind that push leaves alone: triggers, functions, grants. Where the base branch has such things already, the finding is standing: it is the way the team deploys, and no pull request has brought it.',
  },
  scope: 'change',
  check: (evidence) => {
    const { history, head, declared } = evidence;
    if (history.applier !== 'schema' || head === null || declared === null) return [];
    const undone = handMade(head.catalog, declared.head);
    return undone.length === 0 ? [] : [findingOf(undone, evidence)];
  },
};

function findingOf(
  undone: readonly HandMade[],
  evidence: Evidence,
): Finding & { readonly standing: boolean } {
  const { base, declared, history, place } = evidence;
  const places = undone.map(({ object }) => place(object)).filter((one) => one !== null);
  const first = places.toSorted((one, other) => one.line - other.line)[0];
  const file = first?.file ?? history.rls.head[0]?.file ?? history.drizzle?.config.head ?? null;
  const before =
    base === null ? [] : handMade(base.catalog, declared?.base ?? declared?.head ?? base.catalog);
  const known = new Set(before.map(keyOf));
  const open = undone.filter(({ kind }) => kind === 'row security').map(({ object }) => object);
  const again = history.rls.head.map((one) => one.file);
  return {
    object: file ?? 'drizzle-kit push',
    file,
    line: first?.line ?? null,
    title: `drizzle-kit push would undo ${listed(summary(undone), 6)}, which the Drizzle schema does not declare`,
    detail: [
      'push makes the database equal to the schema, and asks only where rows are lost.',
      open.length === 0
        ? ''
        : `From each push until ${again.length === 0 ? 'somebody makes them again' : `${listed(again)} has run again`}, ${listed(open)} ${open.length === 1 ? 'has' : 'have'} no row level security.`,
    ]
      .filter((text) => text !== '')
      .join(' '),
    remedy: `Declare them in the Drizzle schema (${listed(ways(undone), 6)}), or deploy by \`drizzle-kit generate\` and \`migrate\`, which leave alone what they do not know${again.length === 0 ? '' : `. Until then, run ${listed(again)} right after every push`}.`,
    fix: null,
    evidence: { undone: undone.map(({ kind, object }) => `${kind} ${object}`) },
    standing: undone.some((one) => known.has(keyOf(one))),
  };
}

function keyOf({ kind, object }: HandMade): string {
  return `${kind} ${object}`;
}

/** `row level security of public.a and public.b`, `4 policies`, `the index public.c`. */
function summary(undone: readonly HandMade[]): readonly string[] {
  return kinds.flatMap((kind) => {
    const objects = undone.filter((one) => one.kind === kind).map(({ object }) => object);
    const [only] = objects;
    if (only === undefined) return [];
    if (kind === 'row security') return [`row level security of ${listed(objects)}`];
    return [objects.length === 1 ? `the ${kind} ${only}` : count(objects.length, kind)];
  });
}

const wordsFor: Readonly<Record<HandMadeKind, string>> = {
  'row security': '`.enableRLS()`',
  policy: '`pgPolicy(…)`',
  view: '`pgView(…)`',
  index: '`index(…)`',
  constraint: '`check(…)`, `unique(…)`',
  column: 'the column',
  table: '`pgTable(…)`',
  enum: '`pgEnum(…)`',
  sequence: '`pgSequence(…)`',
};
/** In the order in which people should hear of it. */
const kinds: readonly HandMadeKind[] = [
  'row security',
  'policy',
  'table',
  'column',
  'view',
  'constraint',
  'index',
  'enum',
  'sequence',
];

function ways(undone: readonly HandMade[]): readonly string[] {
  const used = new Set(undone.map(({ kind }) => kind));
  return kinds.filter((kind) => used.has(kind)).map((kind) => wordsFor[kind]);
}
