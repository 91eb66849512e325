/** DO blocks: helped as a whole where all of it is known, left as they are where nothing in it needs help. */
import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/replay/hosted/classify.ts';
import type { Ground, Handling } from '../../../src/replay/hosted/handling.ts';

const hosted17: Ground = { platform: 'supabase', majorVersion: 17, foundation: 'own' };
const shared15: Ground = { platform: 'supabase', majorVersion: 15, foundation: 'shared' };

async function handling(body: string, ground = hosted17): Promise<Handling> {
  return classify(`do $do$ ${body} $do$`, 'DoStmt', ground);
}

const create = 'create policy p on storage.objects for select using (bucket_id = auth.uid()::text)';

describe('helped as a whole', () => {
  test.each([
    `begin ${create}; end`,
    `begin if not exists (select 1 from pg_policies where schemaname = 'storage' and policyname = 'p') then ${create}; end if; end`,
    `begin if not exists (select from pg_catalog.pg_policy where polname = 'p' and polrelid = 'storage.objects'::regclass) then ${create}; end if; end`,
    `begin ${create}; exception when duplicate_object then null; end`,
    `begin ${create}; exception when others then raise notice 'there already: %', sqlerrm; end`,
    `begin drop policy if exists p on storage.objects; ${create}; create policy q on storage.buckets using (true); end`,
    'begin drop trigger if exists t on storage.objects; end',
    "begin comment on policy p on storage.objects is 'x'; end",
    `begin ${create}; create policy p on public.note using (true); end`,
    "begin execute 'create policy p on storage.objects using (true)'; end",
    `declare r record; begin for r in select policyname from pg_policies where tablename = 'objects' loop
       execute format('drop policy if exists %I on storage.objects', r.policyname); end loop; end`,
    `declare r record; begin for r in select policyname from pg_policies loop
       execute 'drop policy ' || quote_ident(r.policyname) || ' on storage.objects'; end loop; end`,
    `declare name text := 'p'; begin name := lower(name); if name = 'p' then ${create}; end if; end`,
    `declare n int; c numeric(10, 2) := 0; l text[] := '{}'; v varchar(20); t timestamptz; begin ${create}; get diagnostics n = row_count; end`,
    `declare b text; begin foreach b in array array['a', 'b'] loop
       execute format('create policy %I on storage.objects using (bucket_id = %L)', b || '_read', b); end loop; end`,
  ])('%s', async (body) => {
    expect(await handling(body)).toMatchObject({ how: 'as-owner', table: { schema: 'storage' } });
  });

  test('roles on somebody else’s server of 15', async () => {
    const body =
      "begin if not exists (select from pg_roles where rolname = 'worker') then create role worker; end if; end";
    expect(await handling(body, shared15)).toEqual({ how: 'as-role-maker' });
    expect(await handling(body)).toEqual({ how: 'plain' });
  });
});

describe('plain: nothing in it needs help', () => {
  test.each([
    'begin end',
    'begin if end',
    'begin alter table public.t enable row level security; exception when others then null; end',
    "declare t text; begin foreach t in array array['a', 'b'] loop execute format('alter table %I enable row level security', t); end loop; end",
    "declare r record; begin for r in select tablename from pg_tables where schemaname = 'public' loop execute 'drop table ' || r.tablename; end loop; end",
    "declare stmt text; begin select 'drop table t' into stmt; execute stmt; end",
    'begin create policy p on public.t using (true); end',
    'begin alter table storage.objects enable row level security; end',
    "begin execute 'copy t from program ''id'''; end",
    "begin copy t from '/etc/passwd'; end",
    'begin create extension if not exists vector; exception when others then null; end',
    'begin perform public.f(); end',
    "begin insert into storage.buckets (id, name) values ('a', 'a'); end",
    'begin alter publication supabase_realtime add table public.t; exception when duplicate_object then null; end',
    "begin raise notice 'create policy p on storage.objects using (true)'; end",
  ])('%s', async (body) => {
    expect(await handling(body)).toEqual({ how: 'plain' });
  });

  test('another language than PL/pgSQL is nothing to take apart', async () => {
    expect(await classify("do language sql 'select 1'", 'DoStmt', hosted17)).toEqual({ how: 'plain' });
  });
});

