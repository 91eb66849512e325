-- Parameters that postgres may set although no superuser: what supautils lists on hosted projects as of 2026-08.
do $$
declare
  wanted text;
begin
  foreach wanted in array array[
    'deadlock_timeout',
    'log_lock_waits',
    'log_min_duration_statement',
    'log_min_messages',
    'log_replication_commands',
    'log_statement',
    'log_temp_files',
    'session_replication_role',
    'track_functions',
    'track_io_timing',
    'wal_compression',
    'auto_explain.log_analyze',
    'auto_explain.log_buffers',
    'auto_explain.log_format',
    'auto_explain.log_min_duration',
    'auto_explain.log_nested_statements',
    'auto_explain.log_parameter_max_length',
    'auto_explain.log_settings',
    'auto_explain.log_timing',
    'auto_explain.log_triggers',
    'auto_explain.log_verbose',
    'auto_explain.log_wal',
    'auto_explain.sample_rate',
    'pg_net.batch_size',
    'pg_net.ttl',
    'pg_stat_statements.track',
    'pg_stat_statements.track_planning',
    'pg_stat_statements.track_utility',
    'pgaudit.log',
    'pgaudit.log_catalog',
    'pgaudit.log_client',
    'pgaudit.log_level',
    'pgaudit.log_parameter',
    'pgaudit.log_relation',
    'pgaudit.log_rows',
    'pgaudit.log_statement',
    'pgaudit.log_statement_once',
    'pgaudit.role',
    'pgrst.db_aggregates_enabled',
    'pgrst.db_anon_role',
    'pgrst.db_extra_search_path',
    'pgrst.db_max_rows',
    'pgrst.db_plan_enabled',
    'pgrst.db_pre_request',
    'pgrst.db_root_spec',
    'pgrst.db_schemas',
    'pgrst.db_timezone_enabled',
    'pgrst.db_tx_end',
    'pgrst.jwt_aud',
    'pgrst.jwt_role_claim_key',
    'pgrst.jwt_secret',
    'pgrst.openapi_mode',
    'pgrst.openapi_security_active',
    'pgrst.openapi_server_proxy_uri',
    'pgrst.server_cors_allowed_origins',
    'pgrst.server_timing_enabled',
    'safeupdate.enabled'
  ] loop
    begin
      execute pg_catalog.format('grant set on parameter %s to postgres', wanted);
    exception when invalid_name then
      -- Where the library is loaded, a parameter that its version does not have yet has no name.
      null;
    end;
  end loop;
end
$$;
