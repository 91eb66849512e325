select pg_catalog.pg_relation_size(:oid::pg_catalog.oid::pg_catalog.regclass) as bytes
