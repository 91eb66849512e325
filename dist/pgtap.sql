-- Stands in for pgTAP, which tests use and migrations only create.
create function pgtap_version() returns numeric language sql immutable return 1.3;
create function pg_version() returns text language sql return pg_catalog.current_setting('server_version');
