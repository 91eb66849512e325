alter table :table add column if not exists name text;
alter table :table add column if not exists applied_at timestamp with time zone default now();
update :table as t
set
  name = known.name,
  applied_at = null
from (values :known) as known (hash, created_at, name)
where t.hash = known.hash and t.created_at = known.created_at
