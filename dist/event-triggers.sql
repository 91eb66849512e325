select
  pg_catalog.quote_ident(t.evtname) as name,
  case t.evtenabled when 'R' then 'enable replica' when 'A' then 'enable always' else 'enable' end as state
from pg_catalog.pg_event_trigger as t
where t.evtenabled <> 'D' and t.evtname not like 'gatekeeper\_on\_%'
order by t.evtname
