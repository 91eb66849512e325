/** schema-drift: the Drizzle schema and the migrations disagree. */
import type { Compared, MissingStatement, RenameQuestion } from '../history/kit/look.ts';
import { type Apart, apart } from './apart.ts';
import { at } from './cause.ts';
import { difference, mend } from './declared-words.ts';
import { generateCommand } from './kit-command.ts';
import {
  droppedTables,
  ignoresCasing,
  onlyDrops,
  onlyRemoves,
  supabaseTables,
} from './missing-statements.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { onlySpelling } from './spelling.ts';
import { count, listed } from './wording.ts';

export const schemaDrift: ChangeRule = {
  meta: {
    id: 'schema-drift',
    title: 'The Drizzle schema and the migrations disagree',
    category: 'history',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      "The project's own drizzle-kit would generate something on top of the pull request's migrations (a notice where Postgres makes the same of both spellings), or asks whether something was renamed. Or the database that the migrations make lacks what the schema declares, or has it otherwise: a column, its type, nullability or default, a key, a check, an index (warning), an enum or a value of it, a view or a sequence.",
    effect:
      'The code expects a database that the migrations do not make: queries fail from the deploy on, or the next person who generates a migration gets changes that are not theirs.',
    remedy:
      'Run `drizzle-kit generate` and commit what it writes. What drizzle-kit does not see (SQL edited by hand, a lost snapshot) needs a migration written by hand, or a schema that says what the migrations make.',
    silentWhen:
      'The base branch has the same difference (then it is standing), or the database only has more than the schema says: columns, indexes, constraints, policies, tables made by hand or by `rls.sql`. The names and the order that another version of drizzle-kit gives are no difference, and neither are partitions, NOT VALID, identity in the place of serial, or the spelling of a default.',
  },
  scope: 'change',
  check: (evidence) => [
    ...ofTheKit(evidence, false),
    ...ofTheDatabase(evidence, false),
    ...ofTheKit(evidence, true),
    ...ofTheDatabase(evidence, true),
  ],
};

type Drift = Finding & { readonly standing: boolean };

function ofTheKit(evidence: Evidence, standing: boolean): readonly Drift[] {
  const { schema } = evidence;
  if (schema.state !== 'drift') return [];
  const missing = schema.missing.filter(({ atBase }) => atBase === standing);
  const questions = schema.questions.filter(({ atBase }) => atBase === standing);
  if (missing.length === 0 && questions.length === 0) return [];
  const words =
    questions.length === 0 && onlySpelling(missing, evidence)
      ? spelledOtherwise(missing, generateCommand(evidence.history))
      : wordsOf(schema, missing, questions, evidence);
  return [
    {
      object: schema.file,
      file: schema.file,
      line: null,
      ...words,
      evidence: {
        kit: schema.kit,
        missing: missing.map(({ sql }) => sql),
        questions: questions.map(({ kind, from, to }) => ({ kind, from, to })),
      },
      standing,
    },
  ];
}

type Words = Pick<Finding, 'title' | 'detail' | 'remedy' | 'fix' | 'severity'>;

function wordsOf(
  schema: Compared,
  missing: readonly MissingStatement[],
  questions: readonly RenameQuestion[],
  { head, history }: Evidence,
): Words {
  const command = generateCommand(history);
  const asked = `drizzle-kit asks what became of ${listed(questions.flatMap(({ from }) => [...from]).filter(isFirst))}, and only somebody at a terminal can answer`;
  if (ignoresCasing(schema.kit, missing, questions)) {
    return {
      title: 'drizzle-kit 1.0 reads every camelCase column as another one',
      detail:
        'It ignores `casing` of the config: what was `created_at` in the migrations is `createdAt` in the schema now. Whoever answers "create" drops the columns with their values.',
      remedy:
        "Say the casing in the schema, where 1.0 reads it: `import { snakeCase } from 'drizzle-orm/pg-core'` and `snakeCase.table(…)` instead of `pgTable(…)`, or name the columns: `createdAt: timestamp('created_at')`.",
      fix: null,
    };
  }
  if (missing.length === 0) {
    return {
      title: `The schema has changed and no migration says so: ${asked}`,
      detail:
        'The code expects a database that the migrations do not make. Without an answer drizzle-kit writes no migration and ends as if all were well.',
      remedy: `Run ${command} on your machine, answer the question, and commit what it writes.`,
      fix: null,
    };
  }
  const dropped = onlyDrops(missing);
  if (dropped !== null) {
    const tables = listed(dropped);
    const several = dropped.length > 1;
    return {
      title: `drizzle-kit would drop ${tables}: the schema no longer exports ${several ? 'them' : 'it'}`,
      detail: `The next \`drizzle-kit generate\`, whoever runs it, writes DROP TABLE, and every row is lost. drizzle-kit sees top-level exports only: a table inside an object, as in \`export const all = { … }\`, in a file that \`schema\` does not name, or without \`export\`, is gone for it.`,
      remedy: `Export ${several ? 'the tables' : 'the table'} at the top level of a schema file again. If ${several ? 'they are' : 'it is'} to go, run ${command} and commit the migration that says so.`,
      // Nobody should paste this to make a gate green.
      fix: null,
    };
  }
  const there = new Set(head?.platform === 'supabase' ? head.catalog.tables.map(({ object }) => object) : []);
  const foreign = supabaseTables(missing).filter((table) => there.has(table));
  if (foreign.length > 0) {
    return {
      title: `drizzle-kit would make ${listed(foreign)}, which every Supabase project has`,
      detail:
        'The schema exports a table of Supabase, and drizzle-kit makes what is exported. The migration would fail: nobody else may make tables there.',
      remedy: `Import it where a foreign key needs it, and do not export it from a file that \`schema\` names (\`export { authUsers }\`, \`export * from\`). Then run ${command}.`,
      fix: null,
    };
  }
  const also = questions.length === 0 ? '' : ` Also, ${asked}.`;
  const vanished = droppedTables(missing);
  const lost =
    vanished.length === 0
      ? ''
      : ` Among it is DROP TABLE ${listed(vanished)}: drizzle-kit no longer finds the table among the top-level exports.`;
  const effect = onlyRemoves(missing)
    ? 'The database keeps what the schema no longer declares, until a migration that is about something else takes it away.'
    : 'The code expects a database that the migrations do not make: queries on what is missing fail from the deploy on.';
  return {
    title: `The schema has changed and no migration says so: drizzle-kit would write ${count(missing.length, 'statement')}`,
    detail: `${effect}${lost}${also}`,
    remedy: `Run ${command} and commit what it writes: the SQL below, with its snapshot.`,
    fix: sqlOf(missing),
  };
}

