-- Stands in for pgmq, and works: a queue is a table. Its tables are not members of the extension.
create table pgmq.meta (
  queue_name character varying unique not null,
  is_partitioned boolean not null,
  is_unlogged boolean not null,
  created_at timestamptz not null default pg_catalog.now()
);

create type pgmq.message_record as (
  msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
);
create type pgmq.queue_record as (
  queue_name character varying, is_partitioned boolean, is_unlogged boolean, created_at timestamptz
);
create type pgmq.metrics_result as (
  queue_name text,
  queue_length bigint,
  newest_msg_age_sec integer,
  oldest_msg_age_sec integer,
  total_messages bigint,
  scrape_time timestamptz,
  queue_visible_length bigint
);

create function pgmq.format_table_name(queue_name text, prefix text) returns text
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  if queue_name ~ '\$|;|--|''' then
    raise exception 'queue name contains invalid characters: $, ;, --, or \''';
  end if;
  return lower(prefix || '_' || queue_name);
end
$$;

create function pgmq.validate_queue_name(queue_name text) returns void
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  if length(queue_name) > 47 then
    raise exception 'queue name is too long, maximum length is 47 characters';
  end if;
end
$$;

create function pgmq.stand_in_create(queue_name text, unlogged boolean, partitioned boolean) returns void
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  queue text := pgmq.format_table_name(queue_name, 'q');
  archive text := pgmq.format_table_name(queue_name, 'a');
begin
  perform pgmq.validate_queue_name(queue_name);
  execute format(
    'create %s table if not exists pgmq.%I (
      msg_id bigint primary key generated always as identity,
      read_ct integer default 0 not null,
      enqueued_at timestamptz default now() not null,
      vt timestamptz not null,
      message jsonb,
      headers jsonb
    )',
    case when unlogged then 'unlogged' end,
    queue
  );
  execute format(
    'create table if not exists pgmq.%I (
      msg_id bigint primary key,
      read_ct integer default 0 not null,
      enqueued_at timestamptz default now() not null,
      archived_at timestamptz default now() not null,
      vt timestamptz not null,
      message jsonb,
      headers jsonb
    )',
    archive
  );
  execute format('create index if not exists %I on pgmq.%I (vt)', queue || '_vt_idx', queue);
  execute format(
    'create index if not exists %I on pgmq.%I (archived_at)', 'archived_at_idx_' || $1, archive
  );
  insert into pgmq.meta (queue_name, is_partitioned, is_unlogged)
  values ($1, partitioned, unlogged)
  on conflict do nothing;
end
$$;

create function pgmq.create_non_partitioned(queue_name text) returns void
language plpgsql as $$ begin perform pgmq.stand_in_create(queue_name, false, false); end $$;

create function pgmq.create(queue_name text) returns void
language plpgsql as $$ begin perform pgmq.stand_in_create(queue_name, false, false); end $$;

create function pgmq.create_unlogged(queue_name text) returns void
language plpgsql as $$ begin perform pgmq.stand_in_create(queue_name, true, false); end $$;

create function pgmq.create_partitioned(
  queue_name text, partition_interval text default '10000', retention_interval text default '100000'
) returns void
language plpgsql as $$ begin perform pgmq.stand_in_create(queue_name, false, true); end $$;

create function pgmq.drop_queue(queue_name text) returns boolean
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  queue text := pgmq.format_table_name(queue_name, 'q');
begin
  if to_regclass(format('pgmq.%I', queue)) is null then
    raise notice 'pgmq queue `%` does not exist', queue_name;
    return false;
  end if;
  execute format('drop table if exists pgmq.%I, pgmq.%I', queue, pgmq.format_table_name(queue_name, 'a'));
  delete from pgmq.meta where meta.queue_name = $1;
  return true;
end
$$;

create function pgmq.drop_queue(queue_name text, partitioned boolean) returns boolean
language sql
return pgmq.drop_queue($1);

create function pgmq.detach_archive(queue_name text) returns void
language plpgsql as $$ begin end $$;

create function pgmq.purge_queue(queue_name text) returns bigint
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  purged bigint;
begin
  execute format('delete from pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
  get diagnostics purged = row_count;
  return purged;
end
$$;

create function pgmq.list_queues() returns setof pgmq.queue_record
language sql
begin atomic
  select queue_name, is_partitioned, is_unlogged, created_at from pgmq.meta;
end;

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz)
returns setof bigint
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  return query execute format(
    'insert into pgmq.%I (vt, message, headers)
    select $2, sent.message, sent.headers from unnest($1, $3) as sent (message, headers)
    returning msg_id',
    pgmq.format_table_name(queue_name, 'q')
  ) using msgs, delay, coalesce(headers, '{}');
end
$$;

do $script$
declare
  variant text[];
