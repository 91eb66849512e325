select
  k.conrelid as table,
  k.contype as kind,
  pg_catalog.to_jsonb(k.conkey) as columns,
  k.confrelid as parent,
  pg_catalog.to_jsonb(k.confkey) as parent_columns,
  case when k.contype = 'c' then pg_catalog.pg_get_expr(k.conbin, k.conrelid) end as expression
from pg_catalog.pg_constraint as k
where k.contype in ('f', 'c') and k.conrelid <> 0 and k.conparentid = 0
union all
select
  i.indrelid,
  'u',
  pg_catalog.to_jsonb((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]),
  0,
  null,
  null
from pg_catalog.pg_index as i
where i.indisunique
order by 1, 2, 3
