-- What policies and triggers of Storage call, and the triggers themselves.
set role supabase_storage_admin;

create function storage.foldername(name text) returns text[]
language sql
immutable
as $$
  select (string_to_array(name, '/'))[1 : greatest(cardinality(string_to_array(name, '/')) - 1, 0)]
$$;

create function storage.filename(name text) returns text
language sql
immutable
as $$
  select (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))]
$$;

create function storage.extension(name text) returns text
language sql
immutable
as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

create function storage.operation() returns text
language sql
stable
as $$
  select current_setting('storage.operation', true)
$$;

create function storage.allow_only_operation(expected_operation text) returns boolean
language sql
stable
as $$
  select coalesce(storage.operation() = expected_operation, false)
$$;

create function storage.allow_any_operation(expected_operations text[]) returns boolean
language sql
stable
as $$
  select coalesce(storage.operation() = any (expected_operations), false)
$$;

create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql
immutable
as $$
  select case
    when starts_with(p_key, p_prefix) and strpos(substr(p_key, length(p_prefix) + 1), p_delimiter) > 0
      then p_prefix || split_part(substr(p_key, length(p_prefix) + 1), p_delimiter, 1) || p_delimiter
  end
$$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language sql
stable
as $$
  select coalesce(sum((o.metadata ->> 'size')::bigint), 0)::bigint, o.bucket_id
  from storage.objects o
  group by o.bucket_id
$$;

create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql
as $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'rollback successful insert';
end
$$;

create function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
) returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language sql
stable
as $$
  select o.path_tokens[levels], o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
  from storage.objects o
  where o.bucket_id = bucketname and starts_with(lower(o.name), lower(prefix || search))
  order by o.name
  limit limits offset offsets
$$;

create function storage.search_v2(
  prefix text,
  bucket_name text,
  limits integer default 100,
  levels integer default 1,
  start_after text default '',
  sort_order text default 'asc',
  sort_column text default 'name',
  sort_column_after text default ''
) returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language sql
stable
as $$
  select o.path_tokens[levels], o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
  from storage.objects o
  where o.bucket_id = bucket_name and starts_with(o.name, prefix) and o.name > start_after
  order by o.name
  limit limits
$$;

create function storage.list_objects_with_delimiter(
  _bucket_id text,
  prefix_param text,
  delimiter_param text,
  max_keys integer default 100,
  start_after text default '',
  next_token text default '',
  sort_order text default 'asc'
) returns table (
  name text,
  id uuid,
  metadata jsonb,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz
)
language sql
stable
as $$
  select
    coalesce(storage.get_common_prefix(o.name, prefix_param, delimiter_param), o.name),
    o.id, o.metadata, o.updated_at, o.created_at, o.last_accessed_at
  from storage.objects o
  where o.bucket_id = _bucket_id and starts_with(o.name, prefix_param)
    and o.name > greatest(start_after, next_token)
  order by o.name
  limit max_keys
$$;

create function storage.update_updated_at_column() returns trigger
language plpgsql
as $$
begin
  new.updated_at = now();
  return new;
end
$$;

create function storage.enforce_bucket_name_length() returns trigger
language plpgsql
as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" has % characters, 100 are allowed', new.name, length(new.name);
  end if;
  return new;
end
$$;

-- Files live outside the database: a row deleted by SQL would leave its file behind.
create function storage.protect_delete() returns trigger
language plpgsql
as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Rows of storage tables cannot be deleted directly. Use the Storage API instead.'
      using errcode = '42501',
        hint = 'A deletion by SQL would leave the stored files behind.';
  end if;
  return null;
end
$$;

create trigger update_objects_updated_at
  before update on storage.objects
  for each row execute function storage.update_updated_at_column();
create trigger enforce_bucket_name_length_trigger
  before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();
create trigger protect_buckets_delete
  before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create trigger protect_objects_delete
  before delete on storage.objects
  for each statement execute function storage.protect_delete();

set role supabase_admin;
