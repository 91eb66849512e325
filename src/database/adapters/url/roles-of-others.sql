-- Of the roles named in $1, those that a run's note ($2) found on the server.
select r.rolname::text as name
from pg_catalog.pg_roles as r
where r.rolname = any ($1::text[]) and $2::text::pg_catalog.jsonb -> 'before' ? r.oid::text
order by 1;
