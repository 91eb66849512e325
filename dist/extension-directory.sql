-- Where the server looks for extensions, which it has there, and the control files of those named in $1.
select
  c.setting || '/extension' as directory,
  array(
    select pg_catalog.left(f, -pg_catalog.length('.control'))
    from pg_catalog.pg_ls_dir(c.setting || '/extension') as f
    where f like '%.control'
  )::text[] as available,
  array(select f from pg_catalog.pg_ls_dir(c.setting || '/extension') as f where f like '%--%')::text[] as scripts,
  (
    select pg_catalog.json_object_agg(
      w.name,
      pg_catalog.pg_read_file(c.setting || '/extension/' || w.name || '.control', 0, 1048576, true)
    )
    from pg_catalog.unnest($1::text[]) as w (name)
  ) as controls
from pg_catalog.pg_config() as c
where c.name = 'SHAREDIR'
