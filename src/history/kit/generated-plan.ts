/** `migrations-from: schema`: nothing is committed, so base and new set are what drizzle-kit makes of the schema. */
import { posix } from 'node:path';
import { failure, type GatekeeperError } from '../../errors.ts';
import type { DrizzleProject, History } from '../history.ts';
import type { Migration } from '../migration.ts';
import { readSqlFile } from '../statements.ts';
import type { Tree } from '../tree.ts';
import { wholeSchema } from './generate.ts';
import { installCommand, upwards } from './installed.ts';
import type { SchemaRequest, Unchecked, Unreadable } from './look.ts';
import { generateApart } from './questions.ts';
import type { Refused } from './trouble.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** The report's file of what would run. A generated migration is its beginning: lines of the one are lines of the other. */
export const planFile = 'plan.sql';

/**
 * The history with `base` (the schema of base from nothing) and `new` (what leads from there to head's) filled in.
 * Where drizzle-kit would ask whether something was renamed, the plan is the worse of its two readings.
 * @throws {GatekeeperError} `schema-plan-impossible` when either schema cannot be read: without it there is no plan
 */
export async function generatedPlan(request: SchemaRequest): Promise<History> {
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

async function planned(request: SchemaRequest, base: Workspace | null, head: Workspace): Promise<History> {
  const { history, deadlineMs } = request;
  // Both are code of their own, so neither waits for the other; head's is wanted again for the second look.
  const [before, alone] = await Promise.all([
    base === null ? null : wholeSchema(base, { deadlineMs }),
    wholeSchema(head, { deadlineMs }),
  ]);
  if (alone.state !== 'generated' && alone.state !== 'in-sync') throw impossible('head', alone);
  if (before !== null && before.state !== 'generated' && before.state !== 'in-sync')
    throw impossible('base', before);
  const isEmpty = before === null || before.state === 'in-sync';
  const after = isEmpty ? alone : await generateApart(head, asFolder(before.files), { deadlineMs });
  if (after.state !== 'generated' && after.state !== 'in-sync') throw impossible('head', after);
  return {
    ...history,
    base: isEmpty
      ? []
      : [await migrationOf('base', 'schema-at-base', `${head.kit.name}: the schema of base`, before.sql)],
    new:
      after.state === 'in-sync'
        ? []
        : [
            await migrationOf(
              'new',
              'schema-change',
              `${head.kit.name}: from base's schema to head's`,
              after.sql,
            ),
          ],
  };
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
  throw await notInstalled(tree, workspace, drizzle);
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

function noConfig(): never {
  throw new Error('A Drizzle project has a config at head.');
}

async function notInstalled(
  tree: Tree,
  { why }: Unchecked,
  { workingDirectory, config }: DrizzleProject,
): Promise<GatekeeperError> {
  const folders = [...upwards(posix.dirname(config.head)), ...upwards(posix.normalize(workingDirectory))];
  return failure('schema-plan-impossible', {
    commit: null,
    what: why,
    remedy: `Add \`- run: ${await installCommand(tree, folders)}\` before the gate: with \`migrations-from: schema\` nothing is committed, and drizzle-kit has to make the SQL.`,
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
