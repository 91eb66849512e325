-- constraints of tables; not-null constraints are left out, as only Postgres 18 keeps them in pg_constraint
select
  k.oid,
  pg_catalog.format('%I.%I.%I', n.nspname, c.relname, k.conname) as object,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  k.conname::text as name,
  case k.contype
    when 'p' then 'primary-key'
    when 'u' then 'unique'
    when 'f' then 'foreign-key'
    when 'c' then 'check'
    else 'exclusion'
  end as kind,
  pg_catalog.pg_get_constraintdef(k.oid) as definition,
  (
    select coalesce(pg_catalog.json_agg(a.attname order by u.place), '[]')
    from pg_catalog.unnest(k.conkey) with ordinality as u (number, place)
    join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.number
  ) as columns,
  case
    when k.confrelid <> 0 then (
      select pg_catalog.format('%I.%I', rn.nspname, r.relname)
      from pg_catalog.pg_class as r
      join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
      where r.oid = k.confrelid
    )
  end as "references",
  (
    select coalesce(pg_catalog.json_agg(a.attname order by u.place), '[]')
    from pg_catalog.unnest(k.confkey) with ordinality as u (number, place)
    join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = u.number
  ) as "referencedColumns",
  case
    when k.contype = 'f' then
      case k.confdeltype
        when 'c' then 'cascade'
        when 'n' then 'set-null'
        when 'd' then 'set-default'
        when 'r' then 'restrict'
        else 'no-action'
      end
  end as "onDelete",
  k.convalidated as validated,
  nullif(k.conparentid, 0) as "copyOf",
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      k.contype,
      k.condeferrable,
      k.condeferred,
      k.convalidated,
      k.connoinherit,
      k.conkey::text,
      k.confrelid,
      k.confkey::text,
      k.confupdtype,
      k.confdeltype,
      k.confmatchtype,
      k.confdelsetcols::text,
      k.conpfeqop::text,
      (
        select pg_catalog.concat_ws('|', i.indclass::text, i.indnkeyatts, i.indnullsnotdistinct)
        from pg_catalog.pg_index as i
        where i.indexrelid = k.conindid and i.indrelid = k.conrelid
      ),
      k.conexclop::text,
      k.conbin::text
    )
  ) as stored
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
-- a foreign key to a partitioned table has one more row per partition, on the same table: Postgres' own bookkeeping
left join pg_catalog.pg_constraint as p on p.oid = k.conparentid
where k.contype in ('p', 'u', 'f', 'c', 'x')
  and (p.oid is null or p.conrelid <> k.conrelid)
  and n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
