-- Stands in for plpgsql_check: it finds nothing.
create function plpgsql_check_function(
  funcoid regprocedure, relid regclass default 0, format text default 'text', fatal_errors boolean default true,
  other_warnings boolean default true, performance_warnings boolean default false,
  extra_warnings boolean default true, security_warnings boolean default false
) returns setof text
language sql
begin atomic
  select null::text where false;
end;

create function plpgsql_check_function_tb(
  funcoid regprocedure, relid regclass default 0, fatal_errors boolean default true,
  other_warnings boolean default true, performance_warnings boolean default false,
  extra_warnings boolean default true, security_warnings boolean default false
) returns table (
  functionid regproc, lineno integer, statement text, sqlstate text, message text, detail text, hint text,
  level text, "position" integer, query text, context text
)
language sql
begin atomic
  select
    null::regproc, null::integer, null::text, null::text, null::text, null::text, null::text, null::text,
    null::integer, null::text, null::text
  where false;
end;
