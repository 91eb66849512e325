select
  j.jobname::pg_catalog.text as name,
  j.schedule::pg_catalog.text as schedule,
  j.command::pg_catalog.text as command,
  j.active::pg_catalog.bool as active
from cron.job as j
order by j.jobid
