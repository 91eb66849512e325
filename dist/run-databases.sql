-- Databases of a run, by its note ($1): its own, and those that roles of its have made.
select d.datname::text as name, d.datistemplate as is_template
from pg_catalog.pg_database as d
where
  d.datname = $1::text::pg_catalog.jsonb ->> 'database'
  or $1::text::pg_catalog.jsonb -> 'made' ? d.datdba::text
order by 1;
