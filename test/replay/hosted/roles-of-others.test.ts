/** On somebody's server of 15, where a statement on roles is lent CREATEROLE: the server's own roles stay out of reach. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../../src/database/database.ts';
import { GatekeeperError } from '../../../src/errors.ts';
import { parseSql } from '../../../src/history/statements.ts';
import { deadlines } from '../../../src/replay/deadline.ts';
import { type Executor, openExecutor } from '../../../src/replay/executor.ts';
import { hosted } from '../../../src/replay/hosted/hosted.ts';
import { type PlainServer, startPlainServer } from '../../database/plain-server.ts';
import { startServer } from '../../server.ts';

let plain: PlainServer | null = null;
let server: Server;
let executor: Executor;
let missing = '';

beforeAll(async () => {
  try {
    plain = await startPlainServer({ majorVersion: 15 });
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    missing = error.message;
    console.warn(`Not tried: ${missing}`);
    return;
  }
  const theirs = await plain.connect();
  await theirs.execute("create role friend login password 'x'; create role boss createrole");
  await theirs.close();
  server = await startServer({ postgres: plain.url(), majorVersion: 15 });
  const observer = await server.connect('supabase_admin');
  const limits = deadlines(60_000, 600_000);
  executor = hosted(await openExecutor(server, 'postgres', observer, limits), observer, {
    platform: 'supabase',
    majorVersion: 15,
    foundation: 'shared',
    standIns: [],
  });
});

afterAll(async () => {
  await executor?.close();
  await server?.stop();
  await plain?.stop();
});

async function sqlstate(sql: string): Promise<string | undefined> {
  const parsed = await parseSql(sql);
  const node = 'statements' in parsed ? parsed.statements[0]?.node : undefined;
  const { error, treated } = await executor.run(sql, node);
  return error?.sqlstate ?? treated?.outcome;
}

test.for([
  'grant pg_read_all_data to postgres',
  'grant pg_monitor to postgres',
  'grant pg_signal_backend to anon',
  "alter role friend password 'y'",
  'alter role friend set search_path = public',
  'alter role friend rename to enemy',
  'grant friend to postgres',
  'grant anon to friend',
  'create role worker in role friend',
  'create role worker role friend',
  'create role worker admin friend',
  'drop role boss',
  'drop role if exists nobody, boss',
  "do $$ begin alter role friend password 'y'; end $$",
  "do $$ begin execute 'alter role fri' || 'end nologin'; end $$",
  "do $$ begin execute format('grant %I to postgres', 'friend'); end $$",
])('out of reach: %s', async (sql, { skip }) => {
  skip(plain === null, missing);
  expect(['42501', 'not-executed']).toContain(await sqlstate(sql));
});

test('roles of its own are made, altered, granted and dropped', async ({ skip }) => {
  skip(plain === null, missing);
  for (const sql of [
    "create role worker login password 'x'",
    'create role reader in role worker',
    'alter role worker set search_path = public',
    'alter role worker rename to hand',
    'grant hand to authenticator',
    "alter role authenticated set statement_timeout = '9s'",
    'drop role reader, hand',
    `do $$ begin
      if not exists (select from pg_catalog.pg_roles where rolname = 'app') then create role app; end if;
    end $$`,
    'drop role app',
  ]) {
    expect(await sqlstate(sql), sql).toBeUndefined();
  }
});
