-- A database and the cluster's roles as lines of text, without a number in them: two projects alike have equal lines.
with ours as (
  select oid, nspname from pg_namespace where nspname !~ '^(pg_|information_schema$)'
), acl (kind, name, items, owner) as (
  select 'schema', n.nspname::text, coalesce(n.nspacl, acldefault('n', n.nspowner)), n.nspowner
  from pg_namespace n join ours using (oid)
  union all
  select 'relation', c.oid::regclass::text, coalesce(c.relacl, acldefault('r', c.relowner)), c.relowner
  from pg_class c join ours on ours.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'S')
  union all
  select 'function', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
  from pg_proc p join ours on ours.oid = p.pronamespace
  union all
  select 'type', t.oid::regtype::text, coalesce(t.typacl, acldefault('T', t.typowner)), t.typowner
  from pg_type t join ours on ours.oid = t.typnamespace where t.typelem = 0
  union all
  select 'default', concat_ws(' ', d.defaclrole::regrole, n.nspname, d.defaclobjtype), d.defaclacl, d.defaclrole
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  union all
  select 'database', 'this', coalesce(datacl, acldefault('d', datdba)), datdba
  from pg_database where datname = current_database()
  union all
  select 'parameter', parname, paracl, null from pg_parameter_acl
)
select line from (
  select concat_ws(
    ' ', 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls
  ) as line
  from pg_roles where rolname !~ '^pg_'
  union all
  select concat_ws(' ', 'setting', setrole::regrole, setconfig) from pg_db_role_setting
  union all
  select concat_ws(' ', 'member', member::regrole, roleid::regrole, admin_option) from pg_auth_members
  where member::regrole::text !~ '^pg_'
  union all
  select concat_ws(' ', kind, name, 'of', owner::regrole) from acl
  union all
  select concat_ws(' ', kind, name, a.grantee::regrole, a.privilege_type, a.is_grantable)
  from acl, lateral aclexplode(items) as a
  -- The cluster's first superuser has every parameter.
  where kind <> 'parameter' or a.grantee <> 10
  union all
  select concat_ws(' ', 'rls', c.oid::regclass, c.relrowsecurity, c.relforcerowsecurity, c.relkind)
  from pg_class c join ours on ours.oid = c.relnamespace
  union all
  select concat_ws(
    ' ', 'column', a.attrelid::regclass, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attgenerated, a.attidentity, pg_get_expr(d.adbin, d.adrelid)
  )
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid join ours on ours.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and c.relkind in ('r', 'p', 'v', 'c')
  union all
  select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(x.oid))
  from pg_constraint x join ours on ours.oid = x.connamespace
  union all
  select concat_ws(' ', 'index', pg_get_indexdef(indexrelid))
  from pg_index join pg_class c on c.oid = indrelid join ours on ours.oid = c.relnamespace
  union all
  select concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
  union all
  select concat_ws(' ', 'policy', p.*) from pg_policies p
  union all
  select concat_ws(' ', 'body', p.oid::regprocedure, md5(pg_get_functiondef(p.oid)))
  from pg_proc p join ours on ours.oid = p.pronamespace where p.prokind <> 'a'
  union all
  select concat_ws(' ', 'label', enumtypid::regtype, enumlabel) from pg_enum
  union all
  select concat_ws(' ', 'extension', extname, extversion, extnamespace::regnamespace, extowner::regrole)
  from pg_extension
  union all
  select concat_ws(' ', 'publication', pubname, pubowner::regrole, puballtables, pubinsert, pubupdate, pubdelete)
  from pg_publication
) as lines
order by line collate "C"
