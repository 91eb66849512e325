-- Stands in for Wrappers: its handlers and validators have their names, take every option and fetch nothing.
do $script$
declare
  wrapper text;
begin
  foreach wrapper in array array[
    'airtable', 'auth0', 'big_query', 'click_house', 'cognito', 'duckdb', 'firebase', 'hello_world', 'iceberg',
    'logflare', 'mssql', 'redis', 's3', 's3vectors', 'stripe', 'wasm'
  ] loop
    -- Reading a foreign table calls the handler, which refuses: it is the input of a type that has none.
    execute pg_catalog.format(
      $sql$
      create function %1$I() returns fdw_handler language internal strict as 'fdw_handler_in';
      create function %2$I(options text[], catalog oid) returns void language plpgsql as 'begin end';
      $sql$,
      wrapper || '_fdw_handler',
      wrapper || '_fdw_validator'
    );
  end loop;
end
$script$;
