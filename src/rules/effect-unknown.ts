/** effect-unknown: a statement that could not be tried may take something along. */
import type { ChangeRule } from './rule.ts';
import { type Untried, untried } from './untried.ts';
import { oneLine, sentence } from './wording.ts';

export const effectUnknown: ChangeRule = {
  meta: {
    id: 'effect-unknown',
    title: 'A statement that could not be tried may lose data',
    category: 'data loss',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      'A statement of the new migrations or of `rls.sql` was left out, and it could drop tables, columns, rows or protection without anybody seeing it here: a DO block that does more than change policies and triggers on tables of Supabase’s services, or DROP EXTENSION … CASCADE of an extension that the throw-away server does not have.',
    effect:
      'Whatever it drops in production, the gate has not seen it: everything else was judged as if the statement were not there.',
    remedy:
      'Write the statements of the block out one by one in the migration, or keep what concerns the services’ tables in a block of its own. Or let the gate use a server that can run it, or read it by eye and accept it with a reason.',
    silentWhen:
      'The block holds nothing but statements on tables of Supabase’s services, publications and extensions, and looks at Postgres’ catalogs: then `statement-not-executed` alone says that it was not tried.',
  },
  scope: 'change',
  check: (evidence) =>
    untried(evidence)
      .filter(({ mayHideLoss }) => mayHideLoss)
      .map((statement) => ({
        object: statement.object,
        file: statement.file,
        line: statement.line,
        title: titleOf(statement),
        detail: `${sentence(oneLine(statement.because, 300))} Whatever it takes along in production, nothing of it was seen here.`,
        remedy: remedyOf(statement),
        fix: null,
        evidence: { because: statement.because, statement: oneLine(statement.sql, 300) },
        standing: statement.standing,
      })),
};

function titleOf({ extension, object }: Untried): string {
  return extension === null
    ? `${object} holds a block that could not be tried and may drop anything`
    : `What goes with the extension ${extension} is unknown`;
}

function remedyOf({ extension }: Untried): string {
  return extension === null
    ? 'Write its statements out one by one in the migration, where each is tried; or keep what concerns the tables of Supabase’s services in a block of its own. Or read it by eye and accept it with a reason.'
    : `Drop what needs ${extension} by name, and the extension without CASCADE. Or let the gate use a server that has it (\`postgres: docker\`, \`postgres: local\`, or a URL); or read it by eye and accept it with a reason.`;
}
