-- row security policies
select
  p.oid,
  pg_catalog.format('%I.%I.%I', n.nspname, c.relname, p.polname) as object,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  p.polname::text as name,
  p.polpermissive as permissive,
  case p.polcmd
    when 'r' then 'select'
    when 'a' then 'insert'
    when 'w' then 'update'
    when 'd' then 'delete'
    else 'all'
  end as command,
  (
    select pg_catalog.json_agg(r.role order by r.role collate pg_catalog."C")
    from (
      select case u.oid when 0 then 'public' else pg_catalog.pg_get_userbyid(u.oid)::text end as role
      from pg_catalog.unnest(p.polroles) as u (oid)
    ) as r
  ) as roles,
  pg_catalog.pg_get_expr(p.polqual, p.polrelid) as using,
  pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "withCheck",
  pg_catalog.md5(pg_catalog.concat_ws('|', p.polqual::text, 'check', p.polwithcheck::text)) as stored
from pg_catalog.pg_policy as p
join pg_catalog.pg_class as c on c.oid = p.polrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
