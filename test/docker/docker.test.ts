/** A server in a container: what it can do, what it cannot, and that nothing of it is left. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBridge } from '../../src/database/adapters/docker/bridge.ts';
import { docker } from '../../src/database/adapters/docker/docker.ts';
import { isLeft, ownerLabel, sweep } from '../../src/database/adapters/docker/leftovers.ts';
import type { ContainerHandle } from '../../src/database/adapters/docker/testcontainers.ts';
import type { Server, Session } from '../../src/database/database.ts';
import { openSession } from '../../src/database/session.ts';
import { eventuallyNothing, leavesNothing } from '../database/leftovers.ts';
import { freshProject, single } from '../server.ts';
import { anotherName, containersOf, engine, engineReason, makeEmptyImage, removeImage } from './engine.ts';

const reason = await engineReason();
const skipped = reason === null ? '' : ` (skipped: ${reason})`;
if (reason !== null) console.warn(`The tests of the adapter docker are skipped: ${reason}`);
const departing = fileURLToPath(new URL('../database/departing.ts', import.meta.url));
const own = randomBytes(6).toString('hex');

describe.skipIf(reason !== null)(`a server in a container${skipped}`, () => {
  const adapter = docker(process.env);
  let image = '';
  let server: Server;
  let container: ContainerHandle;
  let superuser: Session;
  let migrations: Session;

  beforeAll(async () => {
    image = await anotherName(`one-${own}`);
    const request = { ...freshProject, image };
    expect(await adapter.unavailable(request)).toBeNull();
    server = await adapter.start(request);
    [superuser, migrations] = await Promise.all([
      server.connect('supabase_admin'),
      server.connect('postgres'),
    ]);
    const [id = ''] = await containersOf(image);
    container = (await engine()).engine.container(id);
  });
  afterAll(async () => {
    await server?.stop();
    await removeImage(image);
  });

  test('says what it is', () => {
    expect(server).toMatchObject({
      source: 'docker',
      foundation: 'image',
      majorVersion: 17,
      image,
    });
    expect(server.version).toMatch(/^17\.\d+$/);
  });

  test('is a Supabase project, with stand-ins for what the image lacks', async () => {
    expect(server.standIns).toContain('vector');
    expect(await single(migrations, 'select auth.uid()')).toBeNull();
    await migrations.execute(
      'create extension vector schema extensions; create table embedded (v extensions.vector(3));',
    );
    await migrations.execute('drop table embedded; drop extension vector;');
  });

  test('trusts what hosted lets through, and nothing else', async () => {
    await migrations.execute('create extension moddatetime; drop extension moddatetime;');
    await expect(migrations.execute('create extension file_fdw')).rejects.toMatchObject({
      sqlstate: '42501',
    });
  });

  test('has no network but its own loopback', async () => {
    const devices = await single(superuser, "select pg_catalog.pg_read_file('/proc/net/dev')");
    expect(String(devices).match(/^ *\w+(?=:)/gm)).toEqual([expect.stringMatching(/^ *lo$/)]);
    const { HostConfig } = await container.inspect();
    expect(HostConfig.NetworkMode).toBe('none');
  });

  test('has limits, no rights and nothing of the machine', async () => {
    const status = String(await single(superuser, "select pg_catalog.pg_read_file('/proc/self/status')"));
    expect(status).toMatch(/^CapEff:\s*0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s*1$/m);
    expect(status).not.toMatch(/^Uid:\s*0\b/m);
    const { HostConfig, Mounts } = await container.inspect();
    expect(HostConfig).toMatchObject({ CapDrop: ['ALL'], Privileged: false, PidsLimit: 256 });
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
    expect(HostConfig.Binds ?? []).toEqual([]);
    expect(Mounts.filter(({ Type }) => Type === 'bind')).toEqual([]);
    const directory = await single(superuser, "select pg_catalog.current_setting('data_directory')");
    const mounts = String(await single(superuser, "select pg_catalog.pg_read_file('/proc/self/mounts')"));
    expect(mounts).toContain(`tmpfs ${String(directory)} tmpfs`);
  });

  test('lets only our shim act on statements, and no job run', async () => {
    const setting = (name: string) => single(superuser, `select pg_catalog.current_setting('${name}')`);
    expect(await setting('session_preload_libraries')).toBe('');
    expect(await setting('cron.launch_active_jobs')).toBe('off');
  });

  test('takes nobody for its superuser who does not know the password of this run', async () => {
    const login = {
      open: () => openBridge(container, 1),
      database: 'postgres',
      user: 'supabase_admin',
      role: 'supabase_admin',
    } as const;
    await expect(openSession({ ...login, password: null })).rejects.toThrow();
    await expect(openSession({ ...login, password: 'guessed' })).rejects.toMatchObject({ sqlstate: '28P01' });
  });

  test('carries ten megabytes each way, unchanged', async () => {
    const bytes = randomBytes(5_000_000).toString('hex');
    const [row] = await migrations.query<{ back: string; sum: string }>(
      'select $1::text as back, pg_catalog.md5($1::text) as sum',
      [bytes],
    );
    expect(row?.back === bytes).toBe(true);
    await migrations.execute(`do $$ begin
      if pg_catalog.md5('${bytes}') <> '${row?.sum}' then raise 'changed on the way'; end if;
    end $$`);
  });

  test('carries a result that nobody reads at once, and two sessions do not disturb each other', async () => {
    const many = migrations.execute("select repeat('x', 1000) from generate_series(1, 20000)");
    expect(await single(superuser, 'select 1')).toBe(1);
    await many;
  });

  test('ends a session whose statement runs when it is closed', async () => {
    const session = await server.connect('postgres');
    const sleeping = session.execute('select pg_sleep(600)').catch(() => undefined);
    await session.close();
    await sleeping;
    // Postgres looks for its client only between messages; what has to end at once is ended by the observer.
    await superuser.query('select pg_terminate_backend($1)', [session.pid]);
    await eventuallyNothing(async () => [
      ...(await superuser.query('select 1 from pg_stat_activity where pid = $1', [session.pid])),
    ]);
  });

  test('is gone after stop, which may be called twice, and then nobody connects', async () => {
    const other = await adapter.start({ ...freshProject, platform: 'postgres', image } as never);
    expect(await containersOf(image)).toHaveLength(2);
    await Promise.all([other.stop(), other.stop()]);
    expect(await containersOf(image)).toHaveLength(1);
    await expect(other.connect('postgres')).rejects.toMatchObject({ sqlstate: '08006' });
  });

  test('of another major version is refused, and leaves nothing', async () => {
    const before = await containersOf(image);
    const start = adapter.start({ ...freshProject, majorVersion: 15, image } as never);
    await expect(start).rejects.toMatchObject({
      code: 'image-unusable',
      message: expect.stringContaining('it holds Postgres 17, and 15 is wanted'),
    });
    expect(await containersOf(image)).toEqual(before);
  });
});

describe.skipIf(reason !== null)(`an image that does not do${skipped}`, () => {
  const start = (image: string) => docker(process.env).start({ ...freshProject, image } as never);
  const made: string[] = [];
  afterAll(async () => {
    await Promise.all(made.map(removeImage));
  });

  test('because its registry does not answer', async () => {
    await expect(start('127.0.0.1:1/nobody/postgres:17')).rejects.toMatchObject({
      code: 'image-unusable',
      message: expect.stringMatching(/cannot be had: the engine does not reach the registry \(.+\); pull/),
    });
  });

  test('because it is no server of Postgres', async () => {
    const image = await makeEmptyImage(`none-${own}`, ['CMD ["/usr/bin/true"]']);
    made.push(image);
    await expect(start(image)).rejects.toMatchObject({
      code: 'image-unusable',
      message: expect.stringContaining('is not one of a Postgres server: it would run /usr/bin/true'),
    });
  });

  test('because it only says that it is one', async () => {
    const image = await makeEmptyImage(`hollow-${own}`, ['CMD ["postgres"]']);
    made.push(image);
    await expect(start(image)).rejects.toMatchObject({
      code: 'image-unusable',
      message: expect.stringContaining('/bin/sh'),
    });
    expect(await containersOf(image)).toEqual([]);
  });
});

describe.skipIf(reason !== null)(`what is left of a container${skipped}`, async () => {
  const image = reason === null ? await anotherName(`left-${own}`) : '';
  const home = process.env.HOME ?? '/';
  const { DOCKER_HOST } = process.env;
  const env = DOCKER_HOST === undefined ? { HOME: home } : { HOME: home, DOCKER_HOST };
  afterAll(() => removeImage(image));

  leavesNothing({
    name: 'docker',
    request: { postgres: 'docker', image },
    env,
    left: () => containersOf(image),
  });

  test('goes too when the gate is told to go while it boots', async () => {
    const parameters = ['--no-warnings', departing, 'wait', JSON.stringify({ postgres: 'docker', image })];
    for (const delayMs of [300, 600, 900]) {
      const child = spawn(process.execPath, parameters, {
        cwd: '/',
        env: { PATH: process.env.PATH, ...env },
      });
      const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGTERM');
      expect(await gone).toBe('SIGTERM');
      await eventuallyNothing(() => containersOf(image));
    }
  });

  test('that never started goes with the next run, and that of others stays', async () => {
    const { engine: found } = await engine();
    const create = (owner: string) => found.create({ Image: image, Labels: { [ownerLabel]: owner } });
    // No process has this number.
    const [boot, space] = ownerOf(await import('../../src/database/adapters/docker/leftovers.ts'));
    const gone = await create(`${boot} ${space} 4194305 1`);
    const elsewhere = await create('another-machine another-space 1 1');
    try {
      await sweep(found);
      expect(await containersOf(image)).toEqual([elsewhere.id]);
    } finally {
      await Promise.allSettled([gone.remove({ force: true }), elsewhere.remove({ force: true })]);
    }
  });
});

function ownerOf({ owner }: { owner: () => string }): string[] {
  return owner().split(' ');
}

test('a container of a machine we cannot see is left alone while it runs, and for an hour when it does not', () => {
  const summary = { Labels: { [ownerLabel]: 'there there 1 1' }, Created: 1_000 };
  const hours = (count: number) => 1_000_000 + count * 3_600_000;
  const isLeftAs = (State: string, now: number) => isLeft({ ...summary, State } as never, now);
  expect(isLeftAs('running', hours(100))).toBe(false);
  expect(isLeftAs('created', hours(0.9))).toBe(false);
  expect(isLeftAs('created', hours(1.1))).toBe(true);
});
