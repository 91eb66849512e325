-- Runs that are not over: of gates that were killed, and the one that asks.
select
  r.rolname::text as run,
  d.description::jsonb ->> 'database' as database
from pg_catalog.pg_roles r
join pg_catalog.pg_shdescription d
  on d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.objoid = r.oid
where r.rolsuper and pg_catalog.starts_with(r.rolname, 'gatekeeper_run_') and pg_catalog.starts_with(d.description, '{')
order by 1;
