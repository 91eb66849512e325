-- schemas, without the system's and ours
select
  n.oid,
  pg_catalog.quote_ident(n.nspname) as object,
  n.nspname::text as name,
  pg_catalog.pg_get_userbyid(n.nspowner)::text as owner,
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
      from pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) as a
      group by 1, 2
    ) as g
  ) as grants
from pg_catalog.pg_namespace as n
where n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
