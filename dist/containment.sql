-- Of what leads out of the database, the little that a hosted project refuses by other means than rights.
do $$
declare
  slots record;
begin
  execute pg_catalog.format('alter database %I owner to postgres', pg_catalog.current_database());

  -- CREATEROLE on 15 can hand itself these three (16 asks for ADMIN OPTION). A hosted project refuses it by supautils;
  -- in a cluster of our own the roles are not there to be granted, and on somebody else's postgres has no CREATEROLE.
  if
    pg_catalog.current_setting('server_version_num')::int < 160000
    and pg_catalog.current_setting('gatekeeper.foundation') <> 'shared'
  then
    set local allow_system_table_mods = on;
    delete from pg_catalog.pg_auth_members
    where roleid in (
      select oid
      from pg_catalog.pg_authid
      where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
    );
    delete from pg_catalog.pg_authid
    where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program');
  end if;

  -- A slot outlives the database's session and keeps the server's log; an output plugin is loaded by any path.
  for slots in
    select p.oid::pg_catalog.regprocedure as signature
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
      and p.proname in (
        'pg_create_logical_replication_slot', 'pg_create_physical_replication_slot',
        'pg_copy_logical_replication_slot', 'pg_copy_physical_replication_slot'
      )
  loop
    execute pg_catalog.format('revoke execute on function %s from public', slots.signature);
  end loop;
end
$$;
