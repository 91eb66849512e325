/** statement-not-executed: a statement of this change could not be tried on this server. */
import { groupedBy } from './cause.ts';
import type { ChangeRule, Evidence } from './rule.ts';
import { type Untried, untried } from './untried.ts';
import { count, listed, oneLine, sentence } from './wording.ts';

export const statementNotExecuted: ChangeRule = {
  meta: {
    id: 'statement-not-executed',
    title: 'A statement could not be tried here',
    category: 'applying',
    severity: 'warning',
    configurable: true,
    waivable: true,
    firesWhen:
      'A statement of the new migrations or of `rls.sql` was left out: it creates an extension that the throw-away server does not have, or a hosted project would let it do what cannot be done here.',
    effect: 'Nobody knows whether production accepts it: what was tried is the change without it.',
    remedy:
      'Let the gate use a server that can run it: `postgres: docker` (supabase/postgres has what hosted Supabase offers; `image` names another), `postgres: local`, or the URL of a throw-away server. Or accept it with a reason.',
    silentWhen:
      'The extension has a stand-in (the report names it), or was created by the base history: then what needs it is judged without it or not at all. Where a later statement needs the extension the verdict is `error`, and where the statement could drop something the rule is `effect-unknown`.',
  },
  scope: 'change',
  check: (evidence) =>
    [...groupedBy(harmless(evidence), causeOf).values()].flatMap((statements) => {
      const [first] = statements;
      if (first === undefined) return [];
      const { file, line, extension, because } = first;
      const places = statements.map((one) => `${one.file}:${one.line}`);
      const others = places.length === 1 ? '' : ` The same goes for ${listed(places.slice(1))}.`;
      return [
        {
          object: first.object,
          file,
          line,
          title:
            extension === null
              ? `${count(statements.length, 'statement')} could not be tried: ${oneLine(because, 140)}`
              : `The extension ${extension} could not be created here`,
          detail: `${sentence(extension === null ? 'Nobody knows whether production accepts it' : oneLine(because, 300))} What was tried is the change without it.${others}`,
          remedy:
            extension !== null ? onAnotherServer(extension) : first.node === 'DoStmt' ? plainly : onAnImage,
          fix: null,
          evidence: { because, places, statement: oneLine(first.sql, 300) },
          standing: statements.every(({ standing }) => standing),
        },
      ];
    }),
};

const plainly =
  'Write the statements out one by one in the migration, where each can be tried. Or use `postgres: docker` with the image supabase/postgres; or read it by eye and accept it with a reason.';

const onAnImage =
  'Let the gate use `postgres: docker` with the image supabase/postgres, whose server decides it as a hosted project does. Or read it by eye and accept it with a reason.';

function onAnotherServer(extension: string): string {
  return `Let the gate use a server that has ${extension}: \`postgres: docker\` (supabase/postgres has what hosted Supabase offers; \`image\` names another), \`postgres: local\`, or the URL of a throw-away server. Or accept it with a reason.`;
}

/** Of the others `effect-unknown` tells, statement by statement. */
function harmless(evidence: Evidence): readonly Untried[] {
  return untried(evidence).filter(({ mayHideLoss }) => !mayHideLoss);
}

/** One extension is one cause wherever it is created; everything else is by what was said of it, in one file. */
function causeOf({ extension, because, file, standing }: Untried): string {
  return JSON.stringify(extension === null ? [standing, because, file] : [standing, extension]);
}
