/** The cache of binaries and prepared directories: ours alone, never half-written, made again when broken. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { serverAccount } from '../../src/database/adapters/account.ts';
import { type Cache, entry, openCache } from '../../src/database/adapters/cache.ts';
import { GatekeeperError } from '../../src/errors.ts';
import { single, startServer, withSession } from '../server.ts';

const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'gatekeeper-cache-'));
  chmodSync(path, 0o755);
  made.push(path);
  return path;
}

function open(path: string): Cache {
  return openWith({ ...process.env, GATEKEEPER_CACHE: path });
}

function openWith(env: NodeJS.ProcessEnv): Cache {
  const account = serverAccount();
  if (account === null) throw new Error('there is no account to run a server as');
  return openCache(env, account);
}

function refusal(path: string): string {
  try {
    open(path);
  } catch (error) {
    if (error instanceof GatekeeperError && error.code === 'cache-unusable') return error.message;
    throw error;
  }
  return 'it was accepted';
}

test('a cache directory is made with its parents, and others cannot write to it', () => {
  const path = join(directory(), 'a', 'b');
  expect(open(path).directory).toBe(path);
  expect(existsSync(path)).toBe(true);
});

test("on a runner the cache lies in its tool cache, unless others can write there: then it is the user's own", () => {
  const root = directory();
  const env = { RUNNER_TOOL_CACHE: root, HOME: root, XDG_CACHE_HOME: join(root, 'own') };
  expect(openWith(env).directory).toBe(join(root, 'migration-gatekeeper'));
  const shared = join(directory(), 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  const { directory: found } = openWith({ ...env, RUNNER_TOOL_CACHE: shared });
  expect(found.startsWith(shared)).toBe(false);
});

test('a relative path is refused', () => {
  expect(refusal('cache')).toContain('not an absolute path');
});

test('a link, a file, and a directory that others can write to are refused', () => {
  const root = directory();
  const real = join(root, 'real');
  mkdirSync(real);
  symlinkSync(real, join(root, 'link'));
  writeFileSync(join(root, 'file'), '');
  mkdirSync(join(root, 'open'));
  chmodSync(join(root, 'open'), 0o777);
  expect(refusal(join(root, 'link'))).toContain('not a directory');
  expect(refusal(join(root, 'file'))).toContain('not a directory');
  expect(refusal(join(root, 'open'))).toContain('written to by others');
});

test('a directory below one that everybody can write to is refused, below a sticky one it is not', () => {
  const root = directory();
  mkdirSync(join(root, 'shared', 'mine'), { recursive: true });
  chmodSync(join(root, 'shared'), 0o777);
  expect(refusal(join(root, 'shared', 'mine'))).toContain('written to by everybody');
  chmodSync(join(root, 'shared'), 0o1777);
  expect(refusal(join(root, 'shared', 'mine'))).toBe('it was accepted');
});

test.runIf(process.getuid?.() === 0)('a directory of somebody else is refused (needs root to try)', () => {
  const path = join(directory(), 'theirs');
  mkdirSync(path);
  chownSync(path, 65534, 65534);
  expect(refusal(path)).toContain('belongs to somebody else');
});

test.runIf(process.getuid?.() === 0)(
  'as root, a directory that the server cannot reach is refused (needs root to try)',
  () => {
    const root = directory();
    chmodSync(root, 0o700);
    expect(refusal(join(root, 'cache'))).toContain('out of reach');
  },
);

test('an entry whose making failed is not there, and the next one makes it', async () => {
  const cache = open(directory());
  const broken = entry(cache, 'thing', async (draft) => {
    mkdirSync(draft);
    writeFileSync(join(draft, 'half'), '');
    throw new Error('interrupted');
  });
  await expect(broken).rejects.toThrow('interrupted');
  expect(readdirSync(cache.directory)).toEqual([]);
  const path = await entry(cache, 'thing', async (draft) => mkdirSync(draft));
  expect(existsSync(path)).toBe(true);
});

test('of two that make an entry at once one wins, and both use it', async () => {
  const cache = open(directory());
  const make = (who: string) => async (draft: string) => {
    mkdirSync(draft);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(draft, who), '');
  };
  const paths = await Promise.all([entry(cache, 'thing', make('one')), entry(cache, 'thing', make('two'))]);
  expect(new Set(paths).size).toBe(1);
  expect(readdirSync(cache.directory)).toEqual(['thing']);
  expect(readdirSync(join(cache.directory, 'thing'))).toHaveLength(1);
});

test('two first boots at once on an empty cache both work', async () => {
  const env = { ...process.env, GATEKEEPER_CACHE: directory() };
  const servers = await Promise.all([startServer({ env }), startServer({ env })]);
  try {
    for (const server of servers) expect(await single(await server.connect('postgres'), 'select 1')).toBe(1);
    expect(readdirSync(env.GATEKEEPER_CACHE).filter((name) => name.includes('partial'))).toEqual([]);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});

test('a prepared directory that lost its files is made again', async () => {
  const env = { ...process.env, GATEKEEPER_CACHE: directory() };
  await withSession('postgres', async () => undefined, { env });
  const prepared = readdirSync(env.GATEKEEPER_CACHE).find((name) => name.startsWith('prepared-'));
  rmSync(join(env.GATEKEEPER_CACHE, String(prepared), 'global'), { recursive: true });
  await withSession('postgres', async (session) => expect(await single(session, 'select 1')).toBe(1), {
    env,
  });
  expect(existsSync(join(env.GATEKEEPER_CACHE, String(prepared), 'global'))).toBe(true);
});
