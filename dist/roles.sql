-- Roles of a hosted project as of 2026-08, with attributes and memberships: made where they are missing. In an image of
-- our own those that exist are put right; on somebody else's server they are only compared, and another's role is an error.
do $$
declare
  foundation constant text := pg_catalog.current_setting('gatekeeper.foundation');
  with_project constant boolean := pg_catalog.current_setting('gatekeeper.platform') = 'supabase';
  major constant int := pg_catalog.current_setting('server_version_num')::int / 10000;
  wanted record;
  found text;
  differing text;
  made text[] := '{}';
begin
  for wanted in
    select
      r.name,
      r.only_in_projects,
      array(
        select case when a = any (pg_catalog.string_to_array(r.has, ' ')) then a else 'no' || a end
        from pg_catalog.unnest(
          array['superuser', 'createrole', 'createdb', 'inherit', 'login', 'replication', 'bypassrls']
        ) with ordinality as u (a, at)
        order by at
      ) as attributes
    from (
      values
        (
          'supabase_admin', false,
          -- Nobody is to log in as a superuser whom a server's own people did not make.
          case foundation when 'shared' then '' else 'login ' end
            || 'superuser createrole createdb inherit replication bypassrls'
        ),
        (
          'postgres', false,
          -- On 15 CREATEROLE reaches every role of the server that is no superuser.
          case when foundation = 'shared' and major = 15 then '' else 'createrole ' end
            || 'createdb inherit login replication bypassrls'
        ),
        ('anon', true, 'inherit'),
        ('authenticated', true, 'inherit'),
        ('service_role', true, 'inherit bypassrls'),
        ('authenticator', true, 'login'),
        ('dashboard_user', true, 'inherit createrole createdb replication'),
        ('pgbouncer', true, 'inherit login'),
        ('supabase_auth_admin', true, 'login'),
        ('supabase_storage_admin', true, 'createrole login'),
        ('supabase_realtime_admin', true, 'createrole login replication'),
        ('supabase_replication_admin', true, 'inherit login replication'),
        ('supabase_etl_admin', true, 'inherit login replication bypassrls'),
        ('supabase_read_only_user', true, 'inherit login bypassrls'),
        ('supabase_privileged_role', true, 'inherit')
    ) as r (name, only_in_projects, has)
    where with_project or not r.only_in_projects
  loop
    select
      pg_catalog.concat_ws(
        ' ',
        case when r.rolsuper then 'superuser' else 'nosuperuser' end,
        case when r.rolcreaterole then 'createrole' else 'nocreaterole' end,
        case when r.rolcreatedb then 'createdb' else 'nocreatedb' end,
        case when r.rolinherit then 'inherit' else 'noinherit' end,
        case when r.rolcanlogin then 'login' else 'nologin' end,
        case when r.rolreplication then 'replication' else 'noreplication' end,
        case when r.rolbypassrls then 'bypassrls' else 'nobypassrls' end
      )
    into found
    from pg_catalog.pg_roles as r
    where r.rolname = wanted.name;

    if found is null then
      execute pg_catalog.format(
        'create role %I %s', wanted.name, pg_catalog.array_to_string(wanted.attributes, ' ')
      );
      made := made || wanted.name::text;
    elsif found <> pg_catalog.array_to_string(wanted.attributes, ' ') then
      if foundation = 'shared' then
        select pg_catalog.string_agg(a, ', ' order by at)
        into differing
        from pg_catalog.unnest(pg_catalog.string_to_array(found, ' ')) with ordinality as u (a, at)
        where a <> all (wanted.attributes);
        raise exception 'the server has a role "%" that is not a project''s: it is %', wanted.name, differing
          using errcode = 'duplicate_object';
      end if;
      execute pg_catalog.format('alter role %I %s', wanted.name, pg_catalog.array_to_string(wanted.attributes, ' '));
    end if;
  end loop;

  -- An image may have been made when postgres was still a member of the services' roles.
  if foundation = 'image' and with_project then
    for wanted in
      select m.rolname as member, r.rolname as role, g.rolname as grantor
      from pg_catalog.pg_auth_members as a
      join pg_catalog.pg_roles as m on m.oid = a.member
      join pg_catalog.pg_roles as r on r.oid = a.roleid
      left join pg_catalog.pg_roles as g on g.oid = a.grantor
      where m.rolname ~ '^(supabase_.*|anon|authenticat(or|ed)|service_role|dashboard_user|pgbouncer|postgres)$'
        -- Not those of extensions that an image may have: pgsodium's, pg_tle's.
        and r.rolname ~ '^(supabase_.*|anon|authenticat(or|ed)|service_role|dashboard_user|pgbouncer|pg_.*)$'
    loop
      -- One revoke of a chain may have taken the next one with it.
      execute pg_catalog.format(
        case when major > 15 then 'revoke %I from %I granted by %I cascade' else 'revoke %I from %I cascade' end,
        wanted.role, wanted.member, wanted.grantor
      );
    end loop;
  end if;

  for wanted in
    select r.name as role, m.name as member, s.administered and major > 15 as administered
    from (
      values
        ('authenticator', array['anon', 'authenticated', 'service_role'], false, 15, true),
        ('supabase_storage_admin', array['authenticator'], false, 15, true),
        ('supabase_realtime_admin', array['anon', 'authenticated', 'service_role'], false, 15, true),
        ('supabase_read_only_user', array['pg_read_all_data', 'pg_monitor'], false, 15, true),
        ('supabase_etl_admin', array['pg_read_all_data', 'pg_monitor', 'supabase_privileged_role'], false, 15, true),
        ('postgres', array['supabase_privileged_role'], false, 15, true),
        -- Since 16, CREATEROLE reaches only the roles that one may administer.
        ('postgres', array['anon', 'authenticated', 'service_role', 'pg_read_all_data'], true, 15, true),
        -- Without hosted's pg_create_subscription: a subscription opens a connection to any host. The gate refuses the
        -- statement, but only the missing right keeps a function from making one.
        ('postgres', array['authenticator'], true, 16, true),
        -- Other people's sessions are neither to be read nor to be ended.
        ('postgres', array['pg_monitor', 'pg_signal_backend'], true, 15, false)
    ) as s (member, roles, administered, since, on_shared)
    cross join lateral (values (s.member)) as m (name)
    cross join lateral pg_catalog.unnest(s.roles) as r (name)
    where with_project and major >= s.since and (s.on_shared or foundation <> 'shared')
  loop
    if foundation = 'shared' and not (wanted.member = any (made)) then
      if not exists (
        select
        from pg_catalog.pg_auth_members as a
        where a.member = pg_catalog.to_regrole(wanted.member)
          and a.roleid = pg_catalog.to_regrole(wanted.role)
          and a.admin_option >= wanted.administered
      ) then
        raise exception 'the server has a role "%" that is not a project''s: it is no member of %',
          wanted.member, wanted.role
          using errcode = 'duplicate_object';
      end if;
    else
      execute pg_catalog.format(
        'grant %I to %I%s', wanted.role, wanted.member, case when wanted.administered then ' with admin option' end
      );
    end if;
  end loop;
end
$$;
