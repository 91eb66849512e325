-- Stands in for pg_net: requests are queued and never sent.
create schema net;

create domain net.http_method as text
check (pg_catalog.lower(value) in ('get', 'post', 'delete'));

create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds integer not null
);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default pg_catalog.now()
);
create index on net._http_response (created);

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

create function net._urlencode_string(string character varying) returns text
language sql immutable
return (
  select pg_catalog.string_agg(
    case
      when letter ~ '^[A-Za-z0-9_.~-]$' then letter
      else pg_catalog.regexp_replace(
        pg_catalog.upper(pg_catalog.encode(pg_catalog.convert_to(letter, 'UTF8'), 'hex')), '(..)', '%\1', 'g'
      )
    end,
    '' order by place
  )
  from pg_catalog.string_to_table(string::text, null) with ordinality as letters (letter, place)
);

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language sql immutable
return url || case
  when pg_catalog.cardinality(params_array) > 0 then '?' || pg_catalog.array_to_string(params_array, '&')
  else ''
end;

create function net.stand_in_queue(
  method text, url text, params jsonb, headers jsonb, body jsonb, timeout_milliseconds integer
) returns bigint
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
#variable_conflict use_variable
declare
  request_id bigint;
  pairs text[];
begin
  select array_agg(net._urlencode_string(param.key) || '=' || net._urlencode_string(param.value))
  into pairs
  from jsonb_each_text(params) as param;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (
    method,
    net._encode_url_with_params_array(url, coalesce(pairs, '{}')),
    headers,
    convert_to(body::text, 'UTF8'),
    timeout_milliseconds
  )
  returning http_request_queue.id into request_id;
  return request_id;
end
$$;

create function net.http_get(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds integer default 5000
) returns bigint
language sql
return net.stand_in_queue('GET', $1, $2, $3, null, $4);

create function net.http_post(
  url text,
  body jsonb default '{}',
  params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}',
  timeout_milliseconds integer default 5000
) returns bigint
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  content_type text;
begin
  select header.value into content_type
  from jsonb_each_text(coalesce($4, '{}')) as header
  where lower(header.key) = 'content-type'
  limit 1;
  if content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  if content_type is null then
    headers := $4 || '{"Content-Type": "application/json"}';
  end if;
  return net.stand_in_queue('POST', url, params, headers, body, timeout_milliseconds);
end
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds integer default 5000,
  body jsonb default null
) returns bigint
language sql
return net.stand_in_queue('DELETE', $1, $2, $3, $5, $4);

create function net._http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language sql
return row('ERROR', 'request matching request_id not found', null)::net.http_response_result;

create function net.http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language sql
return net._http_collect_response($1, $2);

create function net._await_response(request_id bigint) returns boolean
language sql
return false;

create function net.check_worker_is_up() returns void language plpgsql as $$ begin end $$;
create function net.wait_until_running() returns void language plpgsql as $$ begin end $$;
create function net.wake() returns void language plpgsql as $$ begin end $$;
create function net.worker_restart() returns boolean language sql return true;

grant usage on schema net to public;
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;
do $script$
declare
  api_role text;
begin
  foreach api_role in array array['postgres', 'anon', 'authenticated', 'service_role'] loop
    if pg_catalog.to_regrole(api_role) is not null then
      execute pg_catalog.format('grant usage on schema net to %I', api_role);
      execute pg_catalog.format('grant execute on all functions in schema net to %I', api_role);
    end if;
  end loop;
end
$script$;
