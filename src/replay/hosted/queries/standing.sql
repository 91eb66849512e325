-- Who the session is and how it reads, with operators and functions of nobody but Postgres: the search path is the
-- user's. A backend inside a transaction keeps the memberships and attributes it knows until it reads its queue of
-- invalidations: finding the address of an object that has no relation does that, always.
select
  session_user::pg_catalog.text as session_user,
  current_user::pg_catalog.text as current_user,
  pg_catalog.current_setting('role') as role,
  pg_catalog.current_setting('is_superuser') as is_superuser,
  pg_catalog.current_setting('standard_conforming_strings') as strings,
  pg_catalog.current_setting('client_encoding') as encoding,
  pg_catalog.current_setting('supautils.policy_grants', true) as supautils,
  pg_catalog.current_schemas(false)::pg_catalog.text[] as path,
  r.rolsuper as super,
  r.rolcreaterole as makes_roles,
  array(
    select m.roleid::pg_catalog.text
    from pg_catalog.pg_auth_members as m
    where m.member operator(pg_catalog.=) r.oid
    order by m.roleid
  ) as memberships
from pg_catalog.pg_get_object_address('language', '{sql}', '{}')
cross join pg_catalog.pg_roles as r
where r.rolname operator(pg_catalog.=) 'postgres'::pg_catalog.name
