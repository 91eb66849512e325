-- What is left of pg_graphql on a project that does not use it: the function behind /graphql/v1.
create function graphql_public.graphql(
  "operationName" text default null,
  query text default null,
  variables jsonb default null,
  extensions jsonb default null
) returns jsonb
language sql
as $$
  select pg_catalog.jsonb_build_object(
    'errors',
    pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('message', 'pg_graphql is not enabled'))
  )
$$;
