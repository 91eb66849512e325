select t.started::pg_catalog.text as started, t.query, t.command, t.type, t.oid, t.identity
from :schema.touched as t
order by t.position
