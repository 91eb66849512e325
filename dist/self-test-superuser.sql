-- Seen by the superuser: the server's version, and what is wrong with role postgres and its database, in words.
with postgres as (
  select oid, rolsuper, rolcreaterole from pg_catalog.pg_roles where rolname = 'postgres'
)
select
  pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version,
  array(
    select 'role postgres is a superuser' from postgres where rolsuper
    union all
    select 'there is no role postgres' where not exists (select from postgres)
    union all
    select 'the database belongs to ' || pg_catalog.pg_get_userbyid(d.datdba)
    from pg_catalog.pg_database as d
    where d.datname = pg_catalog.current_database() and pg_catalog.pg_get_userbyid(d.datdba) <> 'postgres'
    union all
    select 'the encoding is ' || pg_catalog.current_setting('server_encoding')
    where pg_catalog.current_setting('server_encoding') <> 'UTF8'
    union all
    (
      select
        case
          when pg_catalog.pg_has_role(p.oid, r.oid, 'member') then 'role postgres is a member of ' || r.rolname
          else 'role postgres can make itself a member of ' || r.rolname
        end
      from pg_catalog.pg_roles as r
      cross join postgres as p
      where
        not p.rolsuper
        and (
          r.rolsuper
          or r.rolname in (
            'supabase_admin', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin',
            'supabase_replication_admin', 'supabase_read_only_user', 'supabase_etl_admin', 'dashboard_user', 'pgbouncer',
            'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_create_subscription'
          )
        )
        and (
          pg_catalog.pg_has_role(p.oid, r.oid, 'member')
          -- Until 15, CREATEROLE can grant every role but a superuser's; what hosted keeps to itself there is refused
          -- before it is sent, and these three should it get through.
          or (
            p.rolcreaterole
            and r.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
            and pg_catalog.current_setting('server_version_num')::int < 160000
          )
        )
      order by 1
    )
    union all
    select 'role postgres may call ' || f.proname
    from pg_catalog.pg_proc as f
    cross join postgres as p
    where
      not p.rolsuper
      and f.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
      and f.proname in (
        'pg_create_logical_replication_slot', 'pg_create_physical_replication_slot', 'pg_read_file',
        'pg_read_binary_file', 'pg_ls_dir', 'lo_import', 'lo_export', 'pg_reload_conf'
      )
      and pg_catalog.has_function_privilege(p.oid, f.oid, 'execute')
    union all
    select 'role postgres may create in pg_catalog'
    from postgres as p
    where not p.rolsuper and pg_catalog.has_schema_privilege(p.oid, 'pg_catalog', 'create')
    union all
    -- It would run with the rights of whoever makes something, the superuser's among them.
    select pg_catalog.format('event trigger %s calls a function of %s', e.evtname, o.rolname)
    from pg_catalog.pg_event_trigger as e
    join pg_catalog.pg_proc as f on f.oid = e.evtfoid
    join pg_catalog.pg_roles as o on o.oid = f.proowner
    where not o.rolsuper and not f.prosecdef
  ) as wrong;
