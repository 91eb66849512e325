-- Seen by the superuser: the server's version, and what role postgres is.
select
  pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version,
  r.rolsuper as superuser,
  pg_catalog.pg_get_userbyid(d.datdba)::text as database_owner,
  array(
    select m.rolname::text
    from pg_catalog.pg_roles m
    where
      m.rolname in (
        'supabase_admin', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin',
        'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
      )
      and pg_catalog.pg_has_role('postgres', m.oid, 'member')
    order by 1
  ) as too_much
from pg_catalog.pg_roles r
cross join pg_catalog.pg_database d
where r.rolname = 'postgres' and d.datname = pg_catalog.current_database();
