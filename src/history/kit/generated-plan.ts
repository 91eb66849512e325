/** `migrations-from: schema`: nothing is committed, so base and new set are what drizzle-kit makes of the schema. */
import { failure, type GatekeeperError } from '../../errors.ts';
import type { DrizzleProject, History } from '../history.ts';
import type { Migration } from '../migration.ts';
import { readSqlFile } from '../statements.ts';
import type { Tree } from '../tree.ts';
import { type Generated, type NewMigration, wholeSchema } from './generate.ts';
import { compared, type LookedAt, type SchemaRequest, type Unchecked, type Unreadable } from './look.ts';
import { generateApart } from './questions.ts';
import type { Refused } from './trouble.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** The report's file of what would run. A generated migration is its beginning: lines of the one are lines of the other. */
export const planFile = 'plan.sql';

export interface GeneratedPlan {
  /** With `base` (the schema of base from nothing) and `new` (what leads from there to head's) filled in. */
  readonly history: History;
  /** What would run was made from this very schema, so they agree, and the SQL of both is known. */
  readonly looked: LookedAt;
}

/**
 * Where drizzle-kit would ask whether something was renamed, the plan is the worse of its two readings.
 * @throws {GatekeeperError} `schema-plan-impossible` when either schema cannot be read: without it there is no plan
 */
export async function generatedPlan(request: SchemaRequest): Promise<GeneratedPlan> {
  const { history } = request;
  if (history.drizzle === null) {
    throw failure('schema-plan-impossible', {
      commit: null,
      what: 'there is no Drizzle config that could be read',
      remedy: 'Set `working-directory` to the package that holds it, or name it with `drizzle-config`.',
    });
  }
  const head = await opened(request, 'head', history.drizzle);
  try {
    const base = await opened(request, 'base', history.drizzle);
    try {
      return await planned(request, base, head ?? noConfig());
    } finally {
      await base?.close();
    }
  } finally {
    await head?.close();
  }
}

async function planned(
  request: SchemaRequest,
  base: Workspace | null,
  head: Workspace,
): Promise<GeneratedPlan> {
  const { history, deadlineMs } = request;
  // Neither has to wait for the other.
  const [before, alone] = await Promise.all([
    base === null ? null : wholeSchema(base, { deadlineMs }),
    wholeSchema(head, { deadlineMs }),
  ]);
  if (alone.state !== 'generated' && alone.state !== 'in-sync') throw impossible('head', alone);
  const atBase = base === null || before === null ? null : schemaOf(base, before);
  const after = atBase === null ? alone : await generateApart(head, asFolder(atBase.files), { deadlineMs });
  if (after.state !== 'generated' && after.state !== 'in-sync') throw impossible('head', after);
  const { name } = head.kit;
  const whole = { base: atBase?.sql ?? null, head: alone.state === 'generated' ? alone.sql : '' };
  return {
    history: {
      ...history,
      base:
        atBase === null
          ? []
          : [await migrationOf('base', 'schema-at-base', `${name}: the schema of base`, atBase.sql)],
      new:
        after.state === 'in-sync'
          ? []
          : [await migrationOf('new', 'schema-change', `${name}: from base's schema to head's`, after.sql)],
    },
    looked: {
      look: compared(head, { missing: [], questions: [] }),
      sql: async (at) => whole[at],
      close: async () => undefined,
    },
  };
}

/** null: it declares nothing. */
function schemaOf(base: Workspace, answer: Generated): NewMigration | null {
  if (answer.state === 'generated') return answer;
  if (answer.state === 'in-sync' || (answer.state === 'unreadable' && hasNoSchema(base))) return null;
  throw impossible('base', answer);
}

/** null: that commit has no Drizzle config yet, and so no schema. */
async function opened(
  request: SchemaRequest,
  commit: 'base' | 'head',
  drizzle: DrizzleProject,
): Promise<Workspace | null> {
  const { workingDirectory } = drizzle;
  const { root, [commit]: tree } = request;
  const config = await configAt(tree, commit, drizzle);
  if (config === null) return null;
  const workspace = await openWorkspace({ root, tree, workingDirectory, config });
  if (!('state' in workspace)) return workspace;
  if (workspace.state === 'unreadable') throw impossible(commit, workspace);
  throw notInstalled(workspace);
}

/** A config of base that could not be read as literals is run like any other. */
async function configAt(
  tree: Tree,
  commit: 'base' | 'head',
  { config }: DrizzleProject,
): Promise<string | null> {
  const known = config[commit];
  if (known !== null) return known;
  return (await tree.look([config.head])).get(config.head)?.kind === 'file' ? config.head : null;
}

/** A config may come before the first schema file: then nothing of that commit mentions Drizzle's tables. */
function hasNoSchema({ files }: Workspace): boolean {
  return ![...files].some(
    ([path, content]) => /\.[cm]?[jt]sx?$/.test(path) && content.includes('drizzle-orm'),
  );
}

function noConfig(): never {
  throw new Error('A Drizzle project has a config at head.');
}

function notInstalled({ why }: Unchecked): GatekeeperError {
  return failure('schema-plan-impossible', {
    commit: null,
    what: why,
    remedy:
      'Install the dependencies in the job, before the gate. Who commits migrations (`drizzle-kit generate`, `migrations-from: drizzle`) can be judged without.',
  });
}

type NoAnswer = Unreadable | Refused | { readonly state: 'questions' };

function impossible(commit: 'base' | 'head', answer: NoAnswer): GatekeeperError {
  if (answer.state === 'unreadable') {
    const { what, remedy, file, line } = answer;
    const where = line === null ? file : `${file}:${line}`;
    const said = what.replace(/\.$/, '');
    const onBase = commit === 'base' ? ' Mend it on the base branch first.' : '';
    return failure('schema-plan-impossible', {
      commit,
      what: said.includes(file) ? said : `${said} (${where})`,
      remedy: `${remedy}${onBase}`,
    });
  }
  const what =
    answer.state === 'refused'
      ? answer.why
      : 'drizzle-kit asks a question about a schema that is made from nothing';
  return failure('schema-plan-impossible', {
    commit,
    what,
    remedy: 'Run `drizzle-kit generate` by hand on a clean checkout of that commit, and mend what it says.',
  });
}

/**
 * drizzle-kit 1.0 names a folder by the second it is made in: two runs within one second would write the same one, so
 * base's is given an early name.
 */
function asFolder(files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  return new Map(
    [...files].map(([path, content]) => [path.replace(/^\d{14}_[^/]+\//, '20000101000000_base/'), content]),
  );
}

async function migrationOf(
  state: Migration['state'],
  tag: string,
  heading: string,
  sql: string,
): Promise<Migration> {
  const text = `-- ${heading}\n${sql.trim()}\n`;
  const file = state === 'new' ? planFile : `${tag}.sql`;
  const cut = await readSqlFile(file, text, { breakpoints: true });
  return { ...cut, tag, state, when: null, isGenerated: true };
}
