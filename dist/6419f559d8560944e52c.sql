select e.extname::pg_catalog.text as name from pg_catalog.pg_extension as e
