/** Makes a server's database a Supabase project: our own description of one, in SQL, applied by a superuser. */
import { readFileSync } from 'node:fs';
import type { Foundation, ServerRequest, Session } from './database.ts';
import { literal } from './quoting.ts';

interface Step {
  readonly name: string;
  readonly sql: string;
  /** Left out where the server has this extension to give, or where it has not. */
  readonly only?: { readonly extension: string; readonly there: boolean };
}

/** Every role that a project has: what an adapter has to take away again from a server that is not its own. */
export const projectRoles: readonly string[] = [
  'anon',
  'authenticated',
  'authenticator',
  'dashboard_user',
  'pgbouncer',
  'postgres',
  'service_role',
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_etl_admin',
  'supabase_privileged_role',
  'supabase_read_only_user',
  'supabase_realtime_admin',
  'supabase_replication_admin',
  'supabase_storage_admin',
];

/** What `describeProject` runs, in order; two requests with the same steps get the same database. */
export function projectDescription(request: ServerRequest, foundation: Foundation = 'own'): readonly Step[] {
  const logins = [
    { name: 'what is asked for', sql: settings(request, foundation) },
    sql('roles', new URL('./supabase/roles.sql', import.meta.url)),
    // Everything is to be hers, whoever logged in.
    { name: 'superuser', sql: 'set role supabase_admin' },
    sql('containment', new URL('./supabase/containment.sql', import.meta.url)),
  ];
  if (request.platform === 'postgres') return [...logins, last];
  const steps = [
    ...logins,
    sql('role settings', new URL('./supabase/role-settings.sql', import.meta.url)),
    sql('parameters', new URL('./supabase/parameters.sql', import.meta.url)),
  ];
  if (foundation === 'image') {
    steps.push(sql('older project', new URL('./supabase/older-project.sql', import.meta.url)));
  }
  steps.push(
    sql('schemas', new URL('./supabase/schemas.sql', import.meta.url)),
    sql('grants', new URL('./supabase/grants-automatic.sql', import.meta.url)),
    sql('extensions', new URL('./supabase/extensions.sql', import.meta.url)),
    sql('auth', new URL('./supabase/auth.sql', import.meta.url)),
    sql('auth functions', new URL('./supabase/auth-functions.sql', import.meta.url)),
    sql('storage', new URL('./supabase/storage.sql', import.meta.url)),
    sql('storage functions', new URL('./supabase/storage-functions.sql', import.meta.url)),
    sql('realtime', new URL('./supabase/realtime.sql', import.meta.url)),
    sql('graphql', new URL('./supabase/graphql.sql', import.meta.url)),
    {
      ...sql('vault', new URL('./supabase/vault-extension.sql', import.meta.url)),
      only: { extension: 'supabase_vault', there: true },
    },
    {
      // The script of the extension, where there is no server of ours to lay the extension into.
      ...sql('vault stand-in', new URL('./extensions/stand-ins/supabase_vault.sql', import.meta.url)),
      only: { extension: 'supabase_vault', there: false },
    },
    sql('publications', new URL('./supabase/publications.sql', import.meta.url)),
  );
  if (request.dataApiGrants === 'explicit') {
    steps.push(sql('explicit grants', new URL('./supabase/grants-explicit.sql', import.meta.url)));
  }
  if (request.ensureRls) steps.push(sql('ensure_rls', new URL('./supabase/ensure-rls.sql', import.meta.url)));
  return [...steps, last];
}

/** `session` is a superuser's, in the database that is to become a project. On `shared` it may have any name. */
export async function describeProject(
  session: Session,
  request: ServerRequest,
  foundation: Foundation = 'own',
): Promise<void> {
  for (const step of projectDescription(request, foundation)) {
    try {
      if (step.only !== undefined && (await has(session, step.only.extension)) !== step.only.there) continue;
      await session.execute(step.sql);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`our description of a project does not apply: ${step.name}: ${why}`, { cause: error });
    }
  }
}

async function has(session: Session, extension: string): Promise<boolean> {
  const found = await session.query('select from pg_catalog.pg_available_extensions where name = $1', [
    extension,
  ]);
  return found.length > 0;
}

const last = { name: 'end', sql: 'reset role' };

function sql(name: string, file: URL): Step {
  return { name, sql: readFileSync(file, 'utf8') };
}

/** Read by our SQL, which has no parameters; and what a server may have set otherwise. */
function settings({ platform, exposedSchemas }: ServerRequest, foundation: Foundation): string {
  const named = {
    standard_conforming_strings: 'on',
    statement_timeout: '0',
    'gatekeeper.foundation': foundation,
    'gatekeeper.platform': platform,
    'gatekeeper.exposed_schemas': exposedSchemas.join(', '),
  };
  return Object.entries(named)
    .map(([name, value]) => `set ${name} = ${literal(value)}`)
    .join(';\n');
}
