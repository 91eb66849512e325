/** Makes a fresh server a Supabase project: our own description of one, in SQL, applied by its superuser. */
import { readFileSync } from 'node:fs';
import type { ServerRequest, Session } from './database.ts';

interface Step {
  readonly name: string;
  readonly sql: string;
}

/** What `describeProject` runs, in order; two requests with the same steps get the same database. */
export function projectDescription(request: ServerRequest): readonly Step[] {
  const steps: Step[] = [{ name: 'roles', sql: rolesSql() }];
  if (request.platform === 'supabase') {
    steps.push({ name: 'schemas', sql: schemasSql() });
  }
  steps.push({ name: 'exposed schemas', sql: exposedSchemasSql(request.exposedSchemas) });
  return steps;
}

export async function describeProject(session: Session, request: ServerRequest): Promise<void> {
  for (const step of projectDescription(request)) {
    try {
      await session.execute(step.sql);
    } catch (error) {
      throw new Error(`our description of a project does not apply (${step.name})`, { cause: error });
    }
  }
}

function rolesSql(): string {
  return readFileSync(new URL('./supabase/roles.sql', import.meta.url), 'utf8');
}

function schemasSql(): string {
  return readFileSync(new URL('./supabase/schemas.sql', import.meta.url), 'utf8');
}

function exposedSchemasSql(schemas: readonly string[]): string {
  const list = schemas.join(', ').replaceAll("'", "''");
  return `alter database postgres set pgrst.db_schemas = '${list}'`;
}
