-- Stands in for pg_cron: jobs are kept and never run.
create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default pg_catalog.nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default coalesce(pg_catalog.inet_server_port(), 5432),
  database text not null default pg_catalog.current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text collate "C",
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default pg_catalog.nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create function cron.job_cache_invalidate() returns trigger
language plpgsql as $$ begin return null; end $$;
create trigger cron_job_cache_invalidate
after insert or update or delete or truncate on cron.job
for each statement execute function cron.job_cache_invalidate();

-- Five fields, '@hourly' and its kin, or '30 seconds'. A field that pg_cron might read is let through.
create function cron.stand_in_reads(schedule text) returns boolean
language plpgsql
immutable
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  fields text[] := regexp_split_to_array(btrim(schedule, E' \t'), E'[ \t]+');
  highest constant integer[] := array[59, 23, 31, 12, 7];
  lowest constant integer[] := array[0, 0, 1, 1, 0];
begin
  if schedule ~* '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$' then
    return true;
  end if;
  if schedule ~ '^\s*@' then
    return fields[1] in (
      '@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly', '@reboot', '@restart'
    );
  end if;
  if cardinality(fields) < 5 then
    return false;
  end if;
  for place in 1..5 loop
    if fields[place] !~ '^[0-9A-Za-z*$,/-]+$' then
      return false;
    end if;
    if exists (
      select from regexp_matches(fields[place], '(?:^|[,-])([0-9]+)', 'g') as found (parts)
      where length(found.parts[1]) > 4 or found.parts[1]::integer not between lowest[place] and highest[place]
    ) then
      return false;
    end if;
  end loop;
  return true;
end
$$;

-- Whoever may schedule may not write to the table: only these write, and for the caller, or for a role it can become.
create function cron.stand_in_write(
  caller name,
  job_id bigint,
  new_name text,
  new_schedule text,
  new_command text,
  new_database text,
  new_username text,
  new_active boolean
) returns bigint
language plpgsql
security definer
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  written bigint;
begin
  if not pg_has_role(session_user, caller, 'member') then
    raise exception 'permission denied to schedule for role "%"', caller using errcode = '42501';
  end if;
  if not cron.stand_in_reads(new_schedule) then
    raise exception 'invalid schedule: %', new_schedule
      using errcode = '22023', hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
  if new_username is not null and new_username <> caller and not pg_has_role(caller, new_username, 'member') then
    raise exception 'must be superuser to create a job for another role' using errcode = '42501';
  end if;
  if job_id is not null then
    update cron.job
    set
      schedule = coalesce(new_schedule, job.schedule),
      command = coalesce(new_command, job.command),
      database = coalesce(new_database, job.database),
      username = coalesce(new_username, job.username),
      active = coalesce(new_active, job.active)
    where job.jobid = job_id and job.username = caller
    returning job.jobid into written;
    if written is null then
      raise exception 'Job % does not exist or you don''t own it', job_id using errcode = '42501';
    end if;
    return written;
  end if;
  insert into cron.job (schedule, command, database, username, active, jobname)
  values (
    new_schedule,
    new_command,
    coalesce(new_database, current_database()),
    coalesce(new_username, caller),
    coalesce(new_active, true),
    new_name
  )
  on conflict on constraint jobname_username_uniq do update
  set schedule = excluded.schedule, command = excluded.command, database = excluded.database
  returning job.jobid into written;
  return written;
end
$$;

create function cron.stand_in_remove(caller name, id bigint, named text) returns boolean
language plpgsql
security definer
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  if not pg_has_role(session_user, caller, 'member') then
    raise exception 'permission denied to unschedule for role "%"', caller using errcode = '42501';
  end if;
  delete from cron.job where (job.jobid = id or job.jobname = named) and job.username = caller;
  if not found then
    raise exception 'could not find valid entry for job %', coalesce(id::text, quote_literal(named))
      using errcode = 'XX000';
  end if;
  return true;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint
language sql strict
return cron.stand_in_write(current_user, null, null, $1, $2, null, null, true);

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql
return cron.stand_in_write(current_user, null, $1, $2, $3, null, null, true);

create function cron.schedule_in_database(
  job_name text,
  schedule text,
  command text,
  database text,
  username text default null,
  active boolean default true
) returns bigint
language sql
return cron.stand_in_write(current_user, null, $1, $2, $3, $4, $5, $6);

create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void
language plpgsql
as $$
begin
  perform cron.stand_in_write(current_user, $1, null, $2, $3, $4, $5, $6);
end
$$;

create function cron.unschedule(job_id bigint) returns boolean
language sql strict
return cron.stand_in_remove(current_user, $1, null);

create function cron.unschedule(job_name text) returns boolean
language sql strict
return cron.stand_in_remove(current_user, null, $1);

-- As a hosted project leaves it: jobs are read from the table and changed by functions.
grant select on cron.job to public;
grant select, delete on cron.job_run_details to public;
grant select on sequence cron.jobid_seq, cron.runid_seq to public;
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant select on cron.job to postgres with grant option;
grant all on cron.job_run_details to postgres with grant option;
grant all on all sequences in schema cron to postgres with grant option;