function spelledOtherwise(missing: readonly MissingStatement[], command: string): Words {
  const several = missing.length > 1;
  return {
    title: `drizzle-kit would write ${count(missing.length, 'statement')} that ${several ? 'change' : 'changes'} nothing in the database`,
    detail:
      'The schema spells a condition or a definition otherwise than the last snapshot does; Postgres makes the same of both. Until somebody generates a migration nothing is missing, and then these statements come along with theirs.',
    remedy: `Run ${command} and commit it, so that the next migration is about one thing only; or spell it as before.`,
    fix: sqlOf(missing),
    severity: 'notice',
  };
}

/** More is no longer read; the pages of the report hold no more either. */
const mostStatements = 40;

function sqlOf(missing: readonly MissingStatement[]): string {
  const shown = missing.slice(0, mostStatements).map(({ sql }) => `${sql.trim().replace(/;$/, '')};`);
  const rest = missing.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [`-- and ${count(rest, 'more statement')}`])].join('\n');
}

/** What the kit says too is said once: it has the better words, and the SQL. */
function ofTheDatabase(evidence: Evidence, standing: boolean): readonly Drift[] {
  const { schema, head, history } = evidence;
  const questions = schema.state === 'drift' ? [...schema.missing, ...schema.questions] : [];
  if (questions.some(({ atBase }) => standing || !atBase)) return [];
  const found = apart(evidence).filter(
    (one) => one.standing === standing && one.kind !== 'policy' && !isProtection(one, evidence),
  );
  const [first] = found;
  if (first === undefined || head === null) return [];
  const place = found
    .map(({ object, of }) => head.place(object) ?? head.place(of))
    .find((one) => one !== null);
  const objects = found.map(({ object }) => object).filter(isFirst);
  const mended = found.flatMap((one) => mend(one) ?? []);
  const several = objects.length > 1;
  const isSlow = found.every(({ kind }) => kind === 'index');
  return [
    {
      object: first.object,
      ...at(place ?? null),
      ...(place == null ? { file: fileOf(evidence) } : {}),
      title: several
        ? `${objects.length} things are not as the schema declares them: ${listed(objects)}`
        : `${first.object} is ${first.actual === null ? 'declared in the schema and missing in the migrated database' : 'not as the schema declares it'}`,
      detail: `${found.slice(0, 4).map(difference).join(' ')} drizzle-kit does not see it: it compares the schema with its own snapshots, and not with the SQL that runs.`,
      remedy: isSlow
        ? 'Make it in a migration of its own (`drizzle-kit generate --custom`), or take it out of the schema. If it was made by hand on production, write it into the history with IF NOT EXISTS.'
        : `Write what is missing into a migration by hand (\`drizzle-kit generate --custom\`), or let the schema say what the migrations make. Was a generated file in ${history.directory} edited, or a snapshot kept without its SQL?`,
      fix: mended.length === 0 ? null : mended.join('\n'),
      evidence: {
        ...(several ? { objects } : {}),
        differences: found.map(({ kind, object, declared, actual }) => ({ kind, object, declared, actual })),
      },
      ...(isSlow ? { severity: 'warning' as const } : {}),
      standing,
    },
  ];
}

/** `table-without-rls` and `rls-disabled` say it of tables that are served. */
function isProtection({ kind, of, declared }: Apart, { head }: Evidence): boolean {
  if (kind !== 'table' || declared.rowSecurity !== true || head?.platform !== 'supabase') return false;
  const table = head.catalog.tables.find(({ object }) => object === of);
  return table !== undefined && head.exposedSchemas.includes(table.schema);
}

function fileOf({ schema, history }: Evidence): string | null {
  return 'file' in schema ? schema.file : (history.drizzle?.config.head ?? history.journalFile);
}

function isFirst(name: string, index: number, names: readonly string[]): boolean {
  return names.indexOf(name) === index;
}
