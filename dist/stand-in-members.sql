-- What the installed stand-ins consist of, and columns of the project's own tables that have a type of theirs.
-- `common`: Postgres itself has a function, or an operator for more than distances, of that name.
with
member as (
  select e.extname as extension, d.classid, d.objid
  from pg_catalog.pg_extension as e
  join pg_catalog.pg_depend as d
    on d.refobjid operator(pg_catalog.=) e.oid
    and d.refclassid operator(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
    and d.deptype operator(pg_catalog.=) 'e'::pg_catalog."char"
  where e.extname operator(pg_catalog.=) any (:names::pg_catalog.name[])
),
found as (
  select m.extension, 'type' as kind, t.typnamespace as namespace, t.typname as name, null as part, false as common
  from member as m
  join pg_catalog.pg_type as t on t.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid
  union all
  select
    m.extension,
    'function',
    p.pronamespace,
    p.proname,
    null,
    exists (
      select
      from pg_catalog.pg_proc as own
      where
        own.proname operator(pg_catalog.=) p.proname
        and own.pronamespace operator(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace::pg_catalog.oid
    )
  from member as m
  join pg_catalog.pg_proc as p on p.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
  union all
  select
    m.extension,
    'operator',
    o.oprnamespace,
    o.oprname,
    null,
    exists (
      select
      from pg_catalog.pg_operator as own
      join pg_catalog.pg_type as t on t.oid operator(pg_catalog.=) own.oprright
      where
        own.oprname operator(pg_catalog.=) o.oprname
        and own.oprnamespace operator(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace::pg_catalog.oid
        and t.typcategory operator(pg_catalog.<>) 'G'::pg_catalog."char"
        and t.typname operator(pg_catalog.<>) 'tsquery'::pg_catalog.name
    )
  from member as m
  join pg_catalog.pg_operator as o on o.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid
  union all
  select m.extension, 'access method', null, a.amname, null, false
  from member as m
  join pg_catalog.pg_am as a on a.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_am'::pg_catalog.regclass::pg_catalog.oid
  union all
  select m.extension, 'operator class', o.opcnamespace, o.opcname, null, false
  from member as m
  join pg_catalog.pg_opclass as o on o.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_opclass'::pg_catalog.regclass::pg_catalog.oid
  union all
  select m.extension, 'schema', null, n.nspname, null, false
  from member as m
  join pg_catalog.pg_namespace as n on n.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid
  union all
  select m.extension, 'relation', c.relnamespace, c.relname, null, false
  from member as m
  join pg_catalog.pg_class as c on c.oid operator(pg_catalog.=) m.objid
  where m.classid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
  union all
  select m.extension, 'column', c.relnamespace, c.relname, a.attname, false
  from member as m
  join pg_catalog.pg_type as t
    on t.oid operator(pg_catalog.=) m.objid or t.typelem operator(pg_catalog.=) m.objid
  join pg_catalog.pg_attribute as a on a.atttypid operator(pg_catalog.=) t.oid
  join pg_catalog.pg_class as c on c.oid operator(pg_catalog.=) a.attrelid
  where
    m.classid operator(pg_catalog.=) 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid
    and a.attnum operator(pg_catalog.>) 0::pg_catalog.int2
    and c.relkind operator(pg_catalog.=) any ('{r,p,f,v}'::pg_catalog."char"[])
)
select f.extension, f.kind, n.nspname as schema, f.name, f.part, f.common
from found as f
left join pg_catalog.pg_namespace as n on n.oid operator(pg_catalog.=) f.namespace
