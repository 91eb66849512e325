-- Takes away what an image has of a project in older shapes, so that the same files describe it as anywhere else: the
-- services have put nothing into the database of such an image yet.
drop schema if exists auth cascade;
drop schema if exists storage cascade;
drop schema if exists realtime cascade;
drop schema if exists _realtime cascade;
drop schema if exists graphql_public cascade;
drop schema if exists pgbouncer cascade;
drop publication if exists supabase_realtime;
drop event trigger if exists ensure_rls;
drop function if exists public.rls_auto_enable() cascade;

do $$
declare
  entry record;
begin
  -- Not the real Vault, which an image may bring.
  if not exists (select from pg_catalog.pg_extension where extname = 'supabase_vault') then
    drop schema if exists vault cascade;
  end if;

  for entry in
    select distinct
      pg_catalog.pg_get_userbyid(d.defaclrole) as role,
      n.nspname as schema,
      case d.defaclobjtype
        when 'r' then 'tables'
        when 'S' then 'sequences'
        when 'f' then 'functions'
        when 'T' then 'types'
      end as kind,
      case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end
        as grantee
    from pg_catalog.pg_default_acl as d
    join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
    cross join lateral pg_catalog.aclexplode(d.defaclacl) as a
    where n.nspname in ('public', 'extensions') and d.defaclobjtype in ('r', 'S', 'f', 'T')
  loop
    execute pg_catalog.format(
      'alter default privileges for role %I in schema %I revoke all on %s from %s cascade',
      entry.role, entry.schema, entry.kind, entry.grantee
    );
  end loop;

  for entry in
    select
      n.nspname as schema,
      case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end
        as grantee
    from pg_catalog.pg_namespace as n
    cross join lateral pg_catalog.aclexplode(n.nspacl) as a
    where n.nspname in ('public', 'extensions') and a.grantee <> n.nspowner
    group by 1, 2
  loop
    execute pg_catalog.format('revoke all on schema %I from %s cascade', entry.schema, entry.grantee);
  end loop;
end
$$;
