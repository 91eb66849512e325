select
  c.oid,
  c.relfilenode as file,
  pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as deleted,
  pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) as inserted
from pg_catalog.pg_class as c
where
  c.relkind operator(pg_catalog.=) any ('{r,m}'::pg_catalog."char"[])
  and c.oid operator(pg_catalog.>=) 16384::pg_catalog.oid
  and c.oid operator(pg_catalog.<=) :last::pg_catalog.oid
