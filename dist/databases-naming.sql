-- Databases in which something belongs to one of the roles $1, or is granted to it.
select distinct d.datname::text as name
from pg_catalog.pg_shdepend as s
join pg_catalog.pg_database as d on d.oid = s.dbid
join pg_catalog.pg_roles as r
  on s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and r.oid = s.refobjid
where r.rolname = any ($1::text[]) and d.datallowconn
order by 1;
