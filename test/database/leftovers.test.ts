/** However the gate ends, no process and no directory of a server of our own is left. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import {
  type Departed,
  type Departure,
  depart,
  eventuallyNothing,
  kill,
  leavesNothing,
  type Trace,
} from './leftovers.ts';
import { localServer } from './local-server.ts';

const program = fileURLToPath(new URL('./departing.ts', import.meta.url));
const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A folder that everybody may enter, and one in it that everybody may write to. */
function places(name = 'temp'): { root: string; temp: string } {
  const root = mkdtempSync(join(tmpdir(), 'gatekeeper test '));
  made.push(root);
  chmodSync(root, 0o755);
  const temp = join(root, name);
  mkdirSync(temp);
  chmodSync(temp, 0o1777);
  return { root, temp };
}

/** Processes whose command line names the directory. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
}

function runOf({ directory }: Trace): string {
  return dirname(directory);
}

function left(trace: Trace): string[] {
  const run = runOf(trace);
  return [...(existsSync(run) ? [run] : []), ...processesOf(run)];
}

leavesNothing({ name: 'embedded', request: { postgres: 'embedded' }, left });
const { env } = await localServer();
leavesNothing({ name: 'local', request: { postgres: 'local' }, env: { PATH: env.PATH }, left });

test.each<[string, Departure, Partial<Departed>]>([
  ['forgets to stop its server', { manner: 'forget' }, { code: 0, signal: null }],
  ['calls process.exit', { manner: 'exit' }, { code: 7 }],
  ['gets SIGINT', { manner: 'wait', onceUp: kill('SIGINT') }, { code: null, signal: 'SIGINT' }],
  ['gets SIGHUP', { manner: 'wait', onceUp: kill('SIGHUP') }, { code: null, signal: 'SIGHUP' }],
])('nothing is left when the gate %s', async (_, departure, expected) => {
  const departed = await depart(departure);
  expect(departed).toMatchObject(expected);
  await eventuallyNothing(() => left(departed.trace));
});

// A machine may be too busy for it once: after some seconds the gate leaves the rest to the supervisor.
test('after SIGTERM nothing is left already when the gate is gone', { retry: 2 }, async () => {
  const { trace } = await depart({ manner: 'wait', onceUp: kill('SIGTERM') });
  expect(left(trace)).toEqual([]);
});

test('nothing is left when the supervisor is killed first, and the gate after it', async () => {
  let supervisors: string[] = [];
  const { trace } = await depart({
    manner: 'wait',
    onceUp: (child, booted) => {
      supervisors = processesOf(runOf(booted)).filter((pid) => parentOf(pid) === child.pid);
      for (const pid of supervisors) process.kill(Number(pid), 'SIGKILL');
      child.kill('SIGKILL');
    },
  });
  expect(supervisors).toHaveLength(1);
  await eventuallyNothing(() => left(trace));
});

/** After the name in brackets: its state, its parent. */
function parentOf(pid: string): number {
  const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  return Number(parent);
}

test('nothing is left when the gate is killed at any moment of its boot, on a cache that is still empty', async () => {
  for (const delayMs of [100, 300, 500, 800]) {
    const { root, temp } = places();
    const child = spawn(process.execPath, ['--no-warnings', program, 'wait'], {
      cwd: '/',
      env: { PATH: process.env.PATH, TMPDIR: temp, GATEKEEPER_CACHE: join(root, 'cache') },
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    child.kill('SIGKILL');
    await gone;
    await eventuallyNothing(() => [...readdirSync(temp), ...processesOf(temp)]);
  }
});

test('a temp directory with spaces, commas and quotes in its name, and one too long for a socket, both do', async () => {
  for (const name of ['with, "a" space', 'x'.repeat(120)]) {
    const { temp } = places(name);
    const { code, trace } = await depart({ manner: 'stop', env: { TMPDIR: temp } });
    expect(code).toBe(0);
    expect(runOf(trace).startsWith(temp)).toBe(!name.startsWith('x'));
    await eventuallyNothing(() => left(trace));
  }
});

test.runIf(process.getuid?.() === 0)(
  'a normal user boots too, with no home, an unwritable home, or a cache of its own with spaces (needs root to try)',
  async () => {
    const account = { uid: 65534, gid: 65534 };
    const { root, temp } = places();
    const own = join(root, 'own cache');
    mkdirSync(own);
    chownSync(own, account.uid, account.gid);
    const homes: NodeJS.ProcessEnv[] = [
      {},
      { HOME: '/proc/nowhere' },
      { GATEKEEPER_CACHE: join(own, 'deeper') },
    ];
    for (const home of homes) {
      const none = { HOME: undefined, XDG_CACHE_HOME: undefined, GATEKEEPER_CACHE: undefined };
      const env = { TMPDIR: temp, RUNNER_TOOL_CACHE: undefined, ...none, ...home };
      const { trace } = await depart({ manner: 'wait', env, account, onceUp: kill('SIGKILL') });
      await eventuallyNothing(() => left(trace));
    }
  },
);
