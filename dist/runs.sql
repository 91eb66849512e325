-- Runs that are not over, with their notes: of gates that were killed, and of the one that asks.
select r.rolname::text as run, d.description as note
from pg_catalog.pg_roles as r
join pg_catalog.pg_shdescription as d
  on d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.objoid = r.oid
where r.rolsuper and pg_catalog.starts_with(r.rolname, 'gatekeeper_run_')
order by 1;
