-- what alter default privileges has set: for every schema, or added in one
select
  p.oid,
  pg_catalog.concat_ws(
    ' ',
    pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.defaclrole)),
    'in ' || pg_catalog.quote_ident(n.nspname),
    'on ' || k.name
  ) as object,
  pg_catalog.pg_get_userbyid(p.defaclrole)::text as role,
  n.nspname::text as schema,
  k.name as "objectType",
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
      from pg_catalog.aclexplode(p.defaclacl) as a
      group by 1, 2
    ) as g
  ) as grants
from pg_catalog.pg_default_acl as p
join (
  values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types'), ('n', 'schemas'), ('L', 'large objects')
) as k (letter, name) on k.letter = p.defaclobjtype::text
left join pg_catalog.pg_namespace as n on n.oid = p.defaclnamespace
where n.nspname is null or n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
