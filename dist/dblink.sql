-- Stands in for dblink: whatever would connect fails, as it does without a server to connect to.
create function stand_in_for_dblink() returns text
language plpgsql
as $$
begin
  raise exception 'could not establish connection'
    using errcode = '08001', detail = 'this is a stand-in for dblink, which opens no connections';
end
$$;

create type dblink_pkey_results as (position integer, colname text);

create function dblink_connect(text) returns text language sql return stand_in_for_dblink();
create function dblink_connect(text, text) returns text language sql return stand_in_for_dblink();
create function dblink_connect_u(text) returns text language sql return stand_in_for_dblink();
create function dblink_connect_u(text, text) returns text language sql return stand_in_for_dblink();
revoke all on function dblink_connect_u(text), dblink_connect_u(text, text) from public;
create function dblink_disconnect() returns text language sql return stand_in_for_dblink();
create function dblink_disconnect(text) returns text language sql return stand_in_for_dblink();
create function dblink_open(text, text) returns text language sql return stand_in_for_dblink();
create function dblink_open(text, text, boolean) returns text language sql return stand_in_for_dblink();
create function dblink_open(text, text, text) returns text language sql return stand_in_for_dblink();
create function dblink_open(text, text, text, boolean) returns text language sql return stand_in_for_dblink();
create function dblink_close(text) returns text language sql return stand_in_for_dblink();
create function dblink_close(text, boolean) returns text language sql return stand_in_for_dblink();
create function dblink_close(text, text) returns text language sql return stand_in_for_dblink();
create function dblink_close(text, text, boolean) returns text language sql return stand_in_for_dblink();
create function dblink_exec(text) returns text language sql return stand_in_for_dblink();
create function dblink_exec(text, boolean) returns text language sql return stand_in_for_dblink();
create function dblink_exec(text, text) returns text language sql return stand_in_for_dblink();
create function dblink_exec(text, text, boolean) returns text language sql return stand_in_for_dblink();
create function dblink_error_message(text) returns text language sql return 'OK'::text;
create function dblink_get_connections() returns text[] language sql return null::text[];
create function dblink_is_busy(text) returns integer language sql return 0;
create function dblink_send_query(text, text) returns integer
language sql
return pg_catalog.length(stand_in_for_dblink());
create function dblink_cancel_query(text) returns text language sql return stand_in_for_dblink();
create function dblink_current_query() returns text
language sql
return pg_catalog.current_query();

create function dblink(text) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink(text, boolean) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink(text, text) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink(text, text, boolean) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink_fetch(text, integer) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink_fetch(text, integer, boolean) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink_fetch(text, text, integer) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink_fetch(text, text, integer, boolean) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink_get_result(text) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;
create function dblink_get_result(text, boolean) returns setof record
language plpgsql as $$ begin perform stand_in_for_dblink(); end $$;

create function dblink_fdw_validator(options text[], catalog oid) returns void
language plpgsql as $$ begin end $$;
create foreign data wrapper dblink_fdw validator dblink_fdw_validator;
grant usage on foreign data wrapper dblink_fdw to postgres with grant option;
