-- Stands in for pgsodium, as far as Vault's older versions and column encryption use it. Nothing is encrypted.
create type pgsodium.key_status as enum ('default', 'valid', 'invalid', 'expired');
create type pgsodium.key_type as enum (
  'aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash', 'generichash', 'kdf', 'secretbox',
  'secretstream', 'stream_xchacha20'
);

create table pgsodium.key (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  status pgsodium.key_status default 'valid',
  created timestamptz not null default current_timestamp,
  expires timestamptz,
  key_type pgsodium.key_type,
  key_id bigint generated always as identity,
  key_context bytea default '\x7067736f6469756d',
  name text unique,
  associated_data text default 'associated',
  raw_key bytea,
  raw_key_nonce bytea,
  parent_key uuid references pgsodium.key (id),
  comment text,
  user_data text
);

create view pgsodium.valid_key as
select id, name, status, key_type, key_id, key_context, created, expires, associated_data
from pgsodium.key
where status in ('valid', 'default') and (expires is null or expires > pg_catalog.now());

create function pgsodium.create_key(
  key_type pgsodium.key_type default 'aead-det',
  name text default null,
  raw_key bytea default null,
  raw_key_nonce bytea default null,
  parent_key uuid default null,
  key_context bytea default '\x7067736f6469756d',
  expires timestamptz default null,
  associated_data text default ''
) returns pgsodium.valid_key
language plpgsql
set search_path to 'pg_catalog', 'pg_temp'
as $$
#variable_conflict use_variable
declare
  made uuid;
  shown pgsodium.valid_key;
begin
  insert into pgsodium.key (key_type, name, parent_key, key_context, expires, associated_data)
  values (key_type, name, parent_key, key_context, expires, associated_data)
  returning key.id into made;
  select * into shown from pgsodium.valid_key as valid where valid.id = made;
  return shown;
end
$$;

create function pgsodium.crypto_aead_det_noncegen() returns bytea
language sql
return pg_catalog.uuid_send(pg_catalog.gen_random_uuid());

create function pgsodium.crypto_aead_det_encrypt(
  message bytea, additional bytea, key_uuid uuid, nonce bytea default null
) returns bytea
language sql immutable
return message;

create function pgsodium.crypto_aead_det_decrypt(
  message bytea, additional bytea, key_uuid uuid, nonce bytea default null
) returns bytea
language sql immutable
return message;

create function pgsodium.randombytes_buf(size integer) returns bytea
language sql
return (
  select pg_catalog.substring(
    pg_catalog.string_agg(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()), ''::bytea), 1, size
  )
  from pg_catalog.generate_series(0, size / 16)
);

grant usage on schema pgsodium to postgres;
grant all on pgsodium.key, pgsodium.valid_key to postgres;
