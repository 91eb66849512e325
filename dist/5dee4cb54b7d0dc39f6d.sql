select
  c.oid as table,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name,
  n.nspname as schema,
  a.attnum as number,
  pg_catalog.quote_ident(a.attname) as name,
  a.attname as label,
  -- What is read from a domain or an array is the type below it.
  coalesce(e.typname, b.typname, t.typname) as type,
  e.oid is not null as array,
  case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier,
  a.attnotnull or t.typnotnull as required,
  a.atthasdef as has_default,
  s.sequence,
  coalesce(
    (
      select pg_catalog.json_agg(l.enumlabel order by l.enumsortorder)
      from pg_catalog.pg_enum as l
      where l.enumtypid = coalesce(e.oid, b.oid, t.oid)
    ),
    '[]'
  ) as labels
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a
  on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_type as b on b.oid = t.typbasetype
left join pg_catalog.pg_type as e on e.oid = coalesce(b.typelem, t.typelem) and coalesce(b.typcategory, t.typcategory) = 'A'
left join lateral (
  select pg_catalog.format('%I.%I', sn.nspname, sc.relname) as sequence
  from pg_catalog.pg_depend as d
  join pg_catalog.pg_class as sc on sc.oid = d.objid and sc.relkind = 'S'
  join pg_catalog.pg_namespace as sn on sn.oid = sc.relnamespace
  where
    d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and d.refobjid = c.oid
    and d.refobjsubid = a.attnum
    and d.deptype in ('a', 'i')
  order by sc.oid
  limit 1
) as s on true
where
  c.relkind in ('r', 'p')
  and not c.relispartition
  and c.relpersistence <> 't'
  and n.nspname not like 'pg\_%'
  and n.nspname <> 'information_schema'
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where
      d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.objid = c.oid
      and d.deptype = 'e'
  )
order by c.oid, a.attnum
