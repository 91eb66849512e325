-- a few hundred tables to a query: many thousand UNIONs are deeper than the server's stack
select
  pg_catalog.string_agg(
    pg_catalog.format(
      'select %s::pg_catalog.oid as oid, (select pg_catalog.count(*) from only %I.%I) as rows',
      t.oid,
      t.nspname,
      t.relname
    ),
    ' union all '
    order by t.oid
  ) as query
from (
  select
    c.oid,
    n.nspname,
    c.relname,
    (pg_catalog.row_number() over (order by c.oid) - 1) / 300 as portion
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where
    c.relkind = 'r'
    and c.relpersistence <> 't'
    and n.nspname not like 'pg\_%'
    and n.nspname <> 'information_schema'
) as t
group by t.portion
order by t.portion
