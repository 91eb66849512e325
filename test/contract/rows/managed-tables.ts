/** Tables of Auth, Storage and Realtime: what users' SQL does to them. */
import type { ContractPart } from '../row.ts';

const denied = '42501';
const trigger = `create function public.tell() returns trigger language plpgsql as 'begin return new; end'`;
const ownTable = (name: string) => `select relowner from pg_class where oid = '${name}'::regclass`;

export const managedTables: ContractPart = {
  title: 'Tables of the services',
  rows: [
    {
      id: 'foreign key to auth.users',
      sql: 'create table public.profiles (id uuid primary key references auth.users (id) on delete cascade)',
      hosted: 'ok',
      owner: { of: ownTable('public.profiles'), is: 'postgres' },
    },
    {
      id: 'foreign key to the email of auth.users',
      sql: 'create table public.profiles (email varchar references auth.users (email))',
      hosted: '42830',
    },
    {
      id: 'trigger on auth.users',
      before: trigger,
      sql: 'create trigger told after insert on auth.users for each row execute function public.tell()',
      hosted: 'ok',
    },
    {
      id: 'trigger on storage.objects',
      before: trigger,
      sql: 'create trigger told after insert on storage.objects for each row execute function public.tell()',
      hosted: 'ok',
    },
    {
      id: 'trigger on realtime.messages',
      before: trigger,
      sql: 'create trigger told after insert on realtime.messages for each row execute function public.tell()',
      hosted: 'ok',
    },
    {
      id: 'trigger on auth.users dropped',
      before: `${trigger}; create trigger told after insert on auth.users for each row execute function public.tell()`,
      sql: 'drop trigger told on auth.users',
      hosted: 'ok',
      seen: {
        says: 'it is gone',
        asks: "select count(*)::int from pg_trigger where tgname = 'told'",
        answers: 0,
      },
    },
    {
      id: 'trigger on storage.objects dropped',
      before: `${trigger}; create trigger told after insert on storage.objects for each row execute function public.tell()`,
      sql: 'drop trigger told on storage.objects',
      hosted: 'ok',
    },
    {
      id: 'trigger on auth.users dropped if it is there',
      sql: 'drop trigger if exists told on auth.users',
      hosted: 'ok',
    },
    {
      id: 'comment on a trigger of auth.users',
      before: `${trigger}; create trigger told after insert on auth.users for each row execute function public.tell()`,
      sql: "comment on trigger told on auth.users is 'a profile for everybody'",
      hosted: denied,
    },
    {
      id: 'trigger of auth.users disabled',
      before: `${trigger}; create trigger told after insert on auth.users for each row execute function public.tell()`,
      sql: 'alter table auth.users disable trigger told',
      hosted: denied,
    },
    {
      id: 'security definer function over auth.users',
      sql: `create function public.emails() returns setof text language sql security definer set search_path = ''
        as 'select email from auth.users'`,
      hosted: 'ok',
      owner: {
        of: "select proowner from pg_proc where oid = 'public.emails()'::regprocedure",
        is: 'postgres',
      },
    },
    {
      id: 'view over auth.users',
      sql: 'create view public.people as select id, email from auth.users',
      hosted: 'ok',
      owner: { of: ownTable('public.people'), is: 'postgres' },
    },
    {
      id: 'auth.users read by an API role',
      before: 'set local role authenticated',
      sql: 'select id from auth.users',
      hosted: denied,
    },
    {
      id: 'select on auth.users granted',
      sql: 'grant select on auth.users to authenticated',
      hosted: 'ok',
      seen: {
        says: 'it is granted',
        asks: "select has_table_privilege('authenticated', 'auth.users', 'select')",
        answers: true,
      },
    },
    {
      id: 'insert on auth.users granted',
      sql: 'grant insert on auth.users to authenticated',
      hosted: 'ok',
      seen: {
        says: 'a warning only: nothing is granted',
        asks: "select has_table_privilege('authenticated', 'auth.users', 'insert')",
        answers: false,
      },
    },
    {
      id: 'everything on storage.objects granted',
      before: 'create role worker',
      sql: 'grant all on storage.objects to worker',
      hosted: 'ok',
      seen: {
        says: 'it is granted',
        asks: "select has_table_privilege('worker', 'storage.objects', 'delete')",
        answers: true,
      },
    },
    {
      id: 'row of auth.users inserted',
      sql: "insert into auth.users (id, email) values ('5e1f7e57-0000-4000-8000-000000000001', 'a@example.com')",
      hosted: 'ok',
    },
    {
      id: 'generated column of auth.users inserted',
      sql: 'insert into auth.users (id, confirmed_at) values (gen_random_uuid(), now())',
      hosted: '428C9',
    },
    {
      id: 'column added to auth.users',
      sql: 'alter table auth.users add column nickname text',
      hosted: denied,
    },
    { id: 'index on auth.users', sql: 'create index on auth.users (created_at)', hosted: denied },
    {
      id: 'rule on auth.users',
      sql: 'create rule quiet as on insert to auth.users do nothing',
      hosted: denied,
    },
    { id: 'comment on auth.users', sql: "comment on table auth.users is 'ours'", hosted: denied },
    { id: 'auth.users taken over', sql: 'alter table auth.users owner to postgres', hosted: denied },
    { id: 'auth.users dropped', sql: 'drop table auth.users cascade', hosted: denied },
    {
      id: 'row-level security of storage.objects turned on',
      sql: 'alter table storage.objects enable row level security',
      hosted: denied,
    },
    {
      id: 'row-level security of realtime.messages turned on',
      sql: 'alter table realtime.messages enable row level security',
      hosted: denied,
    },
    { id: 'index on storage.objects', sql: 'create index on storage.objects (owner)', hosted: denied },
    { id: 'table made in auth', sql: 'create table auth.settings (id int)', hosted: denied },
    {
      id: 'function made in auth',
      sql: "create function auth.is_admin() returns bool language sql as 'select true'",
      hosted: denied,
    },
    {
      id: 'auth.uid() replaced',
      sql: "create or replace function auth.uid() returns uuid language sql stable as 'select null::uuid'",
      hosted: denied,
    },
    { id: 'table made in storage', sql: 'create table storage.settings (id int)', hosted: denied },
    { id: 'table made in realtime', sql: 'create table realtime.settings (id int)', hosted: denied },
    { id: 'schema auth dropped', sql: 'drop schema auth cascade', hosted: denied },
    {
      id: 'use of schema auth granted',
      before: 'create role worker',
      sql: 'grant usage on schema auth to worker',
      hosted: 'ok',
      seen: {
        says: 'a warning only: nothing is granted',
        asks: "select has_schema_privilege('worker', 'auth', 'usage')",
        answers: false,
      },
    },
    {
      id: 'use of schema storage granted',
      before: 'create role worker',
      sql: 'grant usage on schema storage to worker',
      hosted: 'ok',
      seen: {
        says: 'it is granted',
        asks: "select has_schema_privilege('worker', 'storage', 'usage')",
        answers: true,
      },
    },
    {
      id: 'bucket inserted',
      sql: "insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)",
      hosted: 'ok',
    },
    {
      id: 'object inserted',
      before: "insert into storage.buckets (id, name) values ('avatars', 'avatars')",
      sql: "insert into storage.objects (bucket_id, name) values ('avatars', 'a/b.png')",
      hosted: 'ok',
    },
    { id: 'objects deleted', sql: 'delete from storage.objects', hosted: denied },
    { id: 'bucket deleted', sql: "delete from storage.buckets where id = 'avatars'", hosted: denied },
    {
      id: 'objects deleted where a setting allows it',
      before: "set local storage.allow_delete_query = 'true'",
      sql: 'delete from storage.objects',
      hosted: 'ok',
    },
    {
      id: 'message inserted',
      sql: "insert into realtime.messages (topic, extension, payload) values ('a', 'broadcast', '{}')",
      hosted: 'ok',
    },
    {
      id: 'message sent',
      sql: `select realtime.send('{"a":1}', 'made', 'room:1', true)`,
      hosted: 'ok',
      seen: {
        says: 'it is there',
        asks: "select count(*)::int from realtime.messages where topic = 'room:1'",
        answers: 1,
      },
    },
    {
      id: 'secret made in the vault',
      sql: "select vault.create_secret('s', 'key')",
      hosted: 'ok',
      standIn: 'supabase_vault',
    },
    {
      id: 'secret inserted into the vault',
      sql: "insert into vault.secrets (secret) values ('s')",
      standIn: 'supabase_vault',
      hosted: denied,
    },
    {
      id: 'key to a secret of the vault',
      before: 'create table public.services (id int primary key, secret uuid)',
      sql: 'alter table public.services add foreign key (secret) references vault.secrets (id)',
      hosted: 'ok',
      standIn: 'supabase_vault',
    },
    {
      id: 'secrets given to service_role to read',
      sql: 'grant select on vault.decrypted_secrets to service_role',
      hosted: 'ok',
      standIn: 'supabase_vault',
      seen: {
        says: 'service_role may delete them, too: it could from the start',
        asks: "select has_table_privilege('service_role', 'vault.secrets', 'delete')",
        answers: true,
      },
    },
  ],
};
