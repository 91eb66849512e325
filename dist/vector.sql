-- Stands in for pgvector: its types, operators and operator classes. Values are kept as their text and distances are
-- computed from it; an index is a hash index that answers no query.
create type vector;
create type halfvec;
create type sparsevec;

do $script$
declare
  kind text;
begin
  foreach kind in array array['vector', 'halfvec', 'sparsevec'] loop
    -- Read as text: a type's input may not be written in PL/pgSQL. The typmod is that of bit(n): the number itself.
    execute pg_catalog.format(
      $sql$
      create function %1$s_in(cstring, oid, integer) returns %1$s
        language internal immutable strict parallel safe as 'textin';
      create function %1$s_out(%1$s) returns cstring
        language internal immutable strict parallel safe as 'textout';
      create function %1$s_recv(internal, oid, integer) returns %1$s
        language internal stable strict parallel safe as 'textrecv';
      create function %1$s_send(%1$s) returns bytea
        language internal stable strict parallel safe as 'textsend';
      create function %1$s_typmod_in(cstring[]) returns integer
        language internal immutable strict parallel safe as 'bittypmodin';
      create function %1$s_typmod_out(integer) returns cstring
        language internal immutable strict parallel safe as 'bittypmodout';
      create type %1$s (
        input = %1$s_in,
        output = %1$s_out,
        receive = %1$s_recv,
        send = %1$s_send,
        typmod_in = %1$s_typmod_in,
        typmod_out = %1$s_typmod_out,
        storage = external
      );

      -- Asked on every way into a column with a number of dimensions, except COPY's.
      create function %1$s(%1$s, integer, boolean) returns %1$s
        language plpgsql immutable strict parallel safe set search_path to 'pg_catalog', 'pg_temp' as $body$
        declare
          given integer;
        begin
          if $2 = -1 then
            return $1;
          end if;
          begin
            if %1$L = 'sparsevec' then
              given := split_part($1::text, '/', 2)::integer;
            else
              given := cardinality(translate($1::text, '[]', '{}')::real[]);
            end if;
          exception when others then
            raise exception 'invalid input syntax for type %1$s: "%%"', $1 using errcode = '22P02';
          end;
          if given <> $2 then
            raise exception 'expected %% dimensions, not %%', $2, given using errcode = '22000';
          end if;
          return $1;
        end
        $body$;
      create cast (%1$s as %1$s) with function %1$s(%1$s, integer, boolean) as implicit;
      $sql$,
      kind
    );
  end loop;
end
$script$;

-- Numbers of a value, and back.
create function vector_to_float4(vector, integer, boolean) returns real[]
language sql immutable strict parallel safe
return pg_catalog.translate($1::text, '[]', '{}')::real[];

create function halfvec_to_float4(halfvec, integer, boolean) returns real[]
language sql immutable strict parallel safe
return pg_catalog.translate($1::text, '[]', '{}')::real[];

create function sparsevec_to_float4(sparsevec, integer, boolean) returns real[]
language sql immutable strict parallel safe
return (
  select pg_catalog.array_agg(coalesce(pg_catalog.split_part(pair, ':', 2)::real, 0::real) order by place)
  from pg_catalog.generate_series(1, pg_catalog.split_part($1::text, '/', 2)::integer) as places (place)
  left join pg_catalog.string_to_table(
    pg_catalog.btrim(pg_catalog.split_part($1::text, '/', 1), ' {}'), ','
  ) as pairs (pair)
    on pg_catalog.btrim(pair) <> '' and pg_catalog.split_part(pair, ':', 1)::integer = place
);

create function array_to_vector(real[], integer, boolean) returns vector
language sql immutable strict parallel safe
return vector(('[' || pg_catalog.array_to_string($1, ',') || ']')::vector, $2, $3);

create function array_to_halfvec(real[], integer, boolean) returns halfvec
language sql immutable strict parallel safe
return halfvec(('[' || pg_catalog.array_to_string($1, ',') || ']')::halfvec, $2, $3);

