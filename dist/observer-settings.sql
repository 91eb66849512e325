set search_path = '';
set lock_timeout = '10s';
set statement_timeout = '60s';
set session_replication_role = replica;
