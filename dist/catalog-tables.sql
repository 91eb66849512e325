-- tables, partitioned and foreign ones, views and materialized views
-- most tables share a few acls, and taking one apart costs more than all else here
with acls as materialized (
  select distinct coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)) as acl
  from pg_catalog.pg_class as c
  where c.relkind in ('r', 'p', 'f', 'v', 'm')
),
granted as materialized (
  select
    acls.acl,
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
        from pg_catalog.aclexplode(acls.acl) as a
        group by 1, 2
      ) as g
    ) as grants
  from acls
)
select
  c.oid,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
  n.nspname::text as schema,
  c.relname::text as name,
  case c.relkind
    when 'r' then 'table'
    when 'p' then 'partitioned-table'
    when 'f' then 'foreign-table'
    when 'v' then 'view'
    else 'materialized-view'
  end as kind,
  pg_catalog.pg_get_userbyid(c.relowner)::text as owner,
  c.relrowsecurity as "rowSecurity",
  c.relforcerowsecurity as "forceRowSecurity",
  (
    select coalesce(pg_catalog.json_agg(o.option order by o.option collate pg_catalog."C"), '[]')
    from (
      select pg_catalog.unnest(c.reloptions) as option
      union all
      select pg_catalog.unnest(f.ftoptions)
      from pg_catalog.pg_foreign_table as f
      where f.ftrelid = c.oid
      union all
      select 'server=' || s.srvname
      from pg_catalog.pg_foreign_table as f
      join pg_catalog.pg_foreign_server as s on s.oid = f.ftserver
      where f.ftrelid = c.oid
    ) as o
  ) as options,
  g.grants,
  (
    select coalesce(
      pg_catalog.json_agg(pg_catalog.format('%I.%I', pn.nspname, p.relname) order by i.inhseqno), '[]'
    )
    from pg_catalog.pg_inherits as i
    join pg_catalog.pg_class as p on p.oid = i.inhparent
    join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
    where i.inhrelid = c.oid
  ) as parents,
  pg_catalog.pg_get_expr(c.relpartbound, c.oid) as "partitionBound",
  case c.relkind when 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as "partitionKey",
  case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end as definition,
  c.relpersistence = 'u' as unlogged,
  case c.relreplident
    when 'n' then 'nothing'
    when 'f' then 'full'
    when 'i' then (
      select 'index ' || x.relname
      from pg_catalog.pg_index as i
      join pg_catalog.pg_class as x on x.oid = i.indexrelid
      where i.indrelid = c.oid and i.indisreplident
    )
    else 'default'
  end as "replicaIdentity",
  e.extname::text as extension,
  pg_catalog.obj_description(c.oid, 'pg_class') as comment,
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      (
        select pg_catalog.string_agg(i.inhparent::text, ',' order by i.inhseqno)
        from pg_catalog.pg_inherits as i
        where i.inhrelid = c.oid
      ),
      c.relpartbound::text,
      (
        select
          pg_catalog.concat_ws(
            '|',
            k.partstrat,
            k.partattrs::text,
            k.partclass::text,
            k.partcollation::text,
            k.partexprs::text
          )
        from pg_catalog.pg_partitioned_table as k
        where k.partrelid = c.oid
      ),
      (select i.indexrelid from pg_catalog.pg_index as i where i.indrelid = c.oid and i.indisreplident),
      c.relreplident,
      (select r.ev_action::text from pg_catalog.pg_rewrite as r where r.ev_class = c.oid and r.rulename = '_RETURN')
    )
  ) as stored
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join granted as g on g.acl = coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))
left join pg_catalog.pg_depend as d
  on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.objid = c.oid
  and d.objsubid = 0
  and d.deptype = 'e'
left join pg_catalog.pg_extension as e on e.oid = d.refobjid
where c.relkind in ('r', 'p', 'f', 'v', 'm')
  and n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