describe('unproved: help for the whole block would reach further than hosted helps', () => {
  test.each([
    [
      'a table of the services beside it',
      `begin ${create}; alter table storage.objects add column x int; end`,
    ],
    [
      'a table that is not listed',
      `begin ${create}; create policy q on storage.migrations using (true); end`,
    ],
    ['a bare name, whatever it means', `begin ${create}; create policy q on migrations using (true); end`],
    ['another owner', `begin ${create}; drop trigger t on auth.users; end`],
    ['a function of the user', `begin ${create}; perform public.f(); end`],
    ['a function without a schema', `begin if f() then ${create}; end if; end`],
    ['a function by assignment', `declare x int; begin x := public.f(); ${create}; end`],
    [
      'a function in an argument of EXECUTE',
      `begin execute format('drop policy %I on storage.objects', f()); end`,
    ],
    ['an operator of the user', `begin if 1 operator(public.=) 1 then ${create}; end if; end`],
    ['a cast of the user', `begin if 1::public.d = 1 then ${create}; end if; end`],
    ['a variable of the user’s type', `declare x public.d := 1; begin ${create}; end`],
    ['a view of the user', `begin if exists (select from public.v) then ${create}; end if; end`],
    ['rows', `begin insert into storage.buckets (id, name) values ('a', 'a'); ${create}; end`],
    ['rows in a query', `begin ${create}; with x as (delete from storage.objects returning 1) select 1; end`],
    ['SQL nobody can read', `declare s text; begin select 'x' into s; ${create}; execute s; end`],
    [
      'SQL that is half known',
      "declare s text; begin execute format('create policy p on storage.objects %s', s); end",
    ],
    [
      'SQL about the services made elsewhere',
      "declare t text := 'storage.objects'; s text; begin execute s; end",
    ],
    [
      'a table known while it runs',
      "declare t text; begin execute format('create policy p on storage.%I using (true)', t); end",
    ],
    [
      'a list of tables',
      "declare t text; begin foreach t in array array['storage.objects'] loop execute format('create policy p on %s using (true)', t); end loop; end",
    ],
    [
      'a table in two names',
      `begin ${create}; execute format('drop policy p on %I.%I', 'a', 'b' || 'c'); execute format('drop policy p on %I.%I', current_schema(), 'x'); end`,
    ],
    [
      'a name inside a string',
      "declare n text; begin execute format('create policy p on storage.objects using (name = ''%I'')', n); end",
    ],
    [
      'a name inside a comment',
      "declare n text; begin execute format('drop policy p on storage.objects --%I', n); end",
    ],
    [
      'two names in one',
      "declare n text; begin execute format('drop policy %I%I on storage.objects', n, n); end",
    ],
    [
      'a name that looks like ours',
      "declare n text; begin execute format('create policy unknown_name on storage.objects --%I', n); end",
    ],
    [
      'a cursor made while it runs',
      `declare c refcursor; begin ${create}; open c for execute 'select public.f()'; end`,
    ],
    ['a cursor of the user', `declare c cursor for select public.f(); begin ${create}; open c; end`],
    ['a message of the user', `begin ${create}; raise exception using message = public.f(); end`],
    ['CALL', `begin ${create}; call public.p(); end`],
    ['a block in the block', `begin ${create}; execute 'do $x$ begin perform f(); end $x$'; end`],
    ['a membership', `begin ${create}; set local role authenticated; end`],
    ['a superuser’s statement', 'begin create event trigger e on ddl_command_end execute function f(); end'],
    ['a publication', 'begin if true then create publication supabase_realtime for all tables; end if; end'],
    ['an extension of the superuser', 'begin drop extension if exists pgcrypto; end'],
    [
      'what is refused, if it comes to it',
      'begin if true then grant supabase_auth_admin to postgres; end if; end',
    ],
    [
      'what is refused, after a way out',
      'begin if true then return; end if; grant supabase_auth_admin to postgres; end',
    ],
    [
      'what is refused, and caught',
      'begin grant supabase_auth_admin to postgres; exception when others then null; end',
    ],
  ])('%s', async (_, body) => {
    const { how, ...said } = await handling(body);
    expect([how, said]).toEqual(['unproved', { why: expect.stringMatching(/^[a-z][^\n]*[^.\n]$/) }]);
  });
});

test('refused: what hosted refuses and the block comes to in any case', async () => {
  expect(await handling('begin perform 1; grant supabase_auth_admin to postgres; end')).toMatchObject({
    how: 'refused',
    why: 'permission denied to grant role "supabase_auth_admin"',
  });
  expect(await handling("begin execute 'alter role postgres password ''x'''; end")).toMatchObject({
    how: 'refused',
  });
});
