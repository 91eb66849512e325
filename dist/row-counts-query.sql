select
  pg_catalog.string_agg(
    pg_catalog.format(
      'select %s::pg_catalog.oid as oid, (select pg_catalog.count(*) from only %I.%I) as rows',
      c.oid,
      n.nspname,
      c.relname
    ),
    ' union all '
    order by c.oid
  ) as query
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
  c.relkind = 'r'
  and c.relpersistence <> 't'
  and n.nspname not like 'pg\_%'
  and n.nspname <> 'information_schema'
