create schema :schema;

create unlogged table :schema.dropped (
  position pg_catalog.int8 generated always as identity,
  started pg_catalog.timestamptz not null,
  query pg_catalog.text,
  type pg_catalog.text not null,
  oid pg_catalog.oid not null,
  sub_id pg_catalog.int4 not null,
  identity pg_catalog.text,
  original pg_catalog.bool not null,
  cascaded pg_catalog.bool not null
);

create unlogged table :schema.touched (
  position pg_catalog.int8 generated always as identity,
  started pg_catalog.timestamptz not null,
  query pg_catalog.text,
  command pg_catalog.text not null,
  type pg_catalog.text not null,
  oid pg_catalog.oid not null,
  identity pg_catalog.text
);

create function :schema.on_drop() returns pg_catalog.event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.dropped (started, query, type, oid, sub_id, identity, original, cascaded)
  select
    pg_catalog.statement_timestamp(),
    pg_catalog.current_query(),
    d.object_type,
    d.objid,
    d.objsubid,
    d.object_identity,
    d.original,
    -- A policy depends on its table twice: as a part of it, and by the columns it reads.
    d.normal
    and not d.original
    and not exists (
      select
      from pg_catalog.pg_event_trigger_dropped_objects() as o
      where
        o.objsubid = 0
        and o.object_type in ('table', 'view', 'materialized view', 'foreign table')
        and d.object_type in ('policy', 'rule', 'trigger', 'table constraint', 'default value', 'table column')
        and o.address_names = d.address_names[1:2]
    )
  from pg_catalog.pg_event_trigger_dropped_objects() as d
  where not d.is_temporary and d.schema_name is distinct from 'pg_toast';
end
$$;

create function :schema.on_command() returns pg_catalog.event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.touched (started, query, command, type, oid, identity)
  select
    pg_catalog.statement_timestamp(),
    pg_catalog.current_query(),
    c.command_tag,
    c.object_type,
    c.objid,
    c.object_identity
  from pg_catalog.pg_event_trigger_ddl_commands() as c
  where
    c.objid is not null
    and not c.in_extension
    and c.schema_name is distinct from 'pg_temp';
end
$$;

-- Rights on every table can be had without rights on the schema (pg_write_all_data), and Postgres 15 lets a role
-- that may make roles grant them to itself: only what runs as the owner of these tables may write here.
create function :schema.refuse() returns pg_catalog.trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if
    current_user is distinct from (
      select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class as c where c.oid = tg_relid
    )
  then
    raise exception 'the records of the gate cannot be changed' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

create trigger refuse before insert or update or delete or truncate on :schema.dropped
for each statement execute function :schema.refuse();
alter table :schema.dropped enable always trigger refuse;

create trigger refuse before insert or update or delete or truncate on :schema.touched
for each statement execute function :schema.refuse();
alter table :schema.touched enable always trigger refuse;

create event trigger :schema_on_drop on sql_drop execute function :schema.on_drop();
alter event trigger :schema_on_drop enable always;

create event trigger :schema_on_command on ddl_command_end execute function :schema.on_command();
alter event trigger :schema_on_command enable always;
