/** SET, and settings of roles and of the database. */
import type { ContractPart, ContractRow } from '../row.ts';

const denied = '42501';
const set = (assignment: string, hosted: string, more: Partial<ContractRow> = {}): ContractRow => ({
  id: `set ${assignment}`,
  sql: `set ${assignment}`,
  hosted,
  ...more,
});
const altered = (what: string, hosted: string, more: Partial<ContractRow> = {}): ContractRow => ({
  id: `alter ${what}`,
  sql: `alter ${what}`,
  hosted,
  ...more,
});
const elsewhere = {
  on: ['url'],
  outcome: denied,
  why: 'the throw-away database has another name, and the one called postgres belongs to others',
} as const;

export const settings: ContractPart = {
  title: 'Settings',
  rows: [
    set('session_replication_role = replica', 'ok'),
    set("local log_min_messages = 'warning'", 'ok'),
    set("pgaudit.log = 'ddl'", 'ok'),
    set("pgrst.db_schemas = 'public'", 'ok'),
    set('safeupdate.enabled = on', 'ok'),
    set('track_io_timing = on', 'ok'),
    set("auto_explain.log_min_duration = '1s'", 'ok'),
    set("log_statement = 'ddl'", 'ok'),
    set("search_path = 'public, extensions'", 'ok'),
    set("app.tenant = '7'", 'ok'),
    set('zero_damaged_pages = on', denied),
    set("session_preload_libraries = 'x'", denied),
    set("lc_messages = 'C'", denied),
    set('wal_level = minimal', '55P02'),
    set('role anon', 'ok'),
    set('role service_role', 'ok'),
    set('role supabase_admin', denied),
    set('role supabase_auth_admin', denied),
    set('session authorization postgres', 'ok'),
    set('session authorization supabase_admin', denied),
    { id: 'reset role', sql: 'reset role', hosted: 'ok' },
    altered("role anon set statement_timeout = '5s'", 'ok'),
    altered("role authenticated set statement_timeout = '10s'", 'ok'),
    altered("role service_role set statement_timeout = '30s'", 'ok'),
    altered("role authenticator set statement_timeout = '10s'", 'ok'),
    altered("role authenticator set pgrst.db_schemas = 'public, app'", 'ok'),
    altered('role authenticator reset pgrst.db_schemas', 'ok'),
    altered('role postgres set search_path = public, extensions', 'ok'),
    altered("role authenticated set app.tenant = '7'", denied),
    altered("database postgres set app.settings.jwt_secret = 'x'", denied),
    altered("database postgres set timezone = 'UTC'", 'ok', { apart: [elsewhere] }),
    altered("database postgres set statement_timeout = '1min'", 'ok', { apart: [elsewhere] }),
    altered('database postgres owner to supabase_admin', denied),
    altered("system set work_mem = '1MB'", denied, { alone: true }),
  ],
};
