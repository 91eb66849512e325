/** The roles that a hosted project keeps for itself, and the memberships that nobody is granted there. */

/** Roles of Supabase's services: `postgres` may not alter, rename or drop them. */
const serviceRoles: ReadonlySet<string> = new Set([
  'dashboard_user',
  'pgbouncer',
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_etl_admin',
  'supabase_functions_admin',
  'supabase_read_only_user',
  'supabase_realtime_admin',
  'supabase_replication_admin',
  'supabase_storage_admin',
]);

/** Roles of the Data API: their settings may be changed. Since 16, Postgres itself says who may do more. */
const apiRoles: ReadonlySet<string> = new Set(['anon', 'authenticated', 'authenticator', 'service_role']);

/** Who is a member of these reads and writes files of the server and starts programs on it. */
export const serverRoles: ReadonlySet<string> = new Set([
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
]);

export function isServiceRole(name: string): boolean {
  return serviceRoles.has(name);
}

/** Nobody may alter more of it than its settings, and nobody may drop or rename it. */
export function isReserved(name: string, majorVersion: number): boolean {
  return serviceRoles.has(name) || (majorVersion < 16 && apiRoles.has(name));
}

/** Nobody may be made a member of it. */
export function isReservedMembership(name: string): boolean {
  return serverRoles.has(name) || serviceRoles.has(name) || name === 'authenticator';
}
