-- Stands in for pg_tle: what is installed is listed, and is no extension that could be created. It may come without a
-- version: whoever fetches it by the stand-in for http gets nothing.
create table pgtle.stand_in_extension (
  name name not null,
  version text,
  comment text,
  requires text[],
  unique (name, version)
);

create function pgtle.install_extension(
  name text, version text, description text, ext text, requires text[] default null
) returns boolean
language sql
begin atomic
  insert into pgtle.stand_in_extension values ($1, $2, $3, $5);
  select true;
end;

create function pgtle.install_extension_version_sql(name text, version text, ext text) returns boolean
language sql
begin atomic
  insert into pgtle.stand_in_extension values ($1, $2, null, null);
  select true;
end;

create function pgtle.install_update_path(name text, fromvers text, tovers text, ext text) returns boolean
language sql
return true;

create function pgtle.set_default_version(name text, version text) returns boolean
language sql
return true;

create function pgtle.uninstall_extension(extname text) returns boolean
language sql
begin atomic
  delete from pgtle.stand_in_extension where name = $1;
  select true;
end;

create function pgtle.uninstall_extension_if_exists(extname text) returns boolean
language sql
begin atomic
  delete from pgtle.stand_in_extension where name = $1;
  select true;
end;

create function pgtle.available_extensions(out name name, out default_version text, out comment text)
returns setof record
language sql
begin atomic
  select extension.name, extension.version, extension.comment from pgtle.stand_in_extension as extension;
end;

grant usage on schema pgtle to postgres;
grant all on pgtle.stand_in_extension to postgres;