create function array_to_sparsevec(real[], integer, boolean) returns sparsevec
language sql immutable strict parallel safe
return (
  select
    sparsevec(
      (
        '{'
        || coalesce(
          pg_catalog.string_agg(place::text || ':' || number::text, ',' order by place)
          filter (where number <> 0::real),
          ''
        )
        || '}/' || pg_catalog.cardinality($1)::text
      )::sparsevec,
      $2,
      $3
    )
  from pg_catalog.unnest($1) with ordinality as numbers (number, place)
);

do $script$
declare
  kind text;
  element text;
begin
  foreach kind in array array['vector', 'halfvec', 'sparsevec'] loop
    foreach element in array array['integer', 'double precision', 'numeric'] loop
      execute pg_catalog.format(
        $sql$
        create function array_to_%1$s(%2$s[], integer, boolean) returns %1$s
          language sql immutable strict parallel safe
          return array_to_%1$s($1::real[], $2, $3);
        create cast (%2$s[] as %1$s) with function array_to_%1$s(%2$s[], integer, boolean) as assignment;
        $sql$,
        kind,
        element
      );
    end loop;

    execute pg_catalog.format(
      $sql$
      create cast (real[] as %1$s) with function array_to_%1$s(real[], integer, boolean) as assignment;

      create function %1$s_cmp(%1$s, %1$s) returns integer language sql immutable strict parallel safe
        return pg_catalog.btarraycmp(%1$s_to_float4($1, -1, false), %1$s_to_float4($2, -1, false));
      create function %1$s_hash(%1$s) returns integer language sql immutable strict parallel safe
        return pg_catalog.hash_array(%1$s_to_float4($1, -1, false));
      create function %1$s_eq(%1$s, %1$s) returns boolean language sql immutable strict parallel safe
        return %1$s_cmp($1, $2) = 0;
      create function %1$s_ne(%1$s, %1$s) returns boolean language sql immutable strict parallel safe
        return %1$s_cmp($1, $2) <> 0;
      create function %1$s_lt(%1$s, %1$s) returns boolean language sql immutable strict parallel safe
        return %1$s_cmp($1, $2) < 0;
      create function %1$s_le(%1$s, %1$s) returns boolean language sql immutable strict parallel safe
        return %1$s_cmp($1, $2) <= 0;
      create function %1$s_gt(%1$s, %1$s) returns boolean language sql immutable strict parallel safe
        return %1$s_cmp($1, $2) > 0;
      create function %1$s_ge(%1$s, %1$s) returns boolean language sql immutable strict parallel safe
        return %1$s_cmp($1, $2) >= 0;

      create function l2_norm(%1$s) returns double precision language sql immutable strict parallel safe
        return (
          select pg_catalog.sqrt(coalesce(pg_catalog.sum(a::double precision * a), 0::double precision))
          from pg_catalog.unnest(%1$s_to_float4($1, -1, false)) as numbers (a)
        );
      create function l2_normalize(%1$s) returns %1$s language sql immutable strict parallel safe
        return (
          select array_to_%1$s(
            pg_catalog.array_agg((a / coalesce(nullif(l2_norm($1), 0::double precision), 1::double precision))::real order by place), -1, false
          )
          from pg_catalog.unnest(%1$s_to_float4($1, -1, false)) with ordinality as numbers (a, place)
        );
      create function inner_product(%1$s, %1$s) returns double precision language sql immutable strict parallel safe
        return (
          select coalesce(pg_catalog.sum(a::double precision * b), 0)
          from rows from (
            pg_catalog.unnest(%1$s_to_float4($1, -1, false)), pg_catalog.unnest(%1$s_to_float4($2, -1, false))
          ) as numbers (a, b)
        );
      create function %1$s_negative_inner_product(%1$s, %1$s) returns double precision
        language sql immutable strict parallel safe
        return - inner_product($1, $2);
      create function %1$s_l2_squared_distance(%1$s, %1$s) returns double precision
        language sql immutable strict parallel safe
        return (
          select coalesce(pg_catalog.sum((a::double precision - b) * (a::double precision - b)), 0)
          from rows from (
            pg_catalog.unnest(%1$s_to_float4($1, -1, false)), pg_catalog.unnest(%1$s_to_float4($2, -1, false))
          ) as numbers (a, b)
        );
      create function l2_distance(%1$s, %1$s) returns double precision language sql immutable strict parallel safe
        return pg_catalog.sqrt(%1$s_l2_squared_distance($1, $2));
      create function l1_distance(%1$s, %1$s) returns double precision language sql immutable strict parallel safe
        return (
          select coalesce(pg_catalog.sum(pg_catalog.abs(a::double precision - b)), 0)
          from rows from (
            pg_catalog.unnest(%1$s_to_float4($1, -1, false)), pg_catalog.unnest(%1$s_to_float4($2, -1, false))
          ) as numbers (a, b)
        );
      create function cosine_distance(%1$s, %1$s) returns double precision language sql immutable strict parallel safe
        return coalesce(
          1::double precision - inner_product($1, $2) / nullif(
            pg_catalog.sqrt(inner_product($1, $1) * inner_product($2, $2)), 0::double precision
          ),
          'NaN'::double precision
        );

      create operator <-> (leftarg = %1$s, rightarg = %1$s, function = l2_distance, commutator = <->);
      create operator <#> (leftarg = %1$s, rightarg = %1$s, function = %1$s_negative_inner_product, commutator = <#>);
      create operator <=> (leftarg = %1$s, rightarg = %1$s, function = cosine_distance, commutator = <=>);
      create operator <+> (leftarg = %1$s, rightarg = %1$s, function = l1_distance, commutator = <+>);
      create operator < (
        leftarg = %1$s, rightarg = %1$s, function = %1$s_lt, commutator = >, negator = >=,
        restrict = scalarltsel, join = scalarltjoinsel
      );
      create operator <= (
        leftarg = %1$s, rightarg = %1$s, function = %1$s_le, commutator = >=, negator = >,
        restrict = scalarlesel, join = scalarlejoinsel
      );
      create operator = (
        leftarg = %1$s, rightarg = %1$s, function = %1$s_eq, commutator = =, negator = <>,
        restrict = eqsel, join = eqjoinsel
      );
      create operator <> (
        leftarg = %1$s, rightarg = %1$s, function = %1$s_ne, commutator = <>, negator = =,
        restrict = neqsel, join = neqjoinsel
      );
      create operator >= (
        leftarg = %1$s, rightarg = %1$s, function = %1$s_ge, commutator = <=, negator = <,
        restrict = scalargesel, join = scalargejoinsel
      );
      create operator > (
        leftarg = %1$s, rightarg = %1$s, function = %1$s_gt, commutator = <, negator = <=,
        restrict = scalargtsel, join = scalargtjoinsel
      );
      create operator class %1$s_ops default for type %1$s using btree as
        operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
        function 1 %1$s_cmp(%1$s, %1$s);
      $sql$,
      kind
    );
    continue when kind = 'sparsevec';

    -- What pgvector has for dense values only.
    execute pg_catalog.format(
      $sql$
      create function vector_dims(%1$s) returns integer language sql immutable strict parallel safe
        return pg_catalog.cardinality(%1$s_to_float4($1, -1, false));
      create function binary_quantize(%1$s) returns bit language sql immutable strict parallel safe
        return (
          select pg_catalog.string_agg(case when a > 0::real then '1' else '0' end, '' order by place)::bit varying::bit
          from pg_catalog.unnest(%1$s_to_float4($1, -1, false)) with ordinality as numbers (a, place)
        );
      create function subvector(%1$s, integer, integer) returns %1$s language sql immutable strict parallel safe
        return array_to_%1$s((%1$s_to_float4($1, -1, false))[$2 : $2 + $3 - 1], -1, false);
      create function %1$s_concat(%1$s, %1$s) returns %1$s language sql immutable strict parallel safe
        return array_to_%1$s(
          pg_catalog.array_cat(%1$s_to_float4($1, -1, false), %1$s_to_float4($2, -1, false)), -1, false
        );
      create operator || (leftarg = %1$s, rightarg = %1$s, function = %1$s_concat);

      create function %1$s_accum(double precision[], %1$s) returns double precision[]
        language sql immutable strict parallel safe
        return (
          select pg_catalog.array_agg(coalesce(a, 0::double precision) + coalesce(b, 0::double precision) order by place)
          from rows from (
            pg_catalog.unnest($1),
            pg_catalog.unnest(
              pg_catalog.array_prepend(1::double precision, %1$s_to_float4($2, -1, false)::double precision[])
            )
          ) with ordinality as numbers (a, b, place)
        );
      create function %1$s_avg(double precision[]) returns %1$s language sql immutable strict parallel safe
        return case
          when $1[1] > 0::double precision then (
            select array_to_%1$s(pg_catalog.array_agg((a / $1[1])::real order by place), -1, false)
            from pg_catalog.unnest($1[2 :]) with ordinality as numbers (a, place)
          )
        end;
      create aggregate avg(%1$s) (
        sfunc = %1$s_accum, stype = double precision[], finalfunc = %1$s_avg, initcond = '{0}', parallel = safe
      );
      $sql$,
      kind
    );
    declare
      named text[];
    begin
      foreach named slice 1 in array array[['add', '+'], ['sub', '-'], ['mul', '*']] loop
        execute pg_catalog.format(
          $sql$
          create function %1$s_%2$s(%1$s, %1$s) returns %1$s language sql immutable strict parallel safe
            return (
              select array_to_%1$s(pg_catalog.array_agg(a %3$s b order by place), -1, false)
              from rows from (
                pg_catalog.unnest(%1$s_to_float4($1, -1, false)), pg_catalog.unnest(%1$s_to_float4($2, -1, false))
              ) with ordinality as numbers (a, b, place)
            );
          create operator %3$s (leftarg = %1$s, rightarg = %1$s, function = %1$s_%2$s);
          $sql$,
          kind,
          named[1],
          named[2]
        );
      end loop;
    end;
    execute pg_catalog.format(
      'create aggregate sum(%1$s) (sfunc = %1$s_add, stype = %1$s, combinefunc = %1$s_add, parallel = safe)',
      kind
    );
  end loop;
