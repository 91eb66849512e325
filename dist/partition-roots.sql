select c.oid, pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid as root
from pg_catalog.pg_class as c
where c.relispartition and c.relkind = 'r'
order by c.oid
