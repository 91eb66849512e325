-- sequences that no extension owns; their current value is data, not shape
select
  c.oid,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  n.nspname::text as schema,
  c.relname::text as name,
  pg_catalog.concat_ws(
    ' ',
    'as ' || pg_catalog.format_type(s.seqtypid, null),
    'start ' || s.seqstart,
    'increment ' || s.seqincrement,
    'minvalue ' || s.seqmin,
    'maxvalue ' || s.seqmax,
    'cache ' || s.seqcache,
    case when s.seqcycle then 'cycle' end
  ) as definition,
  (
    select pg_catalog.format('%I.%I.%I', tn.nspname, t.relname, a.attname)
    from pg_catalog.pg_depend as d
    join pg_catalog.pg_class as t on t.oid = d.refobjid
    join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
    join pg_catalog.pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.objid = c.oid
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.refobjsubid > 0
      and d.deptype in ('a', 'i')
  ) as "ownedBy",
  (
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
        case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee)::text end as grantee,
        a.privilege_type as privilege,
        pg_catalog.bool_or(a.is_grantable) as grantable
      from pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner))) as a
      group by 1, 2
    ) as g
  ) as grants,
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      s.seqtypid,
      s.seqstart,
      s.seqincrement,
      s.seqmin,
      s.seqmax,
      s.seqcache,
      s.seqcycle,
      (
        select pg_catalog.format('%s.%s', d.refobjid, d.refobjsubid)
        from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.objid = c.oid
          and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.refobjsubid > 0
          and d.deptype in ('a', 'i')
      )
    )
  ) as stored
from pg_catalog.pg_sequence as s
join pg_catalog.pg_class as c on c.oid = s.seqrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.objid = c.oid
      and d.deptype = 'e'
  )
order by object
