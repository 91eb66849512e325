-- triggers of tables and views, without those behind foreign keys
select
  t.oid,
  pg_catalog.format('%I.%I.%I', n.nspname, c.relname, t.tgname) as object,
  pg_catalog.format('%I.%I', n.nspname, c.relname) as "table",
  t.tgname::text as name,
  pg_catalog.pg_get_triggerdef(t.oid) as definition,
  t.tgenabled in ('O', 'A') as enabled,
  nullif(t.tgparentid, 0) as "copyOf",
  pg_catalog.format('%I.%I(%s)', fn.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes)) as function,
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      t.tgtype,
      t.tgfoid,
      t.tgattr::text,
      t.tgdeferrable,
      t.tginitdeferred,
      t.tgargs::text,
      t.tgqual::text,
      t.tgoldtable,
      t.tgnewtable,
      t.tgconstraint = 0,
      t.tgconstrrelid
    )
  ) as stored
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_proc as f on f.oid = t.tgfoid
join pg_catalog.pg_namespace as fn on fn.oid = f.pronamespace
where not t.tgisinternal
  and n.nspname !~ '^(pg_|information_schema$|gatekeeper$)'
order by object
