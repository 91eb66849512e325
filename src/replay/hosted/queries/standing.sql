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
  ) as memberships,
  coalesce(e.switching_on, '{}') as switching_on,
  coalesce(e.switching_off, '{}') as switching_off
from pg_catalog.pg_get_object_address('language', '{sql}', '{}')
cross join pg_catalog.pg_roles as r
-- The project's event triggers that are on, and how each is put on again.
cross join (
  select
    pg_catalog.array_agg(
      pg_catalog.format(
        'alter event trigger %I %s',
        t.evtname,
        case
          when t.evtenabled operator(pg_catalog.=) 'R'::pg_catalog."char" then 'enable replica'
          when t.evtenabled operator(pg_catalog.=) 'A'::pg_catalog."char" then 'enable always'
          else 'enable'
        end
      )
      order by t.evtname
    ) as switching_on,
    pg_catalog.array_agg(pg_catalog.format('alter event trigger %I disable', t.evtname) order by t.evtname) as switching_off
  from pg_catalog.pg_event_trigger as t
  join pg_catalog.pg_roles as o on o.oid operator(pg_catalog.=) t.evtowner
  join pg_catalog.pg_proc as p on p.oid operator(pg_catalog.=) t.evtfoid
  join pg_catalog.pg_roles as w on w.oid operator(pg_catalog.=) p.proowner
  where t.evtenabled operator(pg_catalog.<>) 'D'::pg_catalog."char" and not (o.rolsuper and w.rolsuper)
) as e
where r.rolname operator(pg_catalog.=) 'postgres'::pg_catalog.name
