-- On somebody else's server, after our description of a project: what leads from our database to the rest of the server
-- and is postgres' on a hosted project, where the whole server belongs to the project.
do $$
declare
  open record;
begin
  -- pg_read_all_data reads every role's password verifier, pg_monitor other people's queries, and so on.
  for open in
    select r.rolname as role, m.rolname as member
    from pg_catalog.pg_auth_members as a
    join pg_catalog.pg_roles as r on r.oid = a.roleid
    join pg_catalog.pg_roles as m on m.oid = a.member
    where
      pg_catalog.starts_with(r.rolname, 'pg_')
      and m.rolname = any (pg_catalog.string_to_array(pg_catalog.current_setting('gatekeeper.names'), ','))
  loop
    execute pg_catalog.format('revoke %I from %I cascade', open.role, open.member);
  end loop;

  -- postgres has REPLICATION, with which it could make slots, and drop or move on those of others.
  for open in
    select p.oid::pg_catalog.regprocedure as signature
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
      and (
        pg_catalog.strpos(p.proname, 'replication_slot') > 0 or pg_catalog.starts_with(p.proname, 'pg_logical_')
      )
      and p.proname <> 'pg_get_replication_slots'
  loop
    execute pg_catalog.format('revoke execute on function %s from public', open.signature);
  end loop;

  for open in
    select s.name, s.value
    from (
      values
        -- A gate that was killed leaves nothing running.
        ('client_connection_check_interval', '2s'),
        ('temp_file_limit', '2GB'),
        ('idle_session_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0'),
        ('transaction_timeout', '0'),
        ('lock_timeout', '0'),
        ('default_transaction_read_only', 'off'),
        ('default_transaction_isolation', 'read committed'),
        ('default_tablespace', ''),
        ('standard_conforming_strings', 'on'),
        ('check_function_bodies', 'on'),
        ('row_security', 'on'),
        ('session_replication_role', 'origin'),
        -- Statements of a migration that fail are no business of this server's log, and may hold secrets.
        ('log_min_error_statement', 'panic'),
        ('log_min_messages', 'fatal'),
        ('log_statement', 'none'),
        ('log_min_duration_statement', '-1'),
        ('lc_messages', 'C')
    ) as s (name, value)
    where exists (select from pg_catalog.pg_settings as p where p.name = s.name)
  loop
    execute pg_catalog.format(
      'alter database %I set %I to %L', pg_catalog.current_database(), open.name, open.value
    );
  end loop;
end
$$;
