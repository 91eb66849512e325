-- The run (setting gatekeeper.run) is over: its note learns which roles it made, and roles that were set aside get
-- their names again. The note is a comment on a superuser, which only superusers can write; a role is known by its
-- oid, for names can be taken. Setting gatekeeper.seen: whether the run ends just now. Can be run twice.
do $$
declare
  run constant text := pg_catalog.current_setting('gatekeeper.run');
  note jsonb;
  made jsonb;
  kept record;
begin
  select d.description::jsonb into note
  from pg_catalog.pg_roles r
  join pg_catalog.pg_shdescription d
    on d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.objoid = r.oid
  where r.rolname = run and r.rolsuper;
  if note is null then
    return;
  end if;

  -- What runs there still may hold the very rows that are to be changed.
  perform pg_catalog.pg_terminate_backend(s.pid, 60000)
  from pg_catalog.pg_stat_activity s
  where s.datname = note ->> 'database' and s.pid <> pg_catalog.pg_backend_pid();

  if not note ? 'made' then
    with recursive
    fresh as (
      select r.oid, r.rolname
      from pg_catalog.pg_roles r
      where not note -> 'before' ? r.oid::text and r.rolname <> run and not pg_catalog.starts_with(r.rolname, 'pg_')
    ),
    ours as (
      select f.oid
      from fresh f
      where note -> 'names' ? f.rolname::text
      union
      -- Since 16 whoever makes a role without being a superuser is its administrator, by grant of the first superuser.
      select f.oid
      from ours o
      join pg_catalog.pg_auth_members m on m.member = o.oid and m.admin_option and m.grantor = 10
      join fresh f on f.oid = m.roleid
      where pg_catalog.current_setting('server_version_num')::int >= 160000
    ),
    -- On 15 nothing says who made a role. One that came during the run counts as ours unless somebody else uses it;
    -- after a run that nobody saw the end of, only if our database speaks of it.
    unclaimed as (
      select f.oid
      from fresh f
      where
        pg_catalog.current_setting('server_version_num')::int < 160000
        and coalesce(
          (
            select pg_catalog.bool_and(d.datname = note ->> 'database')
            from pg_catalog.pg_shdepend s
            join pg_catalog.pg_database d on d.oid = s.dbid
            where s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and s.refobjid = f.oid
          ),
          pg_catalog.current_setting('gatekeeper.seen') = 'on'
        )
        and not exists (
          select
          from pg_catalog.pg_auth_members m
          join pg_catalog.pg_roles r on r.oid = any (array[m.roleid, m.member])
          where
            f.oid = any (array[m.roleid, m.member])
            and note -> 'before' ? r.oid::text
            and not pg_catalog.starts_with(r.rolname, 'pg_')
        )
        and not exists (select from pg_catalog.pg_stat_activity s where s.usesysid = f.oid)
    )
    select coalesce(pg_catalog.jsonb_agg(a.oid::text), '[]') into made
    from (select oid from ours union select oid from unclaimed) as a;
    note := note || pg_catalog.jsonb_build_object('made', made);
    execute pg_catalog.format('comment on role %I is %L', run, note::text);
  end if;

  for kept in
    select r.rolname::text as now, pg_catalog.substr(r.rolname, pg_catalog.length('gatekeeper_kept_') + 1) as name
    from pg_catalog.pg_roles r
    where pg_catalog.starts_with(r.rolname, 'gatekeeper_kept_') and note -> 'before' ? r.oid::text
    order by 1
  loop
    if exists (select from pg_catalog.pg_roles r where r.rolname = kept.name) then
      -- Under a name that no migration can have foreseen and taken.
      execute pg_catalog.format(
        'alter role %I rename to %I',
        kept.name,
        'gatekeeper_left_' || pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', '')
      );
    end if;
    execute pg_catalog.format('alter role %I rename to %I', kept.now, kept.name);
  end loop;
end
$$;
