-- Extensions that a fresh project has, in the schema it has them in, and with the owner and rights they have there.
do $$
declare
  first constant text[] := array['uuid-ossp', 'pgcrypto', 'pg_stat_statements'];
  wanted text;
  others text[] := '{}';
begin
  if pg_catalog.current_setting('gatekeeper.foundation') = 'image' then
    -- Made anew for their rights; what an image has besides and needs them comes back as well.
    others := array(
      select pg_catalog.format('create extension if not exists %I with schema %I', e.extname, n.nspname)
      from pg_catalog.pg_extension as e
      join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
      where e.extname <> all (first)
    );
    foreach wanted in array first loop
      execute pg_catalog.format('drop extension if exists %I cascade', wanted);
    end loop;
  end if;
  foreach wanted in array first loop
    execute pg_catalog.format('create extension if not exists %I with schema extensions', wanted);
  end loop;
  foreach wanted in array others loop
    execute wanted;
  end loop;
end
$$;
