/** Makes a fresh server a Supabase project: our own description of one, in SQL, applied by its superuser. */
import { readFileSync } from 'node:fs';
import type { ServerRequest, Session } from './database.ts';

interface Step {
  readonly name: string;
  readonly sql: string;
}

/** What `describeProject` runs, in order; two requests with the same steps get the same database. */
export function projectDescription(request: ServerRequest): readonly Step[] {
  const logins = sql('logins', new URL('./supabase/logins.sql', import.meta.url));
  if (request.platform === 'postgres') return [logins];
  const steps = [
    logins,
    sql('roles', new URL('./supabase/roles.sql', import.meta.url)),
    sql('schemas', new URL('./supabase/schemas.sql', import.meta.url)),
    sql('grants', new URL('./supabase/grants-automatic.sql', import.meta.url)),
    sql('extensions', new URL('./supabase/extensions.sql', import.meta.url)),
    sql('auth', new URL('./supabase/auth.sql', import.meta.url)),
    sql('auth functions', new URL('./supabase/auth-functions.sql', import.meta.url)),
    sql('storage', new URL('./supabase/storage.sql', import.meta.url)),
    sql('storage functions', new URL('./supabase/storage-functions.sql', import.meta.url)),
    sql('realtime', new URL('./supabase/realtime.sql', import.meta.url)),
    sql('graphql', new URL('./supabase/graphql.sql', import.meta.url)),
    sql('vault', new URL('./supabase/vault.sql', import.meta.url)),
    sql('publications', new URL('./supabase/publications.sql', import.meta.url)),
    sql('settings', new URL('./supabase/project-settings.sql', import.meta.url)),
    { name: 'exposed schemas', sql: exposedSchemas(request.exposedSchemas) },
  ];
  if (request.dataApiGrants === 'explicit') {
    steps.push(sql('explicit grants', new URL('./supabase/grants-explicit.sql', import.meta.url)));
  }
  return steps;
}

export async function describeProject(session: Session, request: ServerRequest): Promise<void> {
  for (const step of projectDescription(request)) {
    try {
      await session.execute(step.sql);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`our description of a project does not apply: ${step.name}: ${why}`, { cause: error });
    }
  }
}

function sql(name: string, file: URL): Step {
  return { name, sql: readFileSync(file, 'utf8') };
}

/** On the database as PostgREST and the advisors read it, and on the API's login, where hosted projects keep it. */
function exposedSchemas(schemas: readonly string[]): string {
  const list = schemas.join(', ').replaceAll("'", "''");
  return `alter database postgres set pgrst.db_schemas = '${list}';
alter role authenticator set pgrst.db_schemas = '${list}';`;
}
