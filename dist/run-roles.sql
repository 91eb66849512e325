-- Roles that a run made, by its note ($1), as they are called now.
select r.rolname::text as name
from pg_catalog.pg_roles as r
where $1::text::pg_catalog.jsonb -> 'made' ? r.oid::text
order by 1;
