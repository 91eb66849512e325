-- Runs work of the gate's as the superuser, inside the transaction of whoever calls it. Only while the observer holds
-- the advisory locks that this very work and its nonce spell, so that it is of no use to the SQL that is being judged;
-- and without the project's event triggers, which a hosted project skips for a superuser, too.
create or replace function pg_temp.gatekeeper_carry_out(original pg_catalog.text, work pg_catalog.text, nonce pg_catalog.text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set standard_conforming_strings = on
set check_function_bodies = on
as $$
declare
  digest pg_catalog.text := pg_catalog.encode(
    pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat(nonce, ' ', work), 'UTF8')),
    'hex'
  );
  given pg_catalog.jsonb;
  path pg_catalog.text;
  step pg_catalog.text;
  wanted pg_catalog.bool;
  named pg_catalog.regprocedure;
  trigger record;
  paused pg_catalog.oid[];
  states pg_catalog.text[];
  trusted pg_catalog.bool[];
begin
  if 2 <> (
    select pg_catalog.count(*)
    from pg_catalog.pg_locks as l
    where
      l.locktype = 'advisory'
      and l.objsubid = 1
      and l.granted
      and l.pid = :observer
      and pg_catalog.concat(
        pg_catalog.lpad(pg_catalog.to_hex(l.classid::pg_catalog.int8), 8, '0'),
        pg_catalog.lpad(pg_catalog.to_hex(l.objid::pg_catalog.int8), 8, '0')
      ) in (pg_catalog.substr(digest, 1, 16), pg_catalog.substr(digest, 17, 16))
  ) then
    raise exception 'permission denied for function gatekeeper_carry_out' using errcode = 'insufficient_privilege';
  end if;
  given := work::pg_catalog.jsonb;
  path := given ->> 'path';

  -- What the statement calls while it runs must not be the project's own; what it makes run later, as the project's,
  -- must not be the superuser's.
  for step, wanted in
    select f.signature, true from pg_catalog.jsonb_array_elements_text(given -> 'calls') as f (signature)
    union all
    select f.signature, false from pg_catalog.jsonb_array_elements_text(given -> 'sets') as f (signature)
  loop
    perform pg_catalog.set_config('search_path', path, true);
    named := pg_catalog.to_regprocedure(step);
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    if exists (
      select
      from pg_catalog.pg_proc as p
      join pg_catalog.pg_roles as r on r.oid = p.proowner
      where p.oid = named and r.rolsuper <> wanted
    ) then
      raise exception 'permission denied for function %', named using errcode = 'insufficient_privilege';
    end if;
  end loop;

  -- The superuser's own, with a function of the superuser's, go on: they are the platform's and the witness.
  select
    pg_catalog.array_agg(t.oid order by t.oid),
    pg_catalog.array_agg(
      case t.evtenabled when 'R' then 'enable replica' when 'A' then 'enable always' else 'enable' end
      order by t.oid
    ),
    pg_catalog.array_agg(o.rolsuper and w.rolsuper order by t.oid)
  into paused, states, trusted
  from pg_catalog.pg_event_trigger as t
  join pg_catalog.pg_roles as o on o.oid = t.evtowner
  join pg_catalog.pg_proc as p on p.oid = t.evtfoid
  join pg_catalog.pg_roles as w on w.oid = p.proowner
  where t.evtenabled <> 'D' and (given ->> 'pauses')::pg_catalog.bool;
  for trigger in select t.evtname as name from pg_catalog.pg_event_trigger as t where t.oid = any (paused) loop
    execute pg_catalog.format('alter event trigger %I disable', trigger.name);
  end loop;

  for step in select s.text from pg_catalog.jsonb_array_elements_text(given -> 'before') as s (text) loop
    execute step;
  end loop;

  if given ->> 'statement' is not null then
    for trigger in
      select t.evtname as name, s.state
      from rows from (
        pg_catalog.unnest(paused), pg_catalog.unnest(states), pg_catalog.unnest(trusted)
      ) as s (oid, state, trusted)
      join pg_catalog.pg_event_trigger as t on t.oid = s.oid
      where s.trusted
    loop
      execute pg_catalog.format('alter event trigger %I %s', trigger.name, trigger.state);
    end loop;
    step := given ->> 'statement';
    perform pg_catalog.set_config('search_path', path, true);
    execute step;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    for trigger in
      select t.evtname as name
      from rows from (pg_catalog.unnest(paused), pg_catalog.unnest(trusted)) as s (oid, trusted)
      join pg_catalog.pg_event_trigger as t on t.oid = s.oid
      where s.trusted
    loop
      execute pg_catalog.format('alter event trigger %I disable', trigger.name);
    end loop;
  end if;

  for step in select s.text from pg_catalog.jsonb_array_elements_text(given -> 'after') as s (text) loop
    execute step;
  end loop;

  for trigger in
    select t.evtname as name, s.state
    from rows from (pg_catalog.unnest(paused), pg_catalog.unnest(states)) as s (oid, state)
    join pg_catalog.pg_event_trigger as t on t.oid = s.oid
  loop
    execute pg_catalog.format('alter event trigger %I %s', trigger.name, trigger.state);
  end loop;
end
$$;

-- The schema is the observer's, and what is in it goes with the session.
do $$
begin
  execute pg_catalog.format('grant usage on schema %s to postgres', pg_catalog.pg_my_temp_schema()::pg_catalog.regnamespace);
end
$$;
