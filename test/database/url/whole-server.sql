-- Everything that databases of one server share, as far as a run could have left something in it.
select pg_catalog.jsonb_build_object(
  'roles', (select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(r) order by r.oid) from pg_catalog.pg_authid as r),
  'memberships', (
    select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(m) - 'oid' order by m.roleid, m.member)
    from pg_catalog.pg_auth_members as m
  ),
  'settings', (
    select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(s) order by s.setdatabase, s.setrole)
    from pg_catalog.pg_db_role_setting as s
  ),
  'databases', (
    select pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object('oid', d.oid, 'name', d.datname, 'owner', d.datdba, 'acl', d.datacl::text)
      order by d.oid
    )
    from pg_catalog.pg_database as d
  ),
  'comments', (
    select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(c) order by c.classoid, c.objoid)
    from pg_catalog.pg_shdescription as c
  ),
  'dependencies', (
    select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(d) order by d.dbid, d.classid, d.objid, d.refobjid)
    from pg_catalog.pg_shdepend as d
  ),
  'parameters', (select pg_catalog.jsonb_agg(p.parname order by 1) from pg_catalog.pg_parameter_acl as p),
  'tablespaces', (select pg_catalog.jsonb_agg(t.spcname order by 1) from pg_catalog.pg_tablespace as t),
  'slots', (select pg_catalog.jsonb_agg(s.slot_name order by 1) from pg_catalog.pg_replication_slots as s),
  'subscriptions', (select pg_catalog.jsonb_agg(s.subname order by 1) from pg_catalog.pg_subscription as s),
  'prepared', (select pg_catalog.jsonb_agg(p.gid order by 1) from pg_catalog.pg_prepared_xacts as p),
  'advisory locks', (select pg_catalog.count(*) from pg_catalog.pg_locks as l where l.locktype = 'advisory'),
  'sessions', (
    select pg_catalog.count(*)
    from pg_catalog.pg_stat_activity as a
    where a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
  )
) as state;
