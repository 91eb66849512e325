-- roles, without Postgres' predefined ones; settings are those of the cluster and of this database
select
  r.oid,
  pg_catalog.quote_ident(r.rolname) as object,
  r.rolname::text as name,
  pg_catalog.to_json(
    pg_catalog.array_remove(
      array[
        case when r.rolbypassrls then 'bypassrls' end,
        case when r.rolcreatedb then 'createdb' end,
        case when r.rolcreaterole then 'createrole' end,
        case when r.rolinherit then 'inherit' end,
        case when r.rolcanlogin then 'login' end,
        case when r.rolreplication then 'replication' end,
        case when r.rolsuper then 'superuser' end
      ],
      null
    )
  ) as attributes,
  (
    select coalesce(pg_catalog.json_agg(m.role order by m.role collate pg_catalog."C"), '[]')
    from (
      select distinct pg_catalog.pg_get_userbyid(a.roleid)::text as role
      from pg_catalog.pg_auth_members as a
      where a.member = r.oid
    ) as m
  ) as "memberOf",
  (
    select coalesce(pg_catalog.json_agg(s.setting order by s.setting collate pg_catalog."C"), '[]')
    from (
      select distinct pg_catalog.unnest(d.setconfig) as setting
      from pg_catalog.pg_db_role_setting as d
      where d.setrole = r.oid
        and d.setdatabase in (
          0, (select b.oid from pg_catalog.pg_database as b where b.datname = pg_catalog.current_database())
        )
    ) as s
  ) as settings
from pg_catalog.pg_roles as r
where r.rolname !~ '^pg_'
order by object
