/** A server that lets role postgres do too much is refused at boot: each part of the self-test is seen to fail. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server, ServerRequest, Session } from '../../src/database/database.ts';
import { selfTest } from '../../src/database/self-test.ts';
import { freshProject, startServer } from '../server.ts';

let server: Server;
let superuser: Session;

beforeAll(async () => {
  server = await startServer();
  superuser = await server.connect('supabase_admin');
});

afterAll(async () => {
  await server.stop();
});

/** The sentence, or the version. */
async function verdict(request: ServerRequest = freshProject): Promise<string> {
  const migrations = await server.connect('postgres');
  try {
    return await selfTest(superuser, migrations, request);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await migrations.close();
  }
}

test('a project as we make it passes, and a server without one on platform postgres only', async () => {
  expect(await verdict()).toBe(server.version);
  expect(await verdict({ ...freshProject, platform: 'postgres' })).toBe(server.version);
});

/** What is done to the server, the sentence or a part of it, and how it is undone. */
const faults: readonly (readonly [broken: string, sentence: string, mended: string])[] = [
  ['alter role postgres superuser', 'role postgres is a superuser', 'alter role postgres nosuperuser'],
  [
    'alter database postgres owner to supabase_admin',
    'the database belongs to supabase_admin',
    'alter database postgres owner to postgres',
  ],
  ...[
    'supabase_auth_admin',
    'supabase_admin',
    'pg_read_server_files',
    'pg_create_subscription',
    'dashboard_user',
  ].map(
    (role) =>
      [
        `grant ${role} to postgres`,
        `role postgres is a member of ${role}`,
        `revoke ${role} from postgres`,
      ] as const,
  ),
  [
    'create role between; grant pg_execute_server_program to between; grant between to postgres',
    'role postgres is a member of pg_execute_server_program',
    'drop role between',
  ],
  [
    'grant execute on function pg_create_physical_replication_slot to postgres',
    'role postgres may call pg_create_physical_replication_slot',
    'revoke execute on function pg_create_physical_replication_slot from postgres',
  ],
  [
    'grant execute on function pg_read_file(text) to postgres',
    "select pg_catalog.pg_read_file('PG_VERSION') was allowed",
    'revoke execute on function pg_read_file(text) from postgres',
  ],
  [
    'grant create on schema pg_catalog to postgres',
    'role postgres may create in pg_catalog',
    'revoke create on schema pg_catalog from postgres',
  ],
  [
    `create function public.theirs() returns event_trigger language plpgsql as 'begin end';
      alter function public.theirs() owner to postgres;
      create event trigger lurking on ddl_command_start when tag in ('DROP RULE') execute function public.theirs()`,
    'event trigger lurking calls a function of postgres',
    'drop event trigger lurking; drop function public.theirs()',
  ],
  [
    'grant alter system on parameter work_mem to postgres',
    "alter system set work_mem = '1MB' was allowed",
    'revoke alter system on parameter work_mem from postgres',
  ],
  [
    'grant create on schema auth to postgres',
    'auth closed does not hold; create table auth.gatekeeper_self_test () was allowed',
    'revoke create on schema auth from postgres',
  ],
  [
    'grant create on schema storage to postgres',
    'storage closed does not hold',
    'revoke create on schema storage from postgres',
  ],
  [
    'grant create on schema realtime to anon',
    'realtime closed does not hold',
    'revoke create on schema realtime from anon',
  ],
  [
    'grant select on auth.users to anon',
    'users hidden from anon does not hold',
    'revoke select on auth.users from anon',
  ],
  [
    'grant select (email) on auth.users to authenticated',
    'users hidden from authenticated does not hold',
    'revoke select (email) on auth.users from authenticated',
  ],
  [
    'alter table storage.objects disable row level security',
    'row security of the services does not hold',
    'alter table storage.objects enable row level security',
  ],
  [
    'alter table storage.objects disable trigger protect_objects_delete',
    'delete from storage.objects was allowed',
    'alter table storage.objects enable trigger protect_objects_delete',
  ],
  [
    'alter function auth.uid() rename to uid_',
    'the project did not answer (function auth.uid() does not exist)',
    'alter function auth.uid_() rename to uid',
  ],
  [
    `alter function auth.uid() rename to uid_;
      create function auth.uid() returns uuid language sql as 'select null::uuid'`,
    'claims answered does not hold',
    'drop function auth.uid(); alter function auth.uid_() rename to uid',
  ],
];

describe.each(faults)('%s', (broken, sentence, mended) => {
  test(`is found: ${sentence}`, async () => {
    await superuser.execute(broken);
    try {
      const found = await verdict();
      expect(found).toMatch(/^self-test: /);
      expect(found).toContain(sentence);
    } finally {
      // One by one: some do not run in the transaction that several in one would be.
      const undone = 'drop table if exists auth.gatekeeper_self_test; alter system reset work_mem';
      for (const sql of `${mended}; ${undone}`.split('; ')) await superuser.execute(sql);
    }
    expect(await verdict()).toBe(server.version);
  });
});

test('on 15 nobody can be granted the roles that reach the machine', async () => {
  const request = { ...freshProject, majorVersion: 15 } as const;
  const older = await startServer(request);
  try {
    const admin = await older.connect('supabase_admin');
    const migrations = await older.connect('postgres');
    // Only Postgres itself makes roles called pg_*.
    await admin.execute(`set allow_system_table_mods = on; create role reader;
      update pg_authid set rolname = 'pg_read_server_files' where rolname = 'reader'`);
    await expect(selfTest(admin, migrations, request)).rejects.toThrow(
      'self-test: role postgres can make itself a member of pg_read_server_files',
    );
    await admin.execute("delete from pg_authid where rolname = 'pg_read_server_files'");
    expect(await selfTest(admin, migrations, request)).toBe(older.version);
  } finally {
    await older.stop();
  }
});
