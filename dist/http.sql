-- Stands in for http: nothing is sent, and the answer to every request is null.
create domain http_method as text;
create domain content_type as text check (value !~ '\S+/\S+; charset=\S+;');
create type http_header as (field character varying, value character varying);
create type http_response as (
  status integer, content_type character varying, headers http_header[], content character varying
);
create type http_request as (
  method http_method,
  uri character varying,
  headers http_header[],
  content_type character varying,
  content character varying
);

create function http_header(field character varying, value character varying) returns http_header
language sql immutable
return row($1, $2)::http_header;

create function http(request http_request) returns http_response
language plpgsql
as $$
begin
  raise notice 'no request is sent: this is a stand-in for http';
  return null;
end
$$;

create function http_get(uri character varying) returns http_response
language sql
return http(row('GET', $1, null, null, null)::http_request);

create function http_get(uri character varying, data jsonb) returns http_response
language sql
return http(row('GET', $1, null, null, null)::http_request);

create function http_post(
  uri character varying, content character varying, content_type character varying
) returns http_response
language sql
return http(row('POST', $1, null, $3, $2)::http_request);

create function http_post(uri character varying, data jsonb) returns http_response
language sql
return http(row('POST', $1, null, 'application/x-www-form-urlencoded', $2::text)::http_request);

create function http_put(
  uri character varying, content character varying, content_type character varying
) returns http_response
language sql
return http(row('PUT', $1, null, $3, $2)::http_request);

create function http_patch(
  uri character varying, content character varying, content_type character varying
) returns http_response
language sql
return http(row('PATCH', $1, null, $3, $2)::http_request);

create function http_delete(uri character varying) returns http_response
language sql
return http(row('DELETE', $1, null, null, null)::http_request);

create function http_delete(
  uri character varying, content character varying, content_type character varying
) returns http_response
language sql
return http(row('DELETE', $1, null, $3, $2)::http_request);

create function http_head(uri character varying) returns http_response
language sql
return http(row('HEAD', $1, null, null, null)::http_request);

create function http_set_curlopt(curlopt character varying, value character varying) returns boolean
language sql
return true;

create function http_reset_curlopt() returns boolean
language sql
return true;

create function http_list_curlopt() returns table (curlopt text, value text)
language sql
return null;

create function urlencode(string bytea) returns text
language sql immutable strict
return (
  select pg_catalog.string_agg(
    case
      when pair ~ '^(2d|2e|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])$'
        then pg_catalog.chr(pg_catalog.get_byte(pg_catalog.decode(pair, 'hex'), 0))
      else '%' || pg_catalog.upper(pair)
    end,
    '' order by place
  )
  from pg_catalog.regexp_matches(pg_catalog.encode(string, 'hex'), '..', 'g')
  with ordinality as found (pairs, place)
  cross join lateral pg_catalog.unnest(pairs) as pair
);

create function urlencode(string character varying) returns text
language sql immutable strict
return urlencode(pg_catalog.convert_to($1::text, 'UTF8'));

create function urlencode(data jsonb) returns text
language sql immutable strict
return (
  select pg_catalog.string_agg(
    urlencode(pg_catalog.convert_to(key, 'UTF8')) || '=' || urlencode(pg_catalog.convert_to(value, 'UTF8')), '&'
  )
  from pg_catalog.jsonb_each_text(data)
);

create function text_to_bytea(data text) returns bytea
language sql immutable strict
return pg_catalog.convert_to(data, 'UTF8');

create function bytea_to_text(data bytea) returns text
language sql immutable strict
return pg_catalog.convert_from(data, 'UTF8');
