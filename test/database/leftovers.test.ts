/** However the gate ends, no process and no directory of its server is left. */
import { type ChildProcess, spawn } from 'node:child_process';
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
import { startServer } from '../server.ts';

const program = fileURLToPath(new URL('./departing.ts', import.meta.url));
const patienceMs = 5_000;
const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

interface Departed {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The server's run directory. */
  readonly run: string;
}

interface How {
  readonly manner: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly account?: { uid: number; gid: number };
  /** Once the server runs. */
  readonly onceUp?: (child: ChildProcess, run: string) => void;
}

async function depart({ manner, env = {}, account, onceUp }: How): Promise<Departed> {
  const child = spawn(process.execPath, ['--no-warnings', program, manner], {
    cwd: '/',
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  });
  let run = '';
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.setEncoding('utf8').on('data', (line: string) => {
    const { directory } = JSON.parse(line) as { directory: string };
    run = dirname(directory);
    onceUp?.(child, run);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (...how) => resolve(how)),
  );
  if (run === '') throw new Error(`the program did not boot: ${said}`);
  return { code, signal, run };
}

/** Processes whose command line names the directory. */
function processesOf(run: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(run);
    } catch {
      return false;
    }
  });
}

async function nothingLeft(run: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (existsSync(run) || processesOf(run).length > 0) {
    if (Date.now() > deadline) {
      expect({ directory: existsSync(run), processes: processesOf(run) }).toEqual({
        directory: false,
        processes: [],
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const kill = (signal: NodeJS.Signals) => (child: ChildProcess) => void child.kill(signal);

test.each<[string, How, Partial<Departed>]>([
  ['stops its server and ends', { manner: 'stop' }, { code: 0, signal: null }],
  ['forgets to stop its server', { manner: 'forget' }, { code: 0, signal: null }],
  ['throws', { manner: 'throw' }, { code: 1 }],
  ['calls process.exit', { manner: 'exit' }, { code: 7 }],
  ['gets SIGINT', { manner: 'wait', onceUp: kill('SIGINT') }, { code: null, signal: 'SIGINT' }],
  ['gets SIGTERM', { manner: 'wait', onceUp: kill('SIGTERM') }, { code: null, signal: 'SIGTERM' }],
  ['gets SIGHUP', { manner: 'wait', onceUp: kill('SIGHUP') }, { code: null, signal: 'SIGHUP' }],
  ['gets SIGKILL', { manner: 'wait', onceUp: kill('SIGKILL') }, { code: null, signal: 'SIGKILL' }],
])('nothing is left when the gate %s', async (_, how, expected) => {
  const departed = await depart(how);
  expect(departed).toMatchObject(expected);
  await nothingLeft(departed.run);
});

test('after SIGINT and SIGTERM nothing is left already when the gate is gone', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { run } = await depart({ manner: 'wait', onceUp: kill(signal) });
    expect([existsSync(run), processesOf(run)]).toEqual([false, []]);
  }
});

test('nothing is left when the supervisor is killed first, and the gate after it', async () => {
  const departed = await depart({
    manner: 'wait',
    onceUp: (child, run) => {
      const supervisors = processesOf(run).filter((pid) =>
        readFileSync(`/proc/${pid}/stat`, 'utf8').includes(`) S ${child.pid} `),
      );
      expect(supervisors).toHaveLength(1);
      for (const pid of supervisors) process.kill(Number(pid), 'SIGKILL');
      child.kill('SIGKILL');
    },
  });
  await nothingLeft(departed.run);
});

test('nothing is left when the gate is killed at any moment of its boot, on a cache that is still empty', async () => {
  for (const delayMs of [50, 150, 300, 450, 600, 800, 1000]) {
    const root = mkdtempSync(join(tmpdir(), 'gatekeeper test '));
    made.push(root);
    chmodSync(root, 0o755);
    const temp = join(root, 'temp');
    mkdirSync(temp);
    chmodSync(temp, 0o1777);
    const child = spawn(process.execPath, ['--no-warnings', program, 'wait'], {
      cwd: '/',
      env: { PATH: process.env.PATH, TMPDIR: temp, GATEKEEPER_CACHE: join(root, 'cache') },
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    child.kill('SIGKILL');
    await gone;
    const deadline = Date.now() + patienceMs;
    while ((readdirSync(temp).length > 0 || processesOf(temp).length > 0) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect([readdirSync(temp), processesOf(temp)], `killed after ${delayMs} ms`).toEqual([[], []]);
  }
});

test('two gates at once do not meet', async () => {
  const [one, two] = await Promise.all([startServer(), startServer()]);
  try {
    const [first, second] = await Promise.all([one.connect('postgres'), two.connect('postgres')]);
    await Promise.all([
      first.execute('create table t (one int)'),
      second.execute('create table t (two int)'),
    ]);
    await one.stop();
    expect(
      await second.query(
        "select attname::text from pg_attribute where attrelid = 't'::regclass and attnum > 0",
      ),
    ).toEqual([{ attname: 'two' }]);
  } finally {
    await Promise.all([one.stop(), two.stop()]);
  }
});

test('a temp directory with spaces, commas and quotes in its name, and one too long for a socket, both do', async () => {
  for (const name of ['with, "a" space', 'x'.repeat(120)]) {
    const root = mkdtempSync(join(tmpdir(), 'gatekeeper '));
    made.push(root);
    chmodSync(root, 0o755);
    const temp = join(root, name);
    mkdirSync(temp);
    chmodSync(temp, 0o1777);
    const departed = await depart({ manner: 'stop', env: { TMPDIR: temp } });
    expect(departed.code).toBe(0);
    expect(departed.run.startsWith(temp)).toBe(!name.startsWith('x'));
    await nothingLeft(departed.run);
  }
});

test.runIf(process.getuid?.() === 0)(
  'a normal user boots too, with no home, an unwritable home, or a cache of its own with spaces (needs root to try)',
  async () => {
    const account = { uid: 65534, gid: 65534 };
    const root = mkdtempSync(join(tmpdir(), 'gatekeeper home '));
    made.push(root);
    chmodSync(root, 0o755);
    const temp = join(root, 'temp');
    const own = join(root, 'own cache');
    mkdirSync(temp);
    mkdirSync(own);
    chmodSync(temp, 0o1777);
    chownSync(own, account.uid, account.gid);
    const homes: NodeJS.ProcessEnv[] = [
      {},
      { HOME: '/proc/nowhere' },
      { GATEKEEPER_CACHE: join(own, 'deeper') },
    ];
    for (const env of homes) {
      const departed = await depart({
        manner: 'wait',
        env: { TMPDIR: temp, ...env },
        account,
        onceUp: kill('SIGKILL'),
      });
      await nothingLeft(departed.run);
    }
  },
);
