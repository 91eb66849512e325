select d.started::pg_catalog.text as started, d.query, d.type, d.oid, d.sub_id, d.identity, d.original, d.cascaded
from :schema.dropped as d
order by d.position
