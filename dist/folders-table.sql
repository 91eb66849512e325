create table if not exists :table (
  id serial primary key,
  hash text not null,
  created_at bigint,
  name text,
  applied_at timestamp with time zone default now()
)
