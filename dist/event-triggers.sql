-- All but the witness' own: a name alone tells nothing, the project's may be called the same.
select
  pg_catalog.quote_ident(t.evtname) as name,
  case t.evtenabled when 'R' then 'enable replica' when 'A' then 'enable always' else 'enable' end as state
from pg_catalog.pg_event_trigger as t
join pg_catalog.pg_roles as r on r.oid = t.evtowner
where t.evtenabled <> 'D' and not (r.rolsuper and t.evtname like 'gatekeeper%')
order by t.evtname
