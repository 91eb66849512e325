-- event triggers, without ours and those of extensions
select
  t.oid,
  pg_catalog.quote_ident(t.evtname) as object,
  t.evtname::text as name,
  t.evtevent::text as event,
  pg_catalog.format('%I.%I()', n.nspname, f.proname) as function,
  t.evtenabled in ('O', 'A') as enabled,
  pg_catalog.md5(pg_catalog.concat_ws('|', t.evtfoid, t.evttags::text)) as stored
from pg_catalog.pg_event_trigger as t
join pg_catalog.pg_proc as f on f.oid = t.evtfoid
join pg_catalog.pg_namespace as n on n.oid = f.pronamespace
where n.nspname <> 'gatekeeper'
  and n.nspname not like 'pg\_temp\_%'
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
      and d.objid = t.oid
      and d.deptype = 'e'
  )
order by object
