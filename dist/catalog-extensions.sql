-- installed extensions
select
  e.oid,
  pg_catalog.quote_ident(e.extname) as object,
  e.extname::text as name,
  n.nspname::text as schema,
  e.extversion as version
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
order by object
