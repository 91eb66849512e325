select
  c.oid,
  c.relkind as kind,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
  c.relfilenode as file,
  case when c.relispartition then pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid else c.oid end as root
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
  c.relkind in ('r', 'p', 'm', 'v', 'f')
  and c.relpersistence <> 't'
  and n.nspname not like 'pg\_%'
  and n.nspname <> 'information_schema'
  and (n.nspname, c.relname) is distinct from ($1::pg_catalog.text, $2::pg_catalog.text)
order by c.oid
