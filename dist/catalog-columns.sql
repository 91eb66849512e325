-- columns of tables and views, in the order of their numbers
select
  c.oid,
  pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname) as object,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  a.attnum as number,
  a.attname::text as name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
  a.attnotnull as "notNull",
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) as "default",
  case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as generated,
  case a.attidentity when 'a' then 'always' when 'd' then 'by-default' end as identity,
  case
    when a.attcollation <> t.typcollation then (
      select pg_catalog.format('%I.%I', ln.nspname, l.collname)
      from pg_catalog.pg_collation as l
      join pg_catalog.pg_namespace as ln on ln.oid = l.collnamespace
      where l.oid = a.attcollation
    )
  end as collation,
  case
    when a.attacl is null then '[]'
    else (
      select coalesce(
        pg_catalog.json_agg(
          pg_catalog.json_build_object(
            'grantee', g.grantee, 'privilege', g.privilege, 'grantable', g.grantable
          )
          order by g.grantee collate pg_catalog."C", g.privilege collate pg_catalog."C"
        ),
        '[]'
      )
      from (
        select
          case x.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(x.grantee)::text end as grantee,
          x.privilege_type as privilege,
          pg_catalog.bool_or(x.is_grantable) as grantable
        from pg_catalog.aclexplode(a.attacl) as x
        group by 1, 2
      ) as g
    )
  end as grants,
  case
    when d.adbin is not null or t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace
      then pg_catalog.md5(pg_catalog.concat_ws('|', a.atttypid, a.atttypmod, d.adbin::text))
  end as stored
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0
  and not a.attisdropped
  and c.relkind in ('r', 'p', 'f', 'v', 'm')
  and n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by "table", number
