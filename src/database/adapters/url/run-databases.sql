-- Databases of a run ($1): its own, and those that roles of its have made.
with note as (
  select d.description::jsonb as note
  from pg_catalog.pg_roles as r
  join pg_catalog.pg_shdescription as d
    on d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.objoid = r.oid
  where r.rolname = $1
)
select d.datname::text as name, d.datistemplate as is_template
from pg_catalog.pg_database as d
cross join note as n
where d.datname = n.note ->> 'database' or n.note -> 'made' ? d.datdba::text
order by 1;
