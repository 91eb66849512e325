/** statement-not-executed: a statement of this change could not be tried on this server. */
import type { StatementRecord } from '../replay/record.ts';
import { extensionOf, isLeftOut } from '../replay/stand-ins/left-out.ts';
import { groupedBy } from './cause.ts';
import type { ChangeRule, Evidence } from './rule.ts';
import { count, listed, oneLine } from './wording.ts';

interface LeftOut extends StatementRecord {
  /** What the finding is about: the extension, or the migration. */
  readonly object: string;
  readonly extension: string | null;
  readonly because: string;
  readonly standing: boolean;
}

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
      'The extension has a stand-in (the report names it), or was created by the base history: then what needs it is judged without it or not at all. Where a later statement needs the extension the verdict is `error`.',
  },
  scope: 'change',
  check: (evidence) =>
    [...groupedBy(leftOut(evidence), causeOf).values()].flatMap((statements) => {
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

function leftOut({ replay, history }: Evidence): readonly LeftOut[] {
  if (replay === null) return [];
  const atBase = new Set(
    replay.baseRls?.files.flatMap(({ statements }) => statements.filter(isLeftOut).map(({ sql }) => sql)),
  );
  const tags = new Map(history.new.map(({ file, tag }) => [file, tag]));
  const rls = replay.headRls?.files ?? [];
  return [...replay.new, ...rls].flatMap(({ file, statements }) =>
    statements.filter(isLeftOut).map((statement) => {
      const extension = extensionOf(statement);
      const because = statement.because ?? '';
      const standing = !tags.has(file) && atBase.has(statement.sql);
      return { ...statement, because, extension, standing, object: extension ?? tags.get(file) ?? file };
    }),
  );
}

/** One extension is one cause wherever it is created; everything else is by what was said of it, in one file. */
function causeOf({ extension, because, file, standing }: LeftOut): string {
  return JSON.stringify(extension === null ? [standing, because, file] : [standing, extension]);
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
