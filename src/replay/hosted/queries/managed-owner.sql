-- Who owns a table of a service's, unless postgres has been made a member of that role already.
select
  r.rolname::pg_catalog.text as owner,
  pg_catalog.current_setting('server_version_num')::pg_catalog.int4 as version
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_roles as r on r.oid = c.relowner
where
  n.nspname = $1
  and c.relname = $2
  and r.rolname in ('supabase_auth_admin', 'supabase_realtime_admin', 'supabase_storage_admin')
  and not pg_catalog.pg_has_role('postgres', r.oid, 'member')
order by owner
