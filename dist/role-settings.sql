-- Settings of the roles, and of the database that SQL can see. On somebody else's server they hold in our database only.
do $$
declare
  shared constant boolean := pg_catalog.current_setting('gatekeeper.foundation') = 'shared';
  database constant text := pg_catalog.current_database();
  wanted record;
begin
  if pg_catalog.current_setting('gatekeeper.foundation') = 'image' then
    execute pg_catalog.format('alter database %I reset all', database);
    for wanted in
      select r.rolname as role
      from pg_catalog.pg_roles as r
      where r.rolname ~ '^(supabase_.*|anon|authenticat(or|ed)|service_role|dashboard_user|pgbouncer|postgres)$'
    loop
      execute pg_catalog.format('alter role %I reset all', wanted.role);
      execute pg_catalog.format('alter role %I in database %I reset all', wanted.role, database);
    end loop;
  end if;

  execute pg_catalog.format('alter database %I set statement_timeout to %L', database, '2min');
  -- As a hosted project is configured; our own servers have it in their configuration.
  if pg_catalog.current_setting('timezone') <> 'UTC' then
    execute pg_catalog.format('alter database %I set timezone to %L', database, 'UTC');
  end if;
  -- Where PostgREST and the advisors read it.
  execute pg_catalog.format(
    'alter database %I set pgrst.db_schemas to %L', database,
    pg_catalog.current_setting('gatekeeper.exposed_schemas')
  );

  for wanted in
    select s.role, s.setting
    from (
      values
        ('supabase_admin', 'search_path to "$user", public, auth, extensions'),
        ('supabase_admin', 'log_statement to none'),
        ('supabase_admin', 'statement_timeout to 0'),
        -- The backslash is part of the stored value on hosted projects.
        ('postgres', 'search_path to "\$user", public, extensions'),
        ('anon', 'statement_timeout to ''3s'''),
        ('authenticated', 'statement_timeout to ''8s'''),
        -- Hosted also preloads supautils and safeupdate here, libraries that a plain server does not have.
        ('authenticator', 'statement_timeout to ''8s'''),
        ('authenticator', 'lock_timeout to ''8s'''),
        (
          'authenticator',
          pg_catalog.format('pgrst.db_schemas to %L', pg_catalog.current_setting('gatekeeper.exposed_schemas'))
        ),
        ('supabase_auth_admin', 'search_path to auth'),
        ('supabase_auth_admin', 'idle_in_transaction_session_timeout to 60000'),
        ('supabase_auth_admin', 'log_statement to none'),
        ('supabase_storage_admin', 'search_path to storage'),
        ('supabase_storage_admin', 'log_statement to none'),
        ('supabase_realtime_admin', 'search_path to realtime')
    ) as s (role, setting)
    union all
    -- Whoever observes there has no reason to be ended after two minutes.
    select session_user::text, 'statement_timeout to 0'
    where shared and session_user <> 'supabase_admin'
  loop
    execute pg_catalog.format(
      'alter role %I %s set %s', wanted.role,
      case when shared then pg_catalog.format('in database %I', database) end, wanted.setting
    );
  end loop;
end
$$;
