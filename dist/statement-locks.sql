select distinct l.relation as oid, l.mode
from pg_catalog.pg_locks as l
where l.pid = :pid and l.locktype = 'relation' and l.granted
order by l.relation, l.mode