end
$script$;

create function vector_norm(vector) returns double precision
language sql immutable strict parallel safe
return l2_norm($1);

create function halfvec_to_vector(halfvec, integer, boolean) returns vector
language sql immutable strict parallel safe
return array_to_vector(halfvec_to_float4($1, -1, false), $2, $3);

create function vector_to_halfvec(vector, integer, boolean) returns halfvec
language sql immutable strict parallel safe
return array_to_halfvec(vector_to_float4($1, -1, false), $2, $3);

create function sparsevec_to_vector(sparsevec, integer, boolean) returns vector
language sql immutable strict parallel safe
return array_to_vector(sparsevec_to_float4($1, -1, false), $2, $3);

create function vector_to_sparsevec(vector, integer, boolean) returns sparsevec
language sql immutable strict parallel safe
return array_to_sparsevec(vector_to_float4($1, -1, false), $2, $3);

create function sparsevec_to_halfvec(sparsevec, integer, boolean) returns halfvec
language sql immutable strict parallel safe
return array_to_halfvec(sparsevec_to_float4($1, -1, false), $2, $3);

create function halfvec_to_sparsevec(halfvec, integer, boolean) returns sparsevec
language sql immutable strict parallel safe
return array_to_sparsevec(halfvec_to_float4($1, -1, false), $2, $3);

