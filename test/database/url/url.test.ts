/** A server that somebody names by URL: what is refused and why, how it is reached, and what hostile SQL cannot do there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byUrl } from '../../../src/database/adapters/url/url.ts';
import { type Server, type Session, StatementError } from '../../../src/database/database.ts';
import { GatekeeperError } from '../../../src/errors.ts';
import { freshProject, single } from '../../server.ts';
import { type PlainServer, startPlainServer } from '../plain-server.ts';
import { selfSigned } from './certificate.ts';

const certificate = selfSigned('localhost');

describe.each([15, 17] as const)('a server of Postgres %s', (majorVersion) => {
  let plain: PlainServer;
  let theirs: Session;
  let scratch: string;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-url-'));
    writeFileSync(join(scratch, 'root.crt'), certificate.certificate);
    plain = await startPlainServer({ majorVersion, certificate, superuser: 'owner' });
    theirs = await plain.connect();
    await theirs.execute(`
create role friend login password 'friend';
create table secret as select 'of others' as what;
grant select on secret to public;
select pg_create_physical_replication_slot('theirs');`);
    await theirs.execute('create database shop');
  });
  afterAll(async () => {
    await theirs?.close();
    await plain?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  function start(url: string, request: Partial<typeof freshProject> = {}): Promise<Server> {
    return byUrl(url, {}).start({ ...freshProject, majorVersion, ...request });
  }

  /** Its message and remedy; nothing of ours is on the server, and the password is in neither. */
  async function refusal(url: string, request: Partial<typeof freshProject> = {}): Promise<GatekeeperError> {
    const error: unknown = await start(url, request).then(
      (server) => server.stop(),
      (reason: unknown) => reason,
    );
    if (!(error instanceof GatekeeperError)) throw new Error(`not refused: ${String(error)}`);
    expect(`${error.message} ${error.remedy}`).not.toMatch(/p@ss|p%40ss|wrong-one/);
    const ours = `select count(*)::int from (
      select rolname as name from pg_roles union all select datname from pg_database) as n
      where name like 'gatekeeper%' or name = 'anon'`;
    expect(await single(theirs, ours)).toBe(0);
    return error;
  }

  /** While `setup` holds, which `undo` takes back. */
  async function whileIt<Result>(setup: string, undo: string, use: () => Promise<Result>): Promise<Result> {
    await theirs.execute(setup);
    try {
      return await use();
    } finally {
      await theirs.execute(undo);
    }
  }

  test('is not used with a wrong password, which is not repeated', async () => {
    const error = await refusal(plain.url({ password: 'wrong-one' }));
    expect(error.code).toBe('server-login-refused');
    expect(error.message).toContain('does not let "owner" in: password authentication failed');
  });

  test('is not used by who is no superuser, nor by a user whom it does not know', async () => {
    const error = await refusal(plain.url({ user: 'friend', password: 'friend' }));
    expect(error.message).toContain('the user "friend" is no superuser');
    expect((await refusal(plain.url({ user: 'nobody' }))).code).toBe('server-login-refused');
  });

  test('is not used where nothing listens, for the system’s reason', async () => {
    const error = await refusal(plain.url({ port: 1 }));
    expect(error.message).toBe(
      'The server 127.0.0.1:1 cannot be reached: nothing listens there (ECONNREFUSED).',
    );
    expect((await refusal('postgres://u:p@/x?host=/nowhere')).message).toContain(
      'there is no such socket (ENOENT)',
    );
    expect((await refusal('postgres://u:p@nowhere.invalid/x')).code).toBe('server-unreachable');
  });

  test('is not used for another major version; both are said, and how to ask for this one', async () => {
    const error = await refusal(plain.url(), { majorVersion: 16 });
    expect(error.message).toContain(`is Postgres ${majorVersion}; the check is to be made on Postgres 16`);
    expect(error.remedy).toContain(`postgres-version: ${majorVersion}`);
  });

  test('is not used when the database of the URL is not there', async () => {
    expect((await refusal(plain.url({ database: 'nothing' }))).message).toContain('no database "nothing"');
  });

  test('is not connected to when its name is one of hosted Supabase', async () => {
    for (const host of ['db.abcdefgh.supabase.co', 'AWS-0-EU.pooler.supabase.com', 'supabase.com.']) {
      const error = await refusal(`postgres://u:p@${host}:6543/postgres`);
      expect(error.code).toBe('server-looks-real');
    }
  });

  test('is not used when it looks like a real project, or like a managed server', async () => {
    await whileIt(
      'create role supabase_admin; create schema auth create table users ()',
      'drop schema auth cascade; drop role supabase_admin',
      async () => {
        // Also when the URL names another database than the project's.
        expect((await refusal(plain.url({ database: 'shop' }))).message).toContain(
          'postgres holds auth.users',
        );
      },
    );
    await whileIt(
      "create role authenticator; alter role authenticator set session_preload_libraries to 'supautils'",
      'drop role authenticator',
      async () => expect((await refusal(plain.url())).message).toContain('it loads supautils'),
    );
    await whileIt('create role rds_superuser', 'drop role rds_superuser', async () =>
      expect((await refusal(plain.url())).message).toContain('managed server'),
    );
  });

  test('is not used while others are logged in under a name that a project needs', async () => {
    await whileIt("create role anon login superuser password 'x'", 'drop role anon', async () => {
      const session = await plain.connectAs('anon', 'x');
      // Sessions of the gate's own name are other gates.
      await session.execute("set application_name = 'psql'");
      const error: unknown = await start(plain.url()).catch((reason: unknown) => reason);
      expect(String(error)).toContain('1 other session is logged in as anon');
      await session.close();
    });
  });

  test('is not used when a rename would erase a password', async () => {
    await whileIt(
      "create role anon login password 'md5d41d8cd98f00b204e9800998ecf8427e'",
      'drop role anon',
      async () =>
        expect(String(await start(plain.url()).catch(String))).toContain('anon has an MD5 password'),
    );
  });

  test('is reached with TLS as sslmode says', async () => {
    const root = encodeURIComponent(join(scratch, 'root.crt'));
    const at = (host: string, query: string) => plain.url({ query }).replace('127.0.0.1', host);
    // Wrong major versions: it is reached and looked at, and nothing more.
    const reached = async (url: string) => (await refusal(url, { majorVersion: 16 })).message;
    const differs = 'the check is to be made on Postgres 16';
    for (const query of ['', '?sslmode=disable', '?sslmode=prefer', '?sslmode=require']) {
      expect(await reached(at('127.0.0.1', query)), query).toContain(differs);
    }
    expect(await reached(at('localhost', `?sslmode=verify-full&sslrootcert=${root}`))).toContain(differs);
    expect(await reached(at('127.0.0.1', `?sslmode=verify-ca&sslrootcert=${root}`))).toContain(differs);
    expect(await reached(at('127.0.0.1', `?sslmode=verify-full&sslrootcert=${root}`))).toContain(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await reached(at('localhost', '?sslmode=verify-full'))).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(
      await reached(
        `postgres://u:p@/postgres?host=${encodeURIComponent(plain.directory)}&port=${plain.port}`,
      ),
    ).toContain('password authentication failed');
  });

  describe('with a run of ours on it', () => {
    let server: Server;
    let migrations: Session;
    let observer: Session;

    beforeAll(async () => {
      server = await start(plain.url({ database: 'shop', query: '?sslmode=require' }));
      migrations = await server.connect('postgres');
      observer = await server.connect('supabase_admin');
    });
    afterAll(async () => {
      await server?.stop();
      // Every statement was logged: of the password in the URL, and of those of the run, nothing is there.
      expect(plain.log()).not.toMatch(/p@ss/);
      expect(plain.log()).toContain("password 'SCRAM-SHA-256$");
      expect(plain.log()).not.toMatch(/password '(?!SCRAM|md5|friend|x)/i);
    });

    test('it is a project in a database of its own, in UTF-8, by TLS all the way', async () => {
      expect(server).toMatchObject({
        source: 'url',
        foundation: 'shared',
        majorVersion,
        image: null,
        standIns: [],
      });
      const [row] = await migrations.query(`
select current_user::text as user, starts_with(current_database(), 'gatekeeper_') as ours,
  current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
  (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl`);
      expect(row).toEqual({ user: 'postgres', ours: true, encoding: 'UTF8', zone: 'UTC', ssl: true });
    });

    test('what others have there is out of reach for hostile SQL', async () => {
      const denied = [
        'alter database shop set work_mem = 1000',
        'alter database shop rename to mine',
        'alter database shop owner to postgres',
        "comment on database shop is 'mine'",
        'drop database shop',
        'create database mine template shop',
        'drop role friend',
        "alter role friend password 'mine'",
        'alter role friend set work_mem = 1000',
        'alter role friend rename to mine',
        'grant friend to postgres',
        'set role friend',
        "comment on role friend is 'mine'",
        'reassign owned by friend to postgres',
        'alter role owner nosuperuser',
        'grant owner to postgres',
        'set session authorization owner',
        'alter role all set work_mem = 1000',
        'grant pg_read_all_data to postgres',
        'grant pg_signal_backend to postgres',
        'grant pg_monitor to anon',
        'grant pg_execute_server_program to postgres',
        'select rolpassword from pg_authid',
        'select passwd from pg_shadow',
        `select pg_terminate_backend(${theirs.pid})`,
        `select pg_cancel_backend(${theirs.pid})`,
        "select pg_create_physical_replication_slot('mine')",
        "select pg_create_logical_replication_slot('mine', 'pgoutput')",
        "select pg_copy_physical_replication_slot('theirs', 'mine')",
        "select pg_drop_replication_slot('theirs')",
        "select pg_replication_slot_advance('theirs', '0/1')",
        "select * from pg_logical_slot_get_changes('theirs', null, null)",
        "create subscription s connection 'host=127.0.0.1 dbname=shop' publication p with (connect = false)",
        "create tablespace mine location '/tmp'",
        'create extension dblink',
        'create extension postgres_fdw',
        "copy (select 1) to program 'true'",
        "select pg_read_file('PG_VERSION')",
        "select lo_import('/etc/passwd')",
        'alter system set work_mem = 1000',
        'select pg_reload_conf()',
        'set temp_file_limit = -1',
        'select * from pg_hba_file_rules',
      ];
      const answers: Record<string, string> = {};
      for (const sql of denied) {
        answers[sql] = await migrations.execute(sql).then(
          () => 'done',
          (error: unknown) => (error instanceof StatementError ? error.sqlstate : String(error)),
        );
      }
      // A server need not have every extension.
      const lacking = Object.entries(answers).filter(
        ([sql, answer]) => sql.includes('extension') && answer === '0A000',
      );
      expect(answers).toEqual({
        ...Object.fromEntries(denied.map((sql) => [sql, '42501'])),
        ...Object.fromEntries(lacking),
      });
      // A warning only: nothing is granted.
      await migrations.execute('grant connect on database shop to anon');
      const granted = "select strpos(datacl::text, 'anon') > 0 from pg_database where datname = 'shop'";
      expect(await single(observer, granted)).not.toBe(true);
    });

    test('nor are the roles of the run a way to others: their note is out of reach too', async () => {
      const run = String(
        await single(
          observer,
          "select rolname::text from pg_roles where rolname like 'gatekeeper\\_run\\_%'",
        ),
      );
      for (const sql of [
        `comment on role ${run} is '{}'`,
        `set role ${run}`,
        `alter role ${run} login password 'x'`,
      ]) {
        await expect(migrations.execute(sql)).rejects.toMatchObject({ sqlstate: '42501' });
      }
    });

    test('what other people run is not shown', async () => {
      await theirs.query("select 'their own query'");
      const shown = await migrations.query('select query from pg_stat_activity where pid = $1', [theirs.pid]);
      expect(shown).toEqual([{ query: '<insufficient privilege>' }]);
    });

    test('a migration that changes its own password does not lock us out', async () => {
      // On 15 it needs help with that: postgres has REPLICATION.
      await observer.execute("alter role postgres password 'x'");
      const another = await server.connect('postgres');
      expect(await single(another, 'select current_user::text')).toBe('postgres');
      await another.close();
    });
  });
});
