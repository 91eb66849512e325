/** A database of nothing but the Drizzle schema, to be compared with the migrated one. */
import type { Server, Session } from '../database/database.ts';
import { filesOf, type History } from '../history/history.ts';
import type { SqlFile, Statement } from '../history/migration.ts';
import { deadlines } from './deadline.ts';
import { type Executor, openExecutor } from './executor.ts';
import { guardExtensions } from './extension-guard.ts';
import { hosted } from './hosted/hosted.ts';
import type { ReplayOptions } from './replay.ts';
import { withoutParameters } from './stand-ins/index-parameters.ts';

/** What the schema is laid on: a Drizzle schema cannot say where its functions and extensions come from. */
export interface Ground {
  readonly history: History | null;
  readonly options: Pick<ReplayOptions, 'platform' | 'statementDeadlineMs' | 'overallDeadlineMs'>;
}

const bare: Ground = {
  history: null,
  options: { platform: 'supabase', statementDeadlineMs: 30_000, overallDeadlineMs: 300_000 },
};

/** What the migrations make that a Drizzle schema only refers to. */
const around = new Set([
  'CompositeTypeStmt',
  'CreateDomainStmt',
  'CreateExtensionStmt',
  'CreateFunctionStmt',
  'CreateRangeStmt',
  'CreateRoleStmt',
  'CreateSchemaStmt',
]);

/** A function may return rows of a table whose default calls a function. */
const mostRounds = 4;

/** Statement by statement, past those that fail (an extension's type, a function that only a migration makes); says what failed. */
export async function buildDeclared(
  server: Server,
  schema: SqlFile,
  { history, options }: Ground = bare,
): Promise<{ readonly failed: readonly { readonly sql: string; readonly message: string }[] }> {
  const observer = await server.connect('supabase_admin');
  try {
    const executor = await openFor(server, observer, options);
    const removeGuard = await guardExtensions(observer);
    try {
      // A body may name what the schema makes, or what only rows would need.
      await executor.run('set check_function_bodies = off');
      const files = history === null ? [] : filesOf(history);
      const surroundings = files
        .flatMap(({ statements }) => statements)
        .filter(({ node }) => node !== null && around.has(node));
      return { failed: await lay(executor, surroundings, schema.statements) };
    } finally {
      await executor.close();
      await removeGuard();
    }
  } finally {
    await observer.close();
  }
}

async function openFor(server: Server, observer: Session, options: Ground['options']): Promise<Executor> {
  const limits = deadlines(options.statementDeadlineMs, options.overallDeadlineMs);
  const executor = hosted(await openExecutor(server, 'postgres', observer, limits), observer, {
    platform: options.platform,
    majorVersion: server.majorVersion,
    foundation: server.foundation,
    standIns: server.standIns,
  });
  return withoutParameters(executor, server.standIns);
}

interface Failed {
  readonly statement: Statement;
  readonly message: string;
}

/** Until a round brings nothing new; what failed of the schema then is not compared. */
async function lay(
  executor: Executor,
  surroundings: readonly Statement[],
  schema: readonly Statement[],
): Promise<readonly { readonly sql: string; readonly message: string }[]> {
  let outside = await attempt(executor, surroundings);
  let inside = await attempt(executor, schema);
  for (let round = 1; round < mostRounds && inside.length > 0; round += 1) {
    const before = outside.length + inside.length;
    outside = await attempt(executor, statementsOf(outside));
    inside = await attempt(executor, statementsOf(inside));
    if (outside.length + inside.length === before) break;
  }
  return inside.map(({ statement, message }) => ({ sql: statement.sql, message }));
}

function statementsOf(failed: readonly Failed[]): readonly Statement[] {
  return failed.map(({ statement }) => statement);
}

async function attempt(executor: Executor, statements: readonly Statement[]): Promise<readonly Failed[]> {
  const failed: Failed[] = [];
  for (const statement of statements) {
    if (statement.node === 'TransactionStmt') continue;
    const { error, treated = null } = await executor.run(statement.sql, statement.node);
    if (error !== null) failed.push({ statement, message: error.message });
    else if (treated?.outcome === 'not-executed') failed.push({ statement, message: treated.because });
  }
  return failed;
}
