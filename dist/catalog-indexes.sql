-- indexes of tables and materialized views, also those behind constraints
select
  x.oid,
  pg_catalog.format('%I.%I.%I', n.nspname, c.relname, x.relname) as object,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  x.relname::text as name,
  pg_catalog.pg_get_indexdef(x.oid) as definition,
  i.indisunique as "unique",
  i.indisprimary as "primary",
  i.indisvalid and i.indisready and i.indislive as valid,
  (
    select coalesce(pg_catalog.json_agg(a.attname order by u.place), '[]')
    from pg_catalog.unnest(i.indkey::int2[]) with ordinality as u (number, place)
    left join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = u.number and u.number <> 0
    where u.place <= i.indnkeyatts
  ) as columns,
  i.indpred is not null as partial,
  (select h.inhparent from pg_catalog.pg_inherits as h where h.inhrelid = x.oid) as "copyOf",
  (
    select pg_catalog.format('%I.%I.%I', n.nspname, c.relname, k.conname)
    from pg_catalog.pg_constraint as k
    where k.conindid = x.oid and k.conrelid = c.oid and k.contype in ('p', 'u', 'x')
  ) as "constraint",
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      x.relam,
      x.reltablespace,
      x.reloptions::text,
      i.indnkeyatts,
      i.indisunique,
      i.indnullsnotdistinct,
      i.indkey::text,
      i.indcollation::text,
      i.indclass::text,
      i.indoption::text,
      i.indexprs::text,
      i.indpred::text
    )
  ) as stored
from pg_catalog.pg_index as i
join pg_catalog.pg_class as x on x.oid = i.indexrelid
join pg_catalog.pg_class as c on c.oid = i.indrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
