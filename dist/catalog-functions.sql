-- functions, procedures and aggregates that no extension owns and that were not made along with a range type
select
  f.oid,
  pg_catalog.format('%I.%I(%s)', n.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes)) as object,
  n.nspname::text as schema,
  f.proname::text as name,
  pg_catalog.format('%I.%I(%s)', n.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes)) as signature,
  pg_catalog.pg_get_function_arguments(f.oid) as arguments,
  case f.prokind
    when 'p' then 'procedure'
    when 'a' then 'aggregate'
    when 'w' then 'window'
    else 'function'
  end as kind,
  pg_catalog.pg_get_userbyid(f.proowner)::text as owner,
  f.prosecdef as "securityDefiner",
  (
    select coalesce(pg_catalog.json_agg(s.setting order by s.setting collate pg_catalog."C"), '[]')
    from pg_catalog.unnest(f.proconfig) as s (setting)
  ) as settings,
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
      from pg_catalog.aclexplode(coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))) as a
      group by 1, 2
    ) as g
  ) as grants,
  pg_catalog.pg_get_function_result(f.oid) as returns,
  case
    when f.prokind <> 'a' then
      pg_catalog.encode(
        pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.pg_get_functiondef(f.oid), 'UTF8')), 'hex'
      )
  end as "definitionHash",
  null::text as extension,
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      f.prolang,
      f.procost,
      f.prorows,
      f.prokind,
      f.prosecdef,
      f.proleakproof,
      f.proisstrict,
      f.proretset,
      f.provolatile,
      f.proparallel,
      f.prorettype,
      f.proargtypes::text,
      f.proallargtypes::text,
      f.proargmodes::text,
      f.proargnames::text,
      f.proargdefaults::text,
      f.prosrc,
      f.probin,
      f.prosqlbody::text,
      f.proconfig::text
    )
  ) as stored
from pg_catalog.pg_proc as f
join pg_catalog.pg_namespace as n on n.oid = f.pronamespace
where n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and d.objid = f.oid
      and d.deptype in ('e', 'i')
  )
order by object
