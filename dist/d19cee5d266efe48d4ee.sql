-- Roles of the server that bear a name of ours (setting gatekeeper.names) keep everything but the name, for this run.
do $$
declare
  name text;
begin
  for name in
    select r.rolname
    from pg_catalog.pg_roles r
    where r.rolname = any (pg_catalog.string_to_array(pg_catalog.current_setting('gatekeeper.names'), ','))
    order by r.rolname
  loop
    execute pg_catalog.format('alter role %I rename to %I', name, 'gatekeeper_kept_' || name);
  end loop;
end
$$;
