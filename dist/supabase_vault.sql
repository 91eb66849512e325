-- Stands in for Vault, without its encryption: as an extension, and where none of ours can be laid as a part of our
-- description of a project. Then there is nothing left to make, and nothing to be dropped with the extension.
do $script$
begin
  if pg_catalog.to_regclass('vault.secrets') is not null then
    return;
  end if;

  create table vault.secrets (
    id uuid primary key default pg_catalog.gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  );
  create unique index secrets_name_idx on vault.secrets (name) where name is not null;

  create view vault.decrypted_secrets as
  select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at
  from vault.secrets;

  -- postgres may read, refer to and delete, and writes by these two.
  create function vault.create_secret(
    new_secret text,
    new_name text default null,
    new_description text default '',
    new_key_id uuid default null
  ) returns uuid
  language sql
  security definer
  set search_path to ''
  as $$
    insert into vault.secrets (secret, name, description, key_id)
    values (new_secret, new_name, new_description, new_key_id)
    returning id
  $$;

  create function vault.update_secret(
    secret_id uuid,
    new_secret text default null,
    new_name text default null,
    new_description text default null,
    new_key_id uuid default null
  ) returns void
  language sql
  security definer
  set search_path to ''
  as $$
    update vault.secrets
    set
      secret = coalesce(new_secret, secret),
      name = coalesce(new_name, name),
      description = coalesce(new_description, description),
      key_id = coalesce(new_key_id, key_id),
      updated_at = pg_catalog.now()
    where id operator(pg_catalog.=) secret_id
  $$;

  revoke execute on function vault.create_secret(text, text, text, uuid) from public;
  revoke execute on function vault.update_secret(uuid, text, text, text, uuid) from public;
  grant usage on schema vault to postgres with grant option;
  grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
  grant execute on function vault.create_secret(text, text, text, uuid) to postgres;
  grant execute on function vault.update_secret(uuid, text, text, text, uuid) to postgres;
  if pg_catalog.to_regrole('service_role') is not null then
    grant usage on schema vault to service_role;
    grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
    grant execute on function vault.create_secret(text, text, text, uuid) to service_role;
    grant execute on function vault.update_secret(uuid, text, text, text, uuid) to service_role;
  end if;
end
$script$;
