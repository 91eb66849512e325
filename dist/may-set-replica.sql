select pg_catalog.has_parameter_privilege('postgres', 'session_replication_role', 'set') as may
