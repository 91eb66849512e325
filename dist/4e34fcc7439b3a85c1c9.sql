-- A backend inside a transaction keeps the memberships it knows until it reads its queue of invalidations: finding
-- the address of an object that has no relation does that, always. No operators here: the search path is the user's.
select
  pg_catalog.current_setting('role') as role,
  pg_catalog.current_setting('standard_conforming_strings') as strings,
  pg_catalog.current_setting('client_encoding') as encoding
from pg_catalog.pg_get_object_address('language', '{sql}', '{}')
