/** DO blocks sent as the classification says: what hosted helps with comes about, and nothing beyond it does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server, Session } from '../../../src/database/database.ts';
import { deadlines } from '../../../src/replay/deadline.ts';
import { type Executor, openExecutor } from '../../../src/replay/executor.ts';
import { hosted } from '../../../src/replay/hosted/hosted.ts';
import { single, startServer } from '../../server.ts';

let server: Server;
let observer: Session;
let executor: Executor;

beforeAll(async () => {
  server = await startServer();
  observer = await server.connect('supabase_admin');
  executor = hosted(await openExecutor(server, 'postgres', observer, deadlines(60_000, 600_000)), observer, {
    platform: 'supabase',
    majorVersion: 17,
    foundation: 'own',
    standIns: server.standIns,
  });
});

afterAll(async () => {
  await executor.close();
  await server.stop();
});

const policies = `select coalesce(pg_catalog.string_agg(polname, ', ' order by polname), '') as text
  from pg_catalog.pg_policy where polrelid = 'storage.objects'::pg_catalog.regclass`;
const membership = `select count(*)::int from pg_catalog.pg_auth_members
  where member = 'postgres'::pg_catalog.regrole and roleid::pg_catalog.regrole::text like 'supabase%admin'`;

/** In a transaction that is rolled back: what became of the last one, and the policies there are after it. */
async function after(...bodies: string[]): Promise<readonly [outcome: string, policies: string | undefined]> {
  await executor.run('begin');
  let outcome = '';
  for (const body of bodies) {
    const { error, treated = null } = await executor.run(`do $do$ ${body} $do$`, 'DoStmt');
    outcome = error?.sqlstate ?? treated?.outcome ?? 'executed';
  }
  const there = /^[0-9A-Z]{5}$/.test(outcome) ? undefined : await executor.look<{ text: string }>(policies);
  await executor.run('rollback');
  expect(await single(observer, membership)).toBe(0);
  return [outcome, there?.[0]?.text];
}

const guarded = `begin if not exists (select from pg_policies where policyname = 'p') then
  create policy p on storage.objects for select using (true); end if; end`;

test('a guarded policy is made once, and the second time it is there', async () => {
  expect(await after(guarded)).toEqual(['executed', 'p']);
  expect(await after(guarded, guarded)).toEqual(['executed', 'p']);
});

test('a handler catches what it would catch on a hosted project', async () => {
  const caught = `begin create policy p on storage.objects using (true);
    exception when duplicate_object then create policy q on storage.objects using (true); end`;
  expect(await after(caught, caught)).toEqual(['executed', 'p, q']);
});

test('a loop makes and drops policies by names that only it knows', async () => {
  const names = `array['a', 'b"; alter table storage.objects add column x int; --']`;
  const make = `declare n text; begin foreach n in array ${names} loop
    execute format('create policy %I on storage.objects using (bucket_id = %L)', n, n); end loop; end`;
  const drop = `declare r record; begin for r in select policyname from pg_policies where schemaname = 'storage' loop
    execute format('drop policy %I on storage.objects', r.policyname); end loop; end`;
  expect(await after(make)).toEqual(['executed', 'a, b"; alter table storage.objects add column x int; --']);
  expect(await after(make, drop)).toEqual(['executed', '']);
});

test('a block that fails leaves nothing lent', async () => {
  expect(await after('begin create policy p on storage.objects using (nowhere); end')).toEqual([
    '42703',
    undefined,
  ]);
});

test('what would reach further is not sent', async () => {
  const further =
    'begin create policy p on storage.objects using (true); alter table storage.objects add x int; end';
  expect(await after(further)).toEqual(['not-executed', '']);
});

test('what hosted refuses is refused by Postgres, or before', async () => {
  expect(await after('begin alter table storage.objects add x int; end')).toEqual(['42501', undefined]);
  expect(await after("begin copy (select 1) to program 'true'; end")).toEqual(['42501', undefined]);
  expect(await after('begin grant supabase_auth_admin to postgres; end')).toEqual(['42501', undefined]);
});
