import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server as Listener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MajorVersion } from '../../src/database/database.ts';
import { single } from '../server.ts';
import { attempt, ground, isCaught, mighty, outcomeOf } from './attempt.ts';

const secret = 'the-secret-of-the-host';

/** A directory of the host that everybody may write to, with a file that everybody may read, and an open port. */
const outside = { directory: '', secret: '', socket: '', calls: 0, port: 0 };
let listener: Listener;

beforeAll(async () => {
  outside.directory = mkdtempSync(join(tmpdir(), 'gatekeeper-outside-'));
  outside.secret = join(outside.directory, 'secret');
  writeFileSync(outside.secret, `${secret}\n`);
  chmodSync(outside.directory, 0o777);
  listener = createServer((connection) => {
    outside.calls += 1;
    connection.destroy();
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  outside.port = (listener.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise((resolve) => {
    listener.close(resolve);
  });
  rmSync(outside.directory, { recursive: true, force: true });
});

const dynamic = (sql: string) => `do $x$ begin execute $y$${sql}$y$; end $x$`;
const inFunction = (sql: string) =>
  `create or replace function public.way() returns void language plpgsql security definer as $x$ begin execute $y$${sql}$y$; end $x$`;

/** Each of them as it is, made while it runs, and by a function. */
const threefold = (...statements: string[]) =>
  statements.flatMap((sql) => [sql, dynamic(sql), inFunction(sql), 'select public.way()']);

type Place = typeof outside;

const attempts: Readonly<Record<string, (place: Place) => readonly string[]>> = {
  'COPY of a file': ({ secret: file, directory }) => [
    ...threefold(
      `copy public.loot from '${file}'`,
      `copy (select 'x') to '${directory}/written'`,
      `copy public.loot to '${directory}/written'`,
    ),
    `prepare p as select 1`,
    'create publication everything for all tables',
    `copy public.loot from '${file}'`,
  ],
  'COPY with a program': ({ directory, secret: file }) =>
    threefold(
      `copy (select 'x') to program 'touch ${directory}/written'`,
      `copy public.loot from program 'cat ${file}'`,
      `copy public.loot from program 'touch ${directory}/written' with (format csv)`,
    ),
  'functions that read and write': ({ secret: file, directory }) =>
    threefold(
      `insert into public.loot select pg_catalog.pg_read_file('${file}')`,
      `insert into public.loot select pg_catalog.encode(pg_catalog.pg_read_binary_file('${file}'), 'escape')`,
      `insert into public.loot select pg_catalog.pg_ls_dir('${directory}')`,
      `insert into public.loot select (pg_catalog.pg_stat_file('${file}')).size::text`,
      `insert into public.loot select pg_catalog.encode(pg_catalog.lo_get(pg_catalog.lo_import('${file}')), 'escape')`,
      `select pg_catalog.lo_export(pg_catalog.lo_from_bytea(0, 'x'), '${directory}/written')`,
      `insert into public.loot select (pg_catalog.pg_ls_logdir()).name`,
      `insert into public.loot select pg_catalog.query_to_xml($q$copy public.loot from '${file}'$q$, true, true, '')::text`,
    ),
  'settings and files of the server': ({ directory }) =>
    threefold(
      `alter system set archive_command = 'touch ${directory}/written'`,
      `create tablespace away location '${directory}'`,
      `alter role postgres set local_preload_libraries = '${directory}/x'`,
      `set dynamic_library_path = '${directory}'`,
      `set log_directory = '${directory}'`,
      `load '${directory}/x.so'`,
      `create function public.c() returns int language c as '${directory}/x.so', 'c'`,
      `select pg_catalog.pg_create_logical_replication_slot('s', '${directory}/x')`,
      `select * from pg_catalog.pg_logical_slot_get_changes('s', null, null)`,
    ),
  'languages and wrappers that reach out': ({ secret: file }) => [
    ...['plpython3u', 'plperlu', 'pltclu', 'plsh', 'file_fdw', 'adminpack'].flatMap((name) => [
      `create extension ${name}`,
      dynamic(`create extension ${name} schema extensions`),
    ]),
    'create server files foreign data wrapper file_fdw',
    `create foreign table public.file (x text) server files options (filename '${file}')`,
    'insert into public.loot select x from public.file',
    `do language plpython3u $x$ open('${file}') $x$`,
    'create extension jsonb_plpython3u cascade',
    'create extension hstore_plperlu cascade',
  ],
  'dblink to another host and to the server’s own socket': ({ port, socket }) => [
    'create extension dblink schema extensions',
    'create extension if not exists dblink cascade',
    ...[
      `host=127.0.0.1 port=${port} user=x password=x dbname=x connect_timeout=2`,
      `host=${socket} user=supabase_admin dbname=postgres`,
      `host=${socket} user=supabase_admin password=x dbname=postgres`,
    ].flatMap((target) => [
      `select extensions.dblink_connect('${target}')`,
      `select extensions.dblink_connect_u('${target}')`,
      `insert into public.loot select x from extensions.dblink('${target}', 'select pg_read_file($$PG_VERSION$$)') as t (x text)`,
      dynamic(`select extensions.dblink_exec('${target}', 'alter role postgres superuser')`),
      `select extensions.dblink_connect_u('c', '${target}')`,
      `select extensions.dblink_exec('c', 'alter role postgres superuser')`,
    ]),
  ],
  'postgres_fdw to another host and to the server’s own socket': ({ port, socket }) => [
    'create extension postgres_fdw schema extensions',
    ...[`host '127.0.0.1', port '${port}'`, `host '${socket}'`].flatMap((where, index) => [
      `create server s${index} foreign data wrapper postgres_fdw options (${where}, dbname 'postgres', connect_timeout '2')`,
      `create user mapping for postgres server s${index} options (user 'supabase_admin', password 'x')`,
      `create user mapping for public server s${index} options (user 'supabase_admin', password_required 'false')`,
      `create foreign table public.far${index} (rolname name, rolpassword text) server s${index} options (schema_name 'pg_catalog', table_name 'pg_authid')`,
      `insert into public.loot select rolname from public.far${index}`,
      `import foreign schema pg_catalog limit to (pg_authid) from server s${index} into public`,
    ]),
    'create foreign data wrapper mine handler postgres_fdw_handler validator postgres_fdw_validator',
    'create foreign data wrapper mine handler extensions.postgres_fdw_handler',
  ],
  subscriptions: ({ port, socket }) =>
    threefold(
      `create subscription s connection 'host=127.0.0.1 port=${port} user=x password=x connect_timeout=2' publication p`,
      `create subscription s connection 'host=127.0.0.1 port=${port} user=x password=x connect_timeout=2' publication p with (create_slot = false)`,
      `create subscription s connection 'host=${socket} user=supabase_admin dbname=postgres password=x' publication p with (create_slot = false)`,
      `create subscription s connection 'host=127.0.0.1 port=${port} password=x connect_timeout=2' publication p with (connect = false)`,
      'alter subscription s enable',
      'alter subscription s refresh publication with (copy_data = false)',
    ),
  'extensions that call the web or run things later': ({ port, directory }) => [
    'create extension if not exists http schema extensions',
    'create extension if not exists pg_net',
    'create extension if not exists pg_cron',
    'create extension if not exists wrappers schema extensions cascade',
    `select net.http_get('http://127.0.0.1:${port}/')`,
    `select net.http_post('http://127.0.0.1:${port}/', '{}'::jsonb)`,
    `select status from extensions.http_get('http://127.0.0.1:${port}/')`,
    `select cron.schedule('now', '* * * * *', $$copy (select 1) to program 'touch ${directory}/written'$$)`,
    "select cron.schedule('1 second', 'select public.note()')",
  ],
};

describe.each<MajorVersion>([15, 17])('on Postgres %i nothing leads outside', (majorVersion) => {
  const held = ground(majorVersion);

  beforeAll(async () => {
    if (held.server === null) return;
    await held.executor.run('create table public.loot (x text)');
    const sockets = await single(held.observer, "select current_setting('unix_socket_directories')");
    outside.socket = String(sockets).replaceAll('"', '');
  });

  test.for(Object.keys(attempts))('by %s', async (name, { skip }) => {
    skip(held.server === null, held.missing);
    const statements = [...(attempts[name]?.(outside) ?? []), "select 'looted: ' || x from public.loot"];
    // What was read must not even be shown by an error: it would stand in the report.
    statements.push(
      "do $$ declare x text; begin select string_agg(l.x, ' ') into x from public.loot as l; if x is not null then raise 'looted: %', x using errcode = 'ZZ001'; end if; end $$",
    );
    const answers = await attempt(held.executor, statements);
    const seen = answers.map((answer, index) => `${outcomeOf(answer)} ${statements[index]}`).join('\n');
    expect(outcomeOf(answers.at(-1) ?? { error: null, durationMs: 0 }), seen).toBe('ok');
    expect(readdirSync(outside.directory), seen).toEqual(['secret']);
    expect(outside.calls, seen).toBe(0);
    expect(await isCaught(held.observer), seen).toBe(false);
    expect(await mighty(held.observer)).toEqual([{ role: 'supabase_admin' }]);
    expect(JSON.stringify(answers)).not.toContain(secret);
  });

  test('what is outside can be reached by a superuser: the attempts aim well', async ({ skip }) => {
    skip(held.server === null, held.missing);
    await held.observer.execute(`begin; copy public.loot from '${outside.secret}'`);
    expect(await single(held.observer, 'select x from public.loot')).toBe(secret);
    await held.observer.execute(`rollback; copy (select 1) to program 'touch ${outside.directory}/touched'`);
    expect(readFileSync(join(outside.directory, 'touched'), 'utf8')).toBe('');
    rmSync(join(outside.directory, 'touched'));
  });
});
