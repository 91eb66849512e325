/** Policies on tables that postgres does not own: those that a hosted project lets through, and those that it does not. */
import type { ContractPart } from '../row.ts';

const denied = '42501';
const made = 'create policy theirs on storage.objects for select to authenticated using (true)';
const policies = (name: string) => ({
  says: 'it is there',
  asks: `select count(*)::int from pg_policies where policyname = '${name}'`,
  answers: 1,
});

export const policiesOfServices: ContractPart = {
  title: 'Policies on tables of the services',
  rows: [
    { id: 'policy on storage.objects', sql: made, hosted: 'ok', seen: policies('theirs') },
    {
      id: 'policy on storage.objects that reads the path',
      sql: `create policy "own folder" on storage.objects for insert to authenticated
        with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid()::text))`,
      hosted: 'ok',
    },
    {
      id: 'policy on storage.objects that compares owner_id with auth.uid()',
      sql: 'create policy theirs on storage.objects using (owner_id = auth.uid())',
      hosted: '42883',
    },
    {
      id: 'policy on storage.buckets',
      sql: 'create policy theirs on storage.buckets for select using (true)',
      hosted: 'ok',
    },
    {
      id: 'policy on realtime.messages',
      sql: "create policy theirs on realtime.messages for select to authenticated using (realtime.topic() = 'room:1')",
      hosted: 'ok',
    },
    {
      id: 'policy on auth.users',
      sql: 'create policy theirs on auth.users for select to authenticated using (id = auth.uid())',
      hosted: 'ok',
    },
    {
      id: 'policy on a new table of Auth',
      sql: 'create policy theirs on auth.oauth_consents using (true)',
      hosted: denied,
    },
    {
      id: 'policy on a new table of Storage',
      sql: 'create policy theirs on storage.vector_indexes using (true)',
      hosted: denied,
    },
    {
      id: 'policy altered',
      before: made,
      sql: 'alter policy theirs on storage.objects using (owner = auth.uid())',
      hosted: 'ok',
    },
    {
      id: 'policy renamed',
      before: made,
      sql: 'alter policy theirs on storage.objects rename to ours',
      hosted: denied,
    },
    {
      id: 'comment on a policy',
      before: made,
      sql: "comment on policy theirs on storage.objects is 'anybody'",
      hosted: 'ok',
    },
    {
      id: 'policy dropped',
      before: made,
      sql: 'drop policy theirs on storage.objects',
      hosted: 'ok',
      seen: { ...policies('theirs'), says: 'it is gone', answers: 0 },
    },
    {
      id: 'policy dropped if it is there',
      sql: 'drop policy if exists theirs on storage.objects',
      hosted: 'ok',
    },
    {
      id: 'policy for a role that Drizzle exports and no project has',
      before: 'create table public.notes (id int)',
      sql: 'create policy theirs on public.notes to postgres_role using (true)',
      hosted: '42704',
    },
    {
      id: 'policy on a table of its own',
      before: 'create table public.notes (user_id uuid)',
      sql: 'create policy theirs on public.notes to authenticated using ((select auth.uid()) = user_id)',
      hosted: 'ok',
    },
    {
      id: 'policy that compares text with auth.uid()',
      before: 'create table public.notes (user_id text)',
      sql: 'create policy theirs on public.notes using (user_id = auth.uid())',
      hosted: '42883',
    },
    {
      id: 'policy in a DO block',
      sql: `do $$ begin
        create policy theirs on storage.objects for select using (true);
      end $$`,
      hosted: 'ok',
      seen: policies('theirs'),
    },
    {
      id: 'policy in a DO block, when it is not there',
      sql: `do $$ begin
        if not exists (select from pg_policies where schemaname = 'storage' and policyname = 'theirs') then
          create policy theirs on storage.objects for select using (true);
        end if;
      end $$`,
      hosted: 'ok',
    },
    {
      id: 'policy in a DO block, as text',
      sql: `do $$ begin
        execute 'create policy theirs on storage.' || 'objects for select using (true)';
      end $$`,
      hosted: 'ok',
    },
  ],
};
