-- What a server is, before anything is written on it.
select
  pg_catalog.current_setting('server_version_num')::int / 10000 as major,
  pg_catalog.pg_is_in_recovery() as in_recovery,
  coalesce(r.rolsuper, false) as superuser,
  array(
    select m.rolname::text
    from pg_catalog.pg_roles m
    where m.rolname in (
      'rds_superuser', 'rdsadmin', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'neon_superuser',
      'heroku_superuser', 'doadmin', 'avnadmin'
    )
    order by 1
  ) as managed,
  pg_catalog.to_regclass('auth.users') is not null
    and exists (select from pg_catalog.pg_roles s where s.rolname in ('supabase_admin', 'supabase_auth_admin'))
    -- Or those roles are of a run of ours that was killed, and go before anything else is done.
    and not exists (
      select from pg_catalog.pg_roles g where g.rolsuper and pg_catalog.starts_with(g.rolname, 'gatekeeper_run_')
    ) as has_project,
  exists (
    select
    from pg_catalog.pg_settings s
    where
      s.name in ('shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries')
      and pg_catalog.strpos(coalesce(s.setting, ''), 'supautils') > 0
  )
  or exists (
    select
    from pg_catalog.pg_db_role_setting s
    where pg_catalog.strpos(pg_catalog.array_to_string(s.setconfig, ' '), 'supautils') > 0
  ) as has_supautils,
  (select pg_catalog.count(*)::int from pg_catalog.pg_stat_replication) as standbys,
  (
    select d.datname::text
    from pg_catalog.pg_database d
    where d.datallowconn and not d.datistemplate and not pg_catalog.starts_with(d.datname, 'gatekeeper_')
    order by d.datname <> 'postgres', d.oid
    limit 1
  ) as meeting_place,
  pg_catalog.current_database()::text as here
from (select) as one
left join pg_catalog.pg_roles r on r.rolname = session_user;
