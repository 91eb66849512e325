select
  a.name::pg_catalog.text as name,
  v.relocatable,
  v.schema::pg_catalog.text as schema,
  v.requires::pg_catalog.text[] as requires,
  v.trusted
from pg_catalog.pg_available_extensions as a
join pg_catalog.pg_available_extension_versions as v on v.name = a.name and v.version = a.default_version
