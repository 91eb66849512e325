select candidate.schema
from (values (1, 'gatekeeper'), (2, 'gatekeeper_witness'), (3, 'gatekeeper_witness_of_this_run'))
  as candidate (rank, schema)
where
  not exists (
    select from pg_catalog.pg_namespace as n where n.nspname = candidate.schema
  )
  and not exists (
    select
    from pg_catalog.pg_event_trigger as t
    where t.evtname in (candidate.schema || '_on_drop', candidate.schema || '_on_command')
  )
order by candidate.rank
limit 1
