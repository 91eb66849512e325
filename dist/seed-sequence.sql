select pg_catalog.setval(:name::pg_catalog.regclass, greatest(s.last_value, :rows)) from :sequence as s
