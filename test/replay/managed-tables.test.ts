import { describe, expect, test } from 'vitest';
import { parseSql } from '../../src/history/statements.ts';
import { managedTableOf } from '../../src/replay/managed-tables.ts';

async function nodeOf(sql: string): Promise<string | null> {
  const parsed = await parseSql(sql);
  return 'statements' in parsed ? (parsed.statements[0]?.node ?? null) : null;
}

describe('what is let through', () => {
  test.each([
    'create policy p on storage.objects for select to authenticated using (true)',
    'create policy p on "storage"."objects" using (bucket_id = \'a\') with check (true)',
    'alter policy p on realtime.messages using (true)',
    'alter policy p on auth.mfa_factors rename to q',
    'drop policy if exists p on storage.buckets',
    "comment on policy p on storage.s3_multipart_uploads_parts is 'x'",
    'drop trigger on_auth_user_created on auth.users',
    'drop trigger if exists t on storage.objects cascade',
  ])('%s', async (sql) => {
    expect(await managedTableOf(sql, await nodeOf(sql))).not.toBeNull();
  });

  test.each([
    'create policy p on objects using (true)',
    'create policy p on public.objects using (true)',
    'create policy p on "storage.objects" using (true)',
    'create policy p on "Storage".objects using (true)',
    'create policy p on elsewhere.storage.objects using (true)',
    'create policy p on storage.migrations using (true)',
    'create policy p on storage.buckets_vectors using (true)',
    'create policy p on auth.schema_migrations using (true)',
    'create policy p on realtime.messages_default using (true)',
    "comment on trigger t on auth.users is 'x'",
    "comment on table storage.objects is 'x'",
    'alter trigger t on auth.users rename to u',
    'create trigger t after insert on auth.users for each row execute function f()',
    'alter table storage.objects enable row level security',
    'alter table storage.objects disable trigger all',
    'alter table storage.objects rename to things',
    'drop table storage.objects',
    'drop rule r on storage.objects',
    'do $$ begin create policy p on storage.objects using (true); end $$',
    "insert into t values ('create policy p on storage.objects using (true)')",
    'create policy p on storage.objects using (true); drop table t',
    'create policy p on storage.objects using (',
  ])('and what is not: %s', async (sql) => {
    expect(await managedTableOf(sql, await nodeOf(sql))).toBeNull();
  });
});
