-- Why roles of the server cannot lend us their names ($1): who is logged in, and whose password a rename would erase.
select
  r.rolname::text as role,
  (
    select pg_catalog.count(*)::int
    from pg_catalog.pg_stat_activity s
    where s.usesysid = r.oid and s.backend_type = 'client backend' and s.application_name <> 'gatekeeper'
  ) as sessions,
  coalesce(pg_catalog.starts_with(r.rolpassword, 'md5'), false) as has_md5_password
from pg_catalog.pg_authid r
where r.rolname = any ($1::text[])
order by 1;