create cast (vector as real[]) with function vector_to_float4(vector, integer, boolean) as implicit;
create cast (halfvec as real[]) with function halfvec_to_float4(halfvec, integer, boolean) as assignment;
create cast (halfvec as vector) with function halfvec_to_vector(halfvec, integer, boolean) as assignment;
create cast (vector as halfvec) with function vector_to_halfvec(vector, integer, boolean) as implicit;
create cast (sparsevec as vector) with function sparsevec_to_vector(sparsevec, integer, boolean) as assignment;
create cast (vector as sparsevec) with function vector_to_sparsevec(vector, integer, boolean) as implicit;
create cast (sparsevec as halfvec) with function sparsevec_to_halfvec(sparsevec, integer, boolean) as assignment;
create cast (halfvec as sparsevec) with function halfvec_to_sparsevec(halfvec, integer, boolean) as implicit;

create function hamming_distance(bit, bit) returns double precision
language sql immutable strict parallel safe
return pg_catalog.length(pg_catalog.replace(($1 # $2)::text, '0', ''))::double precision;

create function jaccard_distance(bit, bit) returns double precision
language sql immutable strict parallel safe
return 1::double precision - coalesce(
  pg_catalog.length(pg_catalog.replace(($1 & $2)::text, '0', ''))::double precision
  / nullif(pg_catalog.length(pg_catalog.replace(($1 | $2)::text, '0', ''))::double precision, 0::double precision),
  0::double precision
);

create operator <~> (leftarg = bit, rightarg = bit, function = hamming_distance, commutator = <~>);
create operator <%> (leftarg = bit, rightarg = bit, function = jaccard_distance, commutator = <%>);

create function bit_hash(bit) returns integer
language internal immutable strict parallel safe as 'hashvarlena';

-- A hash index takes values of any length and of any type that has a hash. It knows none of pgvector's parameters.
create function hnswhandler(internal) returns index_am_handler language internal as 'hashhandler';
create access method hnsw type index handler hnswhandler;
create function ivfflathandler(internal) returns index_am_handler language internal as 'hashhandler';
create access method ivfflat type index handler ivfflathandler;

do $script$
declare
  class text[];
begin
  foreach class slice 1 in array array[
    ['vector', 'l2', 'hnsw', ''],
    ['vector', 'ip', 'hnsw', ''],
    ['vector', 'cosine', 'hnsw', ''],
    ['vector', 'l1', 'hnsw', ''],
    ['halfvec', 'l2', 'hnsw', ''],
    ['halfvec', 'ip', 'hnsw', ''],
    ['halfvec', 'cosine', 'hnsw', ''],
    ['halfvec', 'l1', 'hnsw', ''],
    ['sparsevec', 'l2', 'hnsw', ''],
    ['sparsevec', 'ip', 'hnsw', ''],
    ['sparsevec', 'cosine', 'hnsw', ''],
    ['sparsevec', 'l1', 'hnsw', ''],
    ['bit', 'hamming', 'hnsw', ''],
    ['bit', 'jaccard', 'hnsw', ''],
    ['vector', 'l2', 'ivfflat', 'default'],
    ['vector', 'ip', 'ivfflat', ''],
    ['vector', 'cosine', 'ivfflat', ''],
    ['halfvec', 'l2', 'ivfflat', ''],
    ['halfvec', 'ip', 'ivfflat', ''],
    ['halfvec', 'cosine', 'ivfflat', ''],
    ['bit', 'hamming', 'ivfflat', '']
  ] loop
    execute pg_catalog.format(
      'create operator class %1$s_%2$s_ops %4$s for type %1$s using %3$s as'
        ' operator 1 = (%1$s, %1$s), function 1 %1$s_hash(%1$s)',
      variadic class
    );
  end loop;
end
$script$;

-- What pgvector finds when it builds an index, on an empty table too: a column of too many dimensions, or of none. What
-- an expression has is not looked at.
create function stand_in_index_dimensions() returns event_trigger
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  made record;
begin
  for made in
    select
      am.amname,
      a.atttypmod as dimensions,
      case t.typname
        when 'halfvec' then 4000
        when 'bit' then 64000
        when 'sparsevec' then 1000000000
        else 2000
      end as most
    from pg_event_trigger_ddl_commands() as command
    join pg_class as c on c.oid = command.objid and command.classid = 'pg_class'::regclass
    join pg_am as am on am.oid = c.relam and am.amname in ('hnsw', 'ivfflat')
    join pg_index as i on i.indexrelid = c.oid
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    join pg_type as t on t.oid = a.atttypid
  loop
    if made.dimensions < 0 then
      raise exception 'column does not have dimensions' using errcode = '22023';
    elsif made.dimensions > made.most then
      raise exception 'column cannot have more than % dimensions for % index', made.most, made.amname
        using errcode = '54000';
    end if;
  end loop;
end
$$;

create event trigger vector_index_dimensions on ddl_command_end when tag in ('CREATE INDEX')
execute function stand_in_index_dimensions();
