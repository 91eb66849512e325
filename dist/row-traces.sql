select
  c.oid,
  c.relfilenode as file,
  pg_catalog.pg_stat_get_tuples_deleted(c.oid) as deleted,
  pg_catalog.pg_stat_get_tuples_inserted(c.oid) as inserted
from pg_catalog.pg_class as c
where c.relkind = 'r'
