-- Roles that a run ($1) made, by what they are called now.
select m.rolname::text as name
from pg_catalog.pg_roles as r
join pg_catalog.pg_shdescription as d
  on d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.objoid = r.oid
join pg_catalog.pg_roles as m on d.description::jsonb -> 'made' ? m.oid::text
where r.rolname = $1
order by 1;
