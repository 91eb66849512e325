-- Stands in for pg_hashids: an id is its numbers in hexadecimal, which can be read back and is not what hosted gives.
create function id_encode(numbers bigint[], salt text, min_length integer, alphabet text) returns text
language sql immutable
return (
  select pg_catalog.lpad(ids, greatest(coalesce($3, 0), pg_catalog.length(ids)), 'x')
  from (
    select pg_catalog.string_agg(pg_catalog.to_hex(number), 'z' order by place) as ids
    from pg_catalog.unnest($1) with ordinality as given (number, place)
  ) as joined
);

create function id_encode(numbers bigint[], salt text, min_length integer) returns text
language sql immutable
return id_encode($1, $2, $3, null);

create function id_encode(numbers bigint[], salt text) returns text
language sql immutable
return id_encode($1, $2, 0, null);

create function id_encode(numbers bigint[]) returns text
language sql immutable
return id_encode($1, null, 0, null);

create function id_encode(number bigint, salt text, min_length integer, alphabet text) returns text
language sql immutable
return id_encode(array[$1], $2, $3, $4);

create function id_encode(number bigint, salt text, min_length integer) returns text
language sql immutable
return id_encode(array[$1], $2, $3, null);

create function id_encode(number bigint, salt text) returns text
language sql immutable
return id_encode(array[$1], $2, 0, null);

create function id_encode(number bigint) returns text
language sql immutable
return id_encode(array[$1], null, 0, null);

create function id_decode(hash text, salt text, min_length integer, alphabet text) returns bigint[]
language sql immutable
return (
  select pg_catalog.array_agg(('x' || pg_catalog.lpad(part, 16, '0'))::bit(64)::bigint order by place)
  from pg_catalog.string_to_table(pg_catalog.ltrim($1, 'x'), 'z') with ordinality as parts (part, place)
  where part ~ '^[0-9a-f]{1,16}$'
);

create function id_decode(hash text, salt text, min_length integer) returns bigint[]
language sql immutable
return id_decode($1, $2, $3, null);

create function id_decode(hash text, salt text) returns bigint[]
language sql immutable
return id_decode($1, $2, 0, null);

create function id_decode(hash text) returns bigint[]
language sql immutable
return id_decode($1, null, 0, null);

create function id_decode_once(hash text, salt text, min_length integer, alphabet text) returns bigint
language sql immutable
return (id_decode($1, $2, $3, $4))[1];

create function id_decode_once(hash text, salt text, min_length integer) returns bigint
language sql immutable
return (id_decode($1, $2, $3, null))[1];

create function id_decode_once(hash text, salt text) returns bigint
language sql immutable
return (id_decode($1, $2, 0, null))[1];

create function id_decode_once(hash text) returns bigint
language sql immutable
return (id_decode($1, null, 0, null))[1];
