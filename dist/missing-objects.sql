select
  case wanted.kind
    when 'schema' then not exists (select from pg_catalog.pg_namespace as n where n.nspname = wanted.name)
    when 'extension' then not exists (select from pg_catalog.pg_extension as e where e.extname = wanted.name)
    when 'relation' then c.oid is null
    when 'type' then not exists (
      select
      from pg_catalog.pg_type as t
      where t.typname = wanted.name and t.typnamespace = n.oid
    )
    when 'function' then not exists (
      select
      from pg_catalog.pg_proc as p
      where p.proname = wanted.name and p.pronamespace = n.oid
    )
    when 'column' then not exists (
      select
      from pg_catalog.pg_attribute as a
      where a.attrelid = c.oid and a.attname = wanted.part and not a.attisdropped
    )
    when 'policy' then not exists (
      select from pg_catalog.pg_policy as p where p.polrelid = c.oid and p.polname = wanted.part
    )
    when 'trigger' then not exists (
      select from pg_catalog.pg_trigger as t where t.tgrelid = c.oid and t.tgname = wanted.part
    )
    when 'constraint' then not exists (
      select from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.conname = wanted.part
    )
    else true
  end as missing
from
  rows from (
    pg_catalog.jsonb_to_recordset($1::pg_catalog.text::pg_catalog.jsonb)
      as (kind pg_catalog.text, schema pg_catalog.text, name pg_catalog.text, part pg_catalog.text)
  ) with ordinality as wanted (kind, schema, name, part, position)
left join pg_catalog.pg_namespace as n on n.nspname = wanted.schema
left join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = wanted.name
order by wanted.position
