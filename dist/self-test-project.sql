-- Tried by role postgres: what a project must refuse, and what it must answer. One row, all columns true.
select
  session_user = 'postgres' as connected_as_postgres,
  not pg_catalog.has_schema_privilege('auth', 'create') as auth_closed,
  not pg_catalog.has_schema_privilege('storage', 'create') as storage_closed,
  not pg_catalog.has_schema_privilege('realtime', 'create') as realtime_closed,
  not pg_catalog.has_table_privilege('anon', 'auth.users', 'select')
    and not pg_catalog.has_any_column_privilege('anon', 'auth.users', 'select') as users_hidden_from_anon,
  not pg_catalog.has_table_privilege('authenticated', 'auth.users', 'select')
    and not pg_catalog.has_any_column_privilege('authenticated', 'auth.users', 'select')
    as users_hidden_from_authenticated,
  (
    select pg_catalog.bool_and(c.relrowsecurity)
    from pg_catalog.pg_class as c
    where c.oid in (
      'auth.users'::pg_catalog.regclass, 'storage.buckets'::pg_catalog.regclass,
      'storage.objects'::pg_catalog.regclass, 'realtime.messages'::pg_catalog.regclass
    )
  ) as row_security_of_the_services,
  c.claims is not null
    and auth.uid() = '5e1f7e57-0000-4000-8000-000000000001'
    and auth.role() = 'authenticated'
    and auth.email() = 'a@example.com'
    and (auth.jwt() ->> 'aal') = 'aal2' as claims_answered
from (
  select pg_catalog.set_config(
    'request.jwt.claims',
    '{"sub":"5e1f7e57-0000-4000-8000-000000000001","role":"authenticated","email":"a@example.com","aal":"aal2"}',
    true
  ) as claims
  offset 0
) as c;
