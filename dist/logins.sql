-- The role that migrations run as: no superuser, owner of the database, as on a hosted project.
create role postgres login createrole createdb replication bypassrls;
alter database postgres owner to postgres;

-- Of every capability that leads out of the database, CREATEROLE on Postgres 15 can hand itself these three
-- (16 asks for ADMIN OPTION). A hosted project refuses it by supautils; here the roles are not there to be granted.
do $$
begin
  if pg_catalog.current_setting('server_version_num')::int < 160000 then
    set local allow_system_table_mods = on;
    delete from pg_catalog.pg_authid
    where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program');
  end if;
end
$$;
