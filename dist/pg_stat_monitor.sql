-- Stands in for pg_stat_monitor: nothing is counted.
create function pg_stat_monitor_version() returns text language sql return '2.1'::text;
create function pg_stat_monitor_reset() returns void language plpgsql as $$ begin end $$;
create view pg_stat_monitor as
select
  null::bigint as bucket,
  null::timestamptz as bucket_start_time,
  null::oid as userid,
  null::text as username,
  null::oid as dbid,
  null::text as datname,
  null::bigint as queryid,
  null::text as query,
  null::bigint as calls,
  null::double precision as total_exec_time,
  null::double precision as mean_exec_time,
  null::bigint as rows
where false;
