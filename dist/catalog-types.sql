-- enums, domains, composite types and ranges that no extension owns
select
  t.oid,
  pg_catalog.format('%I.%I', n.nspname, t.typname) as object,
  n.nspname::text as schema,
  t.typname::text as name,
  case t.typtype
    when 'e' then 'enum'
    when 'd' then 'domain'
    when 'c' then 'composite'
    else 'range'
  end as kind,
  (
    select coalesce(pg_catalog.json_agg(l.enumlabel order by l.enumsortorder), '[]')
    from pg_catalog.pg_enum as l
    where l.enumtypid = t.oid
  ) as labels,
  case t.typtype
    when 'd' then
      pg_catalog.concat_ws(
        ' ',
        pg_catalog.format_type(t.typbasetype, t.typtypmod),
        (
          select pg_catalog.format('collate %I.%I', ln.nspname, l.collname)
          from pg_catalog.pg_collation as l
          join pg_catalog.pg_namespace as ln on ln.oid = l.collnamespace
          join pg_catalog.pg_type as b on b.oid = t.typbasetype
          where l.oid = t.typcollation and b.typcollation <> t.typcollation
        ),
        -- typdefault is text as printed under the search path of its maker
        'default ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0),
        case when t.typnotnull then 'not null' end,
        (
          select
            pg_catalog.string_agg(
              pg_catalog.format('constraint %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)),
              ' '
              order by k.conname collate pg_catalog."C"
            )
          from pg_catalog.pg_constraint as k
          where k.contypid = t.oid and k.contype = 'c'
        )
      )
    when 'c' then (
      select
        pg_catalog.string_agg(
          pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)),
          ', '
          order by a.attnum
        )
      from pg_catalog.pg_attribute as a
      where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    )
    when 'r' then (
      select 'range of ' || pg_catalog.format_type(r.rngsubtype, null)
      from pg_catalog.pg_range as r
      where r.rngtypid = t.oid
    )
  end as definition,
  null::text as extension
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
left join pg_catalog.pg_class as c on c.oid = t.typrelid
where t.typtype in ('e', 'd', 'c', 'r')
  -- every table and view has a row type of its own
  and (c.oid is null or c.relkind = 'c')
  and n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.deptype = 'e'
      and (
        (d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid)
        or (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = t.typrelid)
      )
  )
order by object
