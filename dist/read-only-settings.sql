select setting
from pg_catalog.pg_db_role_setting as s
cross join lateral pg_catalog.unnest(s.setconfig) as setting
where pg_catalog.lower(setting) operator(pg_catalog.~) '^(?:default_)?transaction_read_only=' and setting operator(pg_catalog.!~*) '=(?:off|false|no|0)$'
