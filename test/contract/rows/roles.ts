/** Roles, memberships and owners. */
import type { ContractPart, ContractRow } from '../row.ts';

const denied = '42501';
const worker = 'create role worker';
const made = 'create table public.notes (id int)';
const strict = {
  on: ['url'],
  majors: [15],
  outcome: 'not executed',
  why: 'Postgres 15 keeps these attributes to superusers, and there are others on that server',
} as const;
const wholeServer = {
  on: ['url'],
  outcome: denied,
  why: 'it reaches what other people have on that server',
} as const;
const row = (sql: string, hosted: ContractRow['hosted'], more: Partial<ContractRow> = {}): ContractRow => ({
  id: sql,
  sql,
  hosted,
  ...more,
});

export const roles: ContractPart = {
  title: 'Roles, memberships, owners',
  rows: [
    row("create role worker login password 'x'", 'ok'),
    row('create role worker bypassrls', 'ok', { apart: [strict] }),
    row('create role worker replication', 'ok', { apart: [strict] }),
    row('create role worker superuser', denied),
    row('create role worker in role pg_read_server_files', denied),
    row('drop role worker', 'ok', { before: worker }),
    row('alter role worker bypassrls', 'ok', { before: worker, apart: [strict] }),
    row('alter role worker superuser', denied, { before: worker }),
    row('alter role postgres superuser', denied),
    row('alter role postgres nosuperuser', denied),
    row('alter role supabase_admin nologin', denied),
    row('alter role supabase_auth_admin createrole', denied),
    row('drop role supabase_storage_admin', denied),
    row('grant worker to authenticator', 'ok', { before: worker }),
    row('grant authenticator to worker', denied, { before: worker }),
    row('grant authenticated to worker', 'ok', { before: worker }),
    row('grant pg_read_all_data to worker', 'ok', { before: worker, apart: [wholeServer] }),
    row('grant pg_monitor to worker', 'ok', { before: worker, apart: [wholeServer] }),
    row('grant pg_signal_backend to worker', 'ok', { before: worker, apart: [wholeServer] }),
    ...[
      'pg_read_server_files',
      'pg_write_server_files',
      'pg_execute_server_program',
      'supabase_admin',
      'supabase_auth_admin',
      'supabase_storage_admin',
      'supabase_realtime_admin',
      'supabase_read_only_user',
      'dashboard_user',
      'pgbouncer',
    ].map((role) => row(`grant ${role} to postgres`, denied)),
    row('grant all on public.notes to worker', 'ok', { before: `${made}; ${worker}` }),
    row('alter table public.notes owner to supabase_admin', denied, { before: made }),
    row('alter table public.notes owner to supabase_auth_admin', denied, { before: made }),
    row('alter table public.notes owner to authenticated', denied, { before: made }),
    row('create schema theirs authorization supabase_auth_admin', denied),
    row('create schema app', 'ok', {
      owner: { of: "select nspowner from pg_namespace where nspname = 'app'", is: 'postgres' },
    }),
    row('create schema app authorization postgres', 'ok'),
    row('create table extensions.notes (id int)', 'ok'),
    row("create function graphql_public.f() returns int language sql as 'select 1'", denied),
    row('alter default privileges in schema public grant select on tables to anon', 'ok', {
      seen: {
        says: 'it holds for what is made next',
        asks: `select count(*)::int from pg_default_acl, aclexplode(defaclacl) where defaclrole = 'postgres'::regrole
          and defaclnamespace = 'public'::regnamespace and grantee = 'anon'::regrole and privilege_type = 'SELECT'`,
        answers: 1,
      },
    }),
    row('alter default privileges for role supabase_admin grant select on tables to anon', denied),
    row('create table public.notes (id int)', 'ok', {
      owner: { of: "select relowner from pg_class where oid = 'public.notes'::regclass", is: 'postgres' },
      seen: {
        says: 'anon may not read it: nothing is granted unless a migration says so',
        asks: "select has_table_privilege('anon', 'public.notes', 'select')",
        answers: false,
      },
    }),
    row("create function public.f() returns int language sql as 'select 1'", 'ok', {
      seen: {
        says: 'anon may call it, through PUBLIC',
        asks: "select has_function_privilege('anon', 'public.f()', 'execute')",
        answers: true,
      },
    }),
    row('alter default privileges in schema public revoke execute on functions from public', 'ok', {
      seen: {
        says: 'it changes nothing: PUBLIC has it from elsewhere',
        asks: `select count(*)::int from pg_default_acl, aclexplode(defaclacl)
          where defaclrole = 'postgres'::regrole and defaclnamespace = 0`,
        answers: 0,
      },
    }),
  ],
};