begin
  -- Name of the function, type of what is sent, further parameters, headers, and the time from which it can be read.
  foreach variant slice 1 in array array[
    ['', '', 'null', 'pg_catalog.clock_timestamp()'],
    [', headers jsonb$', '', '$3', 'pg_catalog.clock_timestamp()'],
    [', delay integer', '', 'null', 'pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => $3)'],
    [', delay timestamptz', '', 'null', '$3'],
    [', headers jsonb$, delay integer', '', '$3', 'pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => $4)'],
    [', headers jsonb$, delay timestamptz', 'single', '$3', '$4']
  ] loop
    execute pg_catalog.format(
      'create function pgmq.send(queue_name text, msg jsonb%s) returns setof bigint language sql begin atomic
        select sent from pgmq.send_batch($1, array[$2], %s, %s) as sent; end',
      pg_catalog.replace(variant[1], '$', ''),
      case variant[3] when 'null' then 'null' else 'array[$3]' end,
      variant[4]
    );
    continue when variant[2] = 'single';
    execute pg_catalog.format(
      'create function pgmq.send_batch(queue_name text, msgs jsonb[]%s) returns setof bigint language sql begin atomic
        select sent from pgmq.send_batch($1, $2, %s, %s) as sent; end',
      pg_catalog.replace(variant[1], '$', '[]'),
      variant[3],
      variant[4]
    );
  end loop;
end
$script$;

create function pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb default '{}')
returns setof pgmq.message_record
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  return query execute format(
    'update pgmq.%1$I as queue
    set vt = clock_timestamp() + make_interval(secs => $1), read_ct = queue.read_ct + 1
    from (
      select msg_id from pgmq.%1$I
      where vt <= clock_timestamp() and message @> $3
      order by msg_id limit $2 for update skip locked
    ) as due
    where queue.msg_id = due.msg_id
    returning queue.msg_id, queue.read_ct, queue.enqueued_at, queue.vt, queue.message, queue.headers',
    pgmq.format_table_name(queue_name, 'q')
  ) using $2, qty, conditional;
end
$$;

-- Nobody sends while a migration waits: what is not there at once does not come.
create function pgmq.read_with_poll(
  queue_name text,
  vt integer,
  qty integer,
  max_poll_seconds integer default 5,
  poll_interval_ms integer default 100,
  conditional jsonb default '{}'
) returns setof pgmq.message_record
language sql
begin atomic
  select * from pgmq.read($1, $2, $3, $6);
end;

create function pgmq.pop(queue_name text) returns setof pgmq.message_record
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  return query execute format(
    'delete from pgmq.%1$I
    where msg_id = (
      select msg_id from pgmq.%1$I where vt <= clock_timestamp() order by msg_id limit 1 for update skip locked
    )
    returning msg_id, read_ct, enqueued_at, vt, message, headers',
    pgmq.format_table_name(queue_name, 'q')
  );
end
$$;

create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer) returns setof pgmq.message_record
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  return query execute format(
    'update pgmq.%I set vt = clock_timestamp() + make_interval(secs => $2) where msg_id = $1
    returning msg_id, read_ct, enqueued_at, vt, message, headers',
    pgmq.format_table_name(queue_name, 'q')
  ) using msg_id, vt;
end
$$;

create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  return query execute format(
    'delete from pgmq.%I where msg_id = any ($1) returning msg_id', pgmq.format_table_name(queue_name, 'q')
  ) using msg_ids;
end
$$;

create function pgmq.delete(queue_name text, msg_id bigint) returns boolean
language sql
begin atomic
  select pg_catalog.count(*) > 0 from pgmq.delete($1, array[$2]);
end;

create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
begin
  return query execute format(
    'with gone as (
      delete from pgmq.%I where msg_id = any ($1) returning msg_id, read_ct, enqueued_at, vt, message, headers
    )
    insert into pgmq.%I (msg_id, read_ct, enqueued_at, vt, message, headers)
    select msg_id, read_ct, enqueued_at, vt, message, headers from gone
    returning msg_id',
    pgmq.format_table_name(queue_name, 'q'),
    pgmq.format_table_name(queue_name, 'a')
  ) using msg_ids;
end
$$;

create function pgmq.archive(queue_name text, msg_id bigint) returns boolean
language sql
begin atomic
  select pg_catalog.count(*) > 0 from pgmq.archive($1, array[$2]);
end;

create function pgmq.metrics(queue_name text) returns pgmq.metrics_result
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  result pgmq.metrics_result;
  queue text := pgmq.format_table_name(queue_name, 'q');
begin
  execute format(
    'select $1, count(*), extract(epoch from now() - max(enqueued_at))::integer,
      extract(epoch from now() - min(enqueued_at))::integer, coalesce(max(msg_id), 0), now(),
      count(*) filter (where vt <= now())
    from pgmq.%I',
    queue
  ) into result using queue_name;
  return result;
end
$$;

create function pgmq.metrics_all() returns setof pgmq.metrics_result
language sql
begin atomic
  select result.* from pgmq.meta, lateral pgmq.metrics(meta.queue_name) as result;
end;

-- Whoever makes the extension, postgres makes queues with it.
grant all on schema pgmq to postgres;
grant all on pgmq.meta to postgres;
