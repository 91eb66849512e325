/** What must hold before anything is judged: a database that lets too much through would be worse than none. */
import { readFileSync } from 'node:fs';
import { type ServerRequest, type Session, StatementError } from './database.ts';

interface SuperuserView {
  readonly [column: string]: unknown;
  readonly version: string;
  readonly superuser: boolean;
  readonly database_owner: string;
  readonly too_much: readonly string[];
}

/** Statements that a hosted project refuses to role postgres, each tried in earnest. */
const refusedInProjects = ['create table auth.gatekeeper_self_test ()', 'set role supabase_auth_admin'];
const refusedEverywhere = [
  "copy (select 1) to program 'true'",
  "select pg_catalog.pg_read_file('PG_VERSION')",
  "alter system set work_mem = '1MB'",
];

/** Throws when the server is not what it must be. `migrations` is a session of role postgres. Returns the version. */
export async function selfTest(
  superuser: Session,
  migrations: Session,
  request: ServerRequest,
): Promise<string> {
  const [view] = await superuser.query<SuperuserView>(
    readFileSync(new URL('./supabase/self-test-superuser.sql', import.meta.url), 'utf8'),
  );
  const wrong: string[] = [];
  if (view === undefined) throw new Error('self-test: there is no role postgres');
  if (view.superuser) wrong.push('role postgres is a superuser');
  if (view.database_owner !== 'postgres') wrong.push(`the database belongs to ${view.database_owner}`);
  if (view.too_much.length > 0) wrong.push(`role postgres is a member of ${view.too_much.join(', ')}`);
  if (request.platform === 'supabase') wrong.push(...(await projectFaults(migrations)));
  wrong.push(...(await permitted(migrations, request)));
  if (wrong.length > 0) throw new Error(`self-test: ${wrong.join('; ')}`);
  return view.version;
}

async function projectFaults(migrations: Session): Promise<string[]> {
  const [row] = await migrations.query<Record<string, unknown>>(
    readFileSync(new URL('./supabase/self-test-project.sql', import.meta.url), 'utf8'),
  );
  if (row === undefined) return ['the project did not answer'];
  return Object.entries(row)
    .filter(([, holds]) => holds !== true)
    .map(([name]) => `${name.replaceAll('_', ' ')} does not hold`);
}

/** Sent together: one wait for all of them. */
async function permitted(migrations: Session, request: ServerRequest): Promise<string[]> {
  const tried =
    request.platform === 'supabase' ? [...refusedInProjects, ...refusedEverywhere] : refusedEverywhere;
  const answers = await Promise.all(
    tried.map((sql) =>
      migrations.execute(sql).then(
        () => `${sql} was allowed`,
        (error: unknown) => {
          if (error instanceof StatementError && error.sqlstate === '42501') return null;
          return `${sql} failed for another reason (${error instanceof Error ? error.message : 'unknown'})`;
        },
      ),
    ),
  );
  return answers.filter((answer) => answer !== null);
}
