-- Only the table that came with pg_cron itself: one of the project's own may hold anything.
select true as there
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_depend as d
  on d.objid = c.oid and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e'
join pg_catalog.pg_extension as e
  on e.oid = d.refobjid and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
where n.nspname = 'cron' and c.relname = 'job' and c.relkind = 'r' and e.extname = 'pg_cron'
