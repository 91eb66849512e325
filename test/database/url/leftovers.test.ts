/** However a gate ends, the server that it was given is as it was: at once, or after the next run where it was killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byUrl } from '../../../src/database/adapters/url/url.ts';
import type { Session } from '../../../src/database/database.ts';
import { freshProject, single } from '../../server.ts';
import { type PlainServer, startPlainServer } from '../plain-server.ts';

const program = fileURLToPath(new URL('./departing.ts', import.meta.url));
const wholeServer = readFileSync(new URL('./whole-server.sql', import.meta.url), 'utf8');
const patienceMs = 60_000;

describe.each([15, 17] as const)('on somebody’s server of Postgres %s', (majorVersion) => {
  let plain: PlainServer;
  let before: unknown;

  beforeAll(async () => {
    plain = await startPlainServer({ majorVersion });
    await onServer(async (session) => {
      await session.execute(`
create role anon login password 'another project''s' valid until '2100-01-01' connection limit 7;
alter role anon set work_mem to '5MB';
create role friend in role anon;
create table theirs as select 1 as kept;
alter table theirs owner to anon;
comment on role anon is 'of another project';`);
      await session.execute('create database shop');
      before = await state(session);
    });
  });
  afterAll(() => plain?.stop());

  async function onServer<Result>(
    use: (session: Session) => Promise<Result>,
    database = 'postgres',
  ): Promise<Result> {
    const session = await plain.connect(database);
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  const state = (session: Session) => single(session, wholeServer);

  /** Sessions that were ended take a moment to be gone. */
  async function eventually(holds: (session: Session) => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await onServer(holds)) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function expectUntouched(): Promise<void> {
    const wanted = JSON.stringify(before);
    await eventually(async (session) => JSON.stringify(await state(session)) === wanted);
    expect(await onServer(state)).toEqual(before);
  }

  async function depart(manner: string, onceUp?: (child: ChildProcess) => unknown) {
    const child = spawn(process.execPath, ['--no-warnings', program, manner, String(majorVersion)], {
      cwd: '/',
      env: { PATH: process.env.PATH, URL: plain.url() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let up = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout.setEncoding('utf8').on('data', () => {
      up = true;
      onceUp?.(child);
    });
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.once('exit', (...how) => resolve(how)),
    );
    expect(up, said).toBe(true);
    return { code, signal };
  }

  // Both end it by the same way, which does not ask for the version; each costs a boot.
  const [how, manner, expected, onceUp] = (
    {
      15: ['forgets to stop its server', 'forget', { code: 0 }, undefined],
      17: ['gets SIGTERM', 'wait', { signal: 'SIGTERM' }, (child: ChildProcess) => child.kill('SIGTERM')],
    } as const
  )[majorVersion];
  test(`nothing is left when the gate ${how}`, async () => {
    expect(await depart(manner, onceUp)).toMatchObject(expected);
    await expectUntouched();
  });

  test('when it is killed the names come back by themselves, or by the next run if the server crashed too', async () => {
    await depart('wait', (child) => child.kill('SIGKILL'));
    await expectNamesBack();
    // This one takes what the first has left. Stopped, it does not see the server crash; and nobody is left there to
    // give the names back.
    await depart('wait', (child) => {
      child.kill('SIGSTOP');
      void plain.crash().finally(() => child.kill('SIGKILL'));
    });
    const kept = "select rolsuper from pg_roles where rolname = 'gatekeeper_kept_postgres'";
    expect(await onServer((session) => single(session, kept))).toBe(true);
    // It logs in by the name and password that were kept.
    await (await start()).stop();
    // On 15 nothing says any more who made it.
    if (majorVersion === 15) await onServer((session) => session.execute('drop role if exists app_bare'));
    await expectUntouched();
  });

  async function expectNamesBack(): Promise<void> {
    const names =
      "select rolname::text, rolsuper, rolconnlimit from pg_roles where rolname in ('postgres', 'anon') order by 1";
    const kept = "select count(*)::int from pg_roles where rolname like 'gatekeeper\\_kept\\_%'";
    await eventually(async (session) => (await single(session, kept)) === 0);
    expect(await onServer((session) => session.query(names))).toEqual([
      { rolname: 'anon', rolsuper: false, rolconnlimit: 7 },
      { rolname: 'postgres', rolsuper: true, rolconnlimit: -1 },
    ]);
  }

  test('another gate waits its turn, or is told when it has waited for long enough', async () => {
    const first = await start();
    await expect(start(0)).rejects.toMatchObject({ code: 'server-busy' });
    let turn = false;
    const second = start().then((server) => {
      turn = true;
      return server;
    });
    await eventually(async (session) => (await single(session, sessionsOfGates)) === 5);
    expect(turn).toBe(false);
    // What others make in the meantime stays theirs, also where they name roles of ours.
    const strange = ['postgres', 'shop'];
    await onServer((session) => session.execute('create role stranger'));
    for (const database of strange) {
      await onServer(
        (session) =>
          session.execute(`
create table strange (); alter table strange owner to stranger; grant select on strange to authenticated;
create table stranger (); alter table stranger owner to anon;`),
        database,
      );
    }
    await first.stop();
    await (await second).stop();
    for (const database of strange) {
      await onServer((session) => session.execute('drop table strange, stranger'), database);
    }
    await onServer((session) => session.execute('drop role stranger'));
    await expectUntouched();
  });

  const sessionsOfGates =
    "select count(*)::int from pg_stat_activity where application_name = 'gatekeeper' and backend_type = 'client backend'";

  function start(patience?: number) {
    const adapter = byUrl(plain.url(), {}, patience === undefined ? {} : { patienceMs: patience });
    return adapter.start({ ...freshProject, majorVersion });
  }
});
