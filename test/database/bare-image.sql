-- A cluster as the bare image of Supabase leaves it, before the services have run: older shapes, other rights.
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
create role dashboard_user nosuperuser createdb createrole replication;
create role pgbouncer login;
create role supabase_auth_admin noinherit createrole login;
create role supabase_storage_admin noinherit createrole login;
create role supabase_replication_admin login replication;
create role supabase_read_only_user login bypassrls;
create role supabase_realtime_admin nologin noinherit;
grant anon, authenticated, service_role to authenticator;
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres;
grant anon, authenticated, service_role to postgres;
grant supabase_auth_admin to dashboard_user;
grant pg_read_all_data to supabase_read_only_user;
alter role authenticator set session_preload_libraries = 'supautils, safeupdate';
alter role postgres set search_path to public;
alter role anon set statement_timeout to '7s';
alter role supabase_auth_admin set search_path to auth;
alter database postgres set "app.settings.jwt_exp" to '3600';

alter schema public owner to supabase_admin;
grant all on schema public to postgres;
grant usage, create on schema public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges in schema public grant select on tables to dashboard_user;
alter default privileges for role postgres in schema public grant all on tables to anon, authenticated;

create schema extensions;
grant usage on schema extensions to public;
create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema public;
create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema graphql_public;
create schema vault;
create schema pgbouncer authorization pgbouncer;
create function pgbouncer.get_auth(name text) returns text language sql as 'select name';
create function graphql_public.graphql(query text) returns jsonb language sql as 'select null::jsonb';

set role supabase_auth_admin;
create table auth.users (
  instance_id uuid, id uuid not null unique, aud varchar(255), role varchar(255), email varchar(255) unique,
  encrypted_password varchar(255), confirmed_at timestamptz, invited_at timestamptz, confirmation_token varchar(255),
  confirmation_sent_at timestamptz, recovery_token varchar(255), recovery_sent_at timestamptz,
  email_change_token varchar(255), email_change varchar(255), email_change_sent_at timestamptz,
  last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb, is_super_admin bool,
  created_at timestamptz, updated_at timestamptz, primary key (id)
);
create table auth.refresh_tokens (instance_id uuid, id bigserial primary key, token varchar(255));
create function auth.uid() returns uuid language sql stable
as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
create function auth.role() returns text language sql stable
as $$ select nullif(current_setting('request.jwt.claim.role', true), '')::text $$;
grant all on auth.users to postgres;
reset role;

create table storage.buckets (id text primary key, name text, owner uuid);
create table storage.objects (
  id uuid primary key default extensions.uuid_generate_v4(), bucket_id text references storage.buckets (id), name text,
  owner uuid, created_at timestamptz, updated_at timestamptz, last_accessed_at timestamptz, metadata jsonb
);
create policy "somebody's" on storage.objects using (auth.role() = 'x');
create function storage.foldername(name text) returns text[] language plpgsql as 'begin return null; end';
create publication supabase_realtime for all tables;

create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql
as $$ begin notify pgrst, 'reload schema'; end $$;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
