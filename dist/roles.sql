-- Roles of a hosted project, with attributes, settings and memberships, as of 2026-08.
create role anon;
create role authenticated;
create role service_role bypassrls;
create role authenticator login noinherit;
create role dashboard_user createrole createdb replication;
create role supabase_auth_admin login noinherit;
create role supabase_storage_admin login noinherit createrole;
create role supabase_realtime_admin login noinherit createrole replication;
create role supabase_replication_admin login replication;
create role supabase_etl_admin login replication bypassrls;
create role supabase_read_only_user login bypassrls;
create role supabase_privileged_role;
create role pgbouncer login;

grant anon, authenticated, service_role to authenticator;
grant authenticator to supabase_storage_admin;
grant anon, authenticated, service_role to supabase_realtime_admin;
grant pg_read_all_data, pg_monitor to supabase_read_only_user;
grant pg_read_all_data, pg_monitor, supabase_privileged_role to supabase_etl_admin;
grant anon, authenticated, service_role, supabase_privileged_role to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

-- Since 16, CREATEROLE reaches only the roles that one may administer.
do $$
begin
  if pg_catalog.current_setting('server_version_num')::int >= 160000 then
    grant anon, authenticated, service_role, authenticator to postgres with admin option;
    grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres with admin option;
    grant pg_create_subscription to postgres with admin option;
  end if;
end
$$;

alter role supabase_admin set search_path to "$user", public, auth, extensions;
alter role supabase_admin set log_statement to none;
-- The backslash is part of the stored value on hosted projects.
alter role postgres set search_path to "\$user", public, extensions;
alter role anon set statement_timeout to '3s';
alter role authenticated set statement_timeout to '8s';
-- Hosted also preloads supautils and safeupdate here, libraries that a plain server does not have.
alter role authenticator set statement_timeout to '8s';
alter role authenticator set lock_timeout to '8s';
alter role supabase_auth_admin set search_path to auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout to 60000;
alter role supabase_auth_admin set log_statement to none;
alter role supabase_storage_admin set search_path to storage;
alter role supabase_storage_admin set log_statement to none;
alter role supabase_realtime_admin set search_path to realtime;
