-- Stands in for pg_graphql: its entry point answers that it resolves nothing; its directives are comments anyway.
create function graphql.resolve(
  query text,
  variables jsonb default '{}',
  "operationName" text default null,
  extensions jsonb default null
) returns jsonb
language sql
return '{"data": null, "errors": [{"message": "this stand-in for pg_graphql resolves nothing"}]}'::jsonb;

create function graphql._internal_resolve(
  query text,
  variables jsonb default '{}',
  "operationName" text default null,
  extensions jsonb default null
) returns jsonb
language sql
return graphql.resolve($1, $2, $3, $4);

create sequence graphql.seq_schema_version as integer cycle;
create function graphql.get_schema_version() returns integer
language sql
return (select last_value::integer from graphql.seq_schema_version);

create function graphql.comment_directive(comment_ text) returns jsonb
language sql immutable
return coalesce(pg_catalog.substring(comment_, '@graphql\((.+?)\)')::jsonb, '{}'::jsonb);

create function graphql.exception(message text) returns text
language plpgsql
as $$ begin raise exception using errcode = '22000', message = message; end $$;

do $script$
declare
  api_role text;
begin
  foreach api_role in array array['postgres', 'anon', 'authenticated', 'service_role'] loop
    if pg_catalog.to_regrole(api_role) is not null then
      execute pg_catalog.format('grant usage on schema graphql to %I', api_role);
      execute pg_catalog.format('grant execute on all functions in schema graphql to %I', api_role);
      execute pg_catalog.format('grant all on all sequences in schema graphql to %I', api_role);
    end if;
  end loop;
end
$script$;
