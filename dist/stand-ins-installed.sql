select e.extname as name
from pg_catalog.pg_extension as e
where e.extname operator(pg_catalog.=) any ($1::pg_catalog.name[])
order by e.extname collate pg_catalog."C"
