/** What must hold before anything is judged: a database that lets too much through would be worse than none. */
import { readFileSync } from 'node:fs';
import { type Foundation, type ServerRequest, type Session, StatementError } from './database.ts';

interface SuperuserView {
  readonly [column: string]: unknown;
  readonly version: string;
  readonly wrong: readonly string[];
}

/** Statements that a hosted project refuses to role postgres, each tried in earnest. */
const refusedInProjects = [
  'create table auth.gatekeeper_self_test ()',
  'set role supabase_auth_admin',
  'delete from storage.objects',
];
const refusedEverywhere = [
  "copy (select 1) to program 'true'",
  "copy (select 1) to '/dev/null/gatekeeper_self_test'",
  "select pg_catalog.pg_read_file('PG_VERSION')",
  "alter system set work_mem = '1MB'",
  "load 'gatekeeper_self_test'",
  "create function pg_temp.gatekeeper_self_test() returns int language c as 'x', 'y'",
  'set session authorization supabase_admin',
];
const denied = ['42501'];
const eventTrigger =
  'create event trigger gatekeeper_self_test on ddl_command_end execute function pg_catalog.now()';

/**
 * Throws when the server is not what it must be. `migrations` is a session of role postgres. Returns the version.
 * Everything is sent before the first answer comes: one wait.
 */
export async function selfTest(
  superuser: Session,
  migrations: Session,
  request: ServerRequest,
  foundation: Foundation = 'own',
): Promise<string> {
  const isProject = request.platform === 'supabase';
  const tried = [...(isProject ? refusedInProjects : []), ...refusedEverywhere];
  const [[view], project, ...permitted] = await Promise.all([
    superuser.query<SuperuserView>(
      readFileSync(new URL('./supabase/self-test-superuser.sql', import.meta.url), 'utf8'),
    ),
    isProject ? projectFaults(migrations) : [],
    ...tried.map((sql) => permission(migrations, sql, denied)),
    // An image's own supautils helps with event triggers, and refuses this one because of its function's owner.
    permission(migrations, eventTrigger, foundation === 'image' ? [...denied, 'XX000'] : denied),
  ]);
  if (view === undefined) throw new Error('self-test: the server did not answer');
  const wrong = [...view.wrong, ...project, ...permitted.filter((fault) => fault !== null)];
  if (wrong.length > 0) throw new Error(`self-test: ${wrong.join('; ')}`);
  return view.version;
}

async function projectFaults(migrations: Session): Promise<string[]> {
  try {
    const [row] = await migrations.query(
      readFileSync(new URL('./supabase/self-test-project.sql', import.meta.url), 'utf8'),
    );
    if (row === undefined) return ['the project did not answer'];
    return Object.entries(row)
      .filter(([, holds]) => holds !== true)
      .map(([name]) => `${name.replaceAll('_', ' ')} does not hold`);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return [`the project did not answer (${error.message})`];
  }
}

/** Null: refused, as it has to be. */
async function permission(
  migrations: Session,
  sql: string,
  refusals: readonly string[],
): Promise<string | null> {
  try {
    await migrations.execute(sql);
    return `${sql} was allowed`;
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return refusals.includes(error.sqlstate) ? null : `${sql} failed for another reason (${error.message})`;
  }
}
