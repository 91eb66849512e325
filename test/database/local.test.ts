/** The adapter `local`: which of the machine's servers it takes, why it takes none, and that it works on a copy. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { copyServer, placesOf, traceOf } from '../../src/database/adapters/copy-server.ts';
import { local } from '../../src/database/adapters/local.ts';
import { machineServers } from '../../src/database/adapters/machine-servers.ts';
import type { Server } from '../../src/database/database.ts';
import { openServer } from '../../src/database/open.ts';
import { freshProject, single } from '../server.ts';
import { type LocalServer, localServer } from './local-server.ts';

const debian15 = '/usr/lib/postgresql/15/bin';
const made: string[] = [];
let machine: LocalServer;

beforeAll(async () => {
  machine = await localServer();
});

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'gatekeeper-local-'));
  chmodSync(path, 0o755);
  made.push(path);
  return path;
}

/** Programs that say a version and do nothing else. */
function pretended(version: string, at = join(directory(), 'bin'), mode = 0o755): string {
  mkdirSync(at, { recursive: true });
  for (const name of ['postgres', 'initdb']) {
    const script = `#!/bin/sh\necho "${name} (PostgreSQL) ${version}"\n`;
    writeFileSync(join(at, name), script, { mode });
  }
  return at;
}

async function reason(path: string, places: readonly string[] = []): Promise<string | null> {
  return local({ ...process.env, PATH: path }, places).unavailable({ ...freshProject, majorVersion: 17 });
}

test('a server that is on the PATH is copied with what it needs, and runs as a project', async () => {
  const { server, chosen } = await openServer({ ...freshProject, postgres: 'local', env: machine.env });
  try {
    expect(chosen).toBe('local: named by the option postgres');
    expect(server).toMatchObject({ source: 'local', foundation: 'own', majorVersion: 17, image: null });
    expect(server.version).toMatch(/^17\.\d+$/);
    await isProject(server);
  } finally {
    await server.stop();
  }
});

test.skipIf(!existsSync(join(debian15, 'postgres')))(
  `a server in the layout of Debian runs as a project (needs one in ${debian15})`,
  async () => {
    const { server } = await openServer({ ...freshProject, majorVersion: 15, postgres: 'local' });
    try {
      expect(server).toMatchObject({ source: 'local', majorVersion: 15 });
      await isProject(server);
      // LLVM's copies of functions were left out, and are not missed.
      const session = await server.connect('postgres');
      await session.execute(
        'set jit_above_cost = 0; set jit_inline_above_cost = 0; set jit_optimize_above_cost = 0',
      );
      expect(await single(session, 'select sum(g * 2) from generate_series(1, 10) g')).toBe('110');
    } finally {
      await server.stop();
    }
  },
);

/** Its own files are read: an extension that is trusted in our copy only; time zones and dictionaries. */
async function isProject(server: Server): Promise<void> {
  const session = await server.connect('postgres');
  await session.execute('create extension moddatetime schema extensions');
  expect(await single(session, 'select auth.uid() is null')).toBe(true);
  expect(await single(session, "select to_tsvector('german', 'Häuser')::text")).toBe("'haus':1");
  expect(await single(session, "select now() at time zone 'Europe/Berlin' is not null")).toBe(true);
}

test('without a server of that version the reason says which there are, and where', async () => {
  expect(await reason('/nowhere')).toBe(
    'there is no server of Postgres 17 on this machine, nor of another version',
  );
  const old = pretended('14.9 (Debian 14.9-1)');
  const broken = pretended('17.1', join(directory(), 'bin'), 0o644);
  const half = pretended('17.1');
  rmSync(join(half, 'initdb'));
  expect(await reason([old, broken, half].join(':'))).toBe(
    `there is no server of Postgres 17 on this machine: 14.9 (Debian 14.9-1) is in ${old}, this account may not read and run ${join(broken, 'postgres')}, there is no initdb in ${half}`,
  );
});

test('the usual places are looked at first, each version in a folder of its own', async () => {
  const root = directory();
  for (const version of ['9.6', '16', '17']) pretended(`${version}.1`, join(root, version, 'bin'));
  mkdirSync(join(root, 'empty17', 'bin'), { recursive: true });
  const found = await machineServers(pretended('17.9'), [
    join(root, '*', 'bin'),
    join(root, 'none-*', 'bin'),
  ]);
  expect(found.map(({ version }) => version)).toEqual(['16.1', '17.1', '9.6.1', '17.9']);
});

test('what pg_config on the PATH names is found, too', async () => {
  const programs = pretended('17.2');
  const path = directory();
  writeFileSync(join(path, 'pg_config'), `#!/bin/sh\necho "${programs}"\n`, { mode: 0o755 });
  expect(await machineServers(path, [])).toMatchObject([{ programs, major: 17 }]);
});

test('relative folders and packages of the project under judgement are not looked into', async () => {
  const root = directory();
  const module = pretended('17.2', join(root, 'node_modules', '.bin'));
  expect(await machineServers(`${module}:.:bin:`, [])).toEqual([]);
});

test('the copy holds files, and of links only those to libraries', async () => {
  const places = await placesOf(machine.programs, 17);
  if (places === null) throw new Error('the binaries of our tests have no known layout');
  const draft = join(directory(), 'draft');
  const layout = copyServer(places, draft);
  expect(existsSync(join(draft, layout.programs, 'initdb'))).toBe(true);
  expect(existsSync(join(draft, layout.share, 'extension', 'plpgsql.control'))).toBe(true);
  const entries = readdirSync(draft, { recursive: true, withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
  expect(links.filter((name) => !/\.(so|dylib)(\.|$)/.test(name))).toEqual([]);
});

test('a copy is named by what it was made from: other files make another one', () => {
  const top = directory();
  const places = { programs: pretended('17.2'), share: join(top, 'share'), modules: join(top, 'lib') };
  const extensions = join(places.share, 'extension');
  mkdirSync(extensions, { recursive: true });
  const before = traceOf(places);
  expect(traceOf(places)).toEqual(before);
  utimesSync(extensions, new Date(0), new Date(0));
  expect(traceOf(places)).not.toEqual(before);
});

test('a server that reads the files of another place is not used: our extensions would not be its', async () => {
  const at = join(directory(), 'bin');
  mkdirSync(at);
  for (const name of ['postgres', 'initdb']) {
    writeFileSync(join(at, name), `#!/bin/sh\nexec "${join(machine.programs, name)}" "$@"\n`, {
      mode: 0o755,
    });
  }
  // Beside it lies what looks like an installation.
  for (const folder of ['lib', 'share']) mkdirSync(join(at, '..', folder, 'extension'), { recursive: true });
  writeFileSync(join(at, '..', 'share', 'postgres.bki'), '');
  writeFileSync(join(at, '..', 'lib', 'plpgsql.so'), '');
  const cache = directory();
  const env = { ...process.env, PATH: `${at}:${process.env.PATH}`, GATEKEEPER_CACHE: cache };
  const started = local(env, []).start(freshProject);
  await expect(started).rejects.toThrow(/a copy of the server reads .* instead of its own files/);
});
