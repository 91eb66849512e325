-- Stands in for postgres_fdw: servers and foreign tables can be made, and no connection is opened.
create function postgres_fdw_handler() returns fdw_handler
language internal strict as 'fdw_handler_in';

create function postgres_fdw_validator(text[], oid) returns void
language plpgsql as $$ begin end $$;

create function postgres_fdw_get_connections(out server_name text, out valid boolean) returns setof record
language sql
begin atomic
  select null::text, null::boolean where false;
end;

create function postgres_fdw_disconnect(text) returns boolean
language sql
return false;

create function postgres_fdw_disconnect_all() returns boolean
language sql
return false;

create foreign data wrapper postgres_fdw validator postgres_fdw_validator;
-- On hosted projects it is postgres' own; only a superuser can own one.
grant usage on foreign data wrapper postgres_fdw to postgres with grant option;
