-- What the dashboard offers when a project is made: every new table in public has row-level security from the start.
set role postgres;

create function public.rls_auto_enable() returns event_trigger
language plpgsql
security definer
set search_path to 'pg_catalog'
as $$
declare
  made record;
begin
  for made in
    select c.object_identity, c.schema_name
    from pg_event_trigger_ddl_commands() as c
    where c.command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO')
      and c.object_type in ('table', 'partitioned table')
  loop
    if made.schema_name = 'public' then
      begin
        execute format('alter table if exists %s enable row level security', made.object_identity);
      exception when others then
        raise log 'rls_auto_enable: no row-level security on %', made.object_identity;
      end;
    end if;
  end loop;
end
$$;
set role supabase_admin;

create event trigger ensure_rls
  on ddl_command_end
  when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO')
  execute function public.rls_auto_enable();

-- Postgres lets only superusers own one. These three are one transaction: nobody sees postgres as a superuser.
alter role postgres superuser;
alter event trigger ensure_rls owner to postgres;
alter role postgres nosuperuser;
