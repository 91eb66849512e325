-- Schemas of a hosted project as of 2026-08, their owners, and who may use them or create in them.
create schema if not exists extensions;
alter schema extensions owner to postgres;
create schema auth;
create schema storage;
create schema realtime;
create schema graphql_public;
create schema if not exists vault;
create schema pgbouncer authorization pgbouncer;

alter schema public owner to pg_database_owner;
grant all on schema public to pg_database_owner;
grant usage on schema public to public;
grant usage on schema public to postgres, anon, authenticated, service_role;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
grant all on schema extensions to postgres;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin, dashboard_user;
grant usage on schema storage to postgres with grant option;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin, dashboard_user;
grant usage on schema realtime to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;
grant all on schema realtime to supabase_realtime_admin;
grant usage on schema vault to postgres;
