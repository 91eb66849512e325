-- The script of a trusted extension runs as a superuser, and event triggers of the project's fire within it. A hosted
-- project skips them for a superuser; Postgres does not. Where there are some, nobody but the gate makes extensions.
create function pg_temp.gatekeeper_guard() returns pg_catalog.event_trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if
    not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user)
    and exists (
      select
      from pg_catalog.pg_event_trigger as t
      join pg_catalog.pg_proc as p on p.oid = t.evtfoid
      join pg_catalog.pg_roles as r on r.oid = p.proowner
      where t.evtenabled <> 'D' and not r.rolsuper
    )
  then
    raise exception 'an extension is not created or altered here from within a block or a function'
      using
        errcode = 'insufficient_privilege',
        detail = 'The project has event triggers, which would run as a superuser in the script of the extension.',
        hint = 'Write CREATE EXTENSION as a statement of its own.';
  end if;
end
$$;

create event trigger :name on ddl_command_start when tag in ('CREATE EXTENSION', 'ALTER EXTENSION')
execute function pg_temp.gatekeeper_guard();
alter event trigger :name enable always;
