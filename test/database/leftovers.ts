/** However the gate ends, nothing of its server is left: one suite, for every adapter. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { OpenRequest } from '../../src/database/open.ts';
import { startServer } from '../server.ts';

const program = fileURLToPath(new URL('./departing.ts', import.meta.url));
/** Not a measurement: only what is never gone runs into it. */
const patienceMs = 60_000;
const pollMs = 100;

/** What a server says of itself, before its gate goes. */
export interface Trace {
  /** Its data directory. */
  readonly directory: string;
  /** The database that the sessions are in. */
  readonly database: string;
}

export interface Departed {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly trace: Trace;
}

export interface Departure {
  /** How the gate ends: see `departing.ts`. */
  readonly manner: string;
  readonly request?: Partial<OpenRequest>;
  readonly env?: NodeJS.ProcessEnv;
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Once the server runs. */
  readonly onceUp?: (child: ChildProcess, trace: Trace) => void;
}

/** Boots a server in a process of its own, and waits until that process is gone. */
export async function depart({ manner, request, env, account, onceUp }: Departure): Promise<Departed> {
  const child = spawn(process.execPath, ['--no-warnings', program, manner, JSON.stringify(request ?? {})], {
    cwd: '/',
    env: { PATH: process.env.PATH, ...cacheSettings(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  });
  let trace: Trace | null = null;
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.setEncoding('utf8').on('data', (line: string) => {
    trace = JSON.parse(line) as Trace;
    onceUp?.(child, trace);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (...how) => resolve(how)),
  );
  if (trace === null) throw new Error(`the program did not boot: ${said}`);
  return { code, signal, trace };
}

/** What says where the cache is: an empty one would be filled first, and left in the temp directory. */
function cacheSettings(): NodeJS.ProcessEnv {
  const { HOME, XDG_CACHE_HOME, GATEKEEPER_CACHE, RUNNER_TOOL_CACHE } = process.env;
  return { HOME, XDG_CACHE_HOME, GATEKEEPER_CACHE, RUNNER_TOOL_CACHE };
}

/** Waits until `left` finds nothing more; a supervisor or a reaper may need its time. */
export async function eventuallyNothing(left: () => unknown[] | Promise<unknown[]>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await left();
    if (found.length === 0) return;
    if (Date.now() > deadline) expect(found).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

export const kill = (signal: NodeJS.Signals) => (child: ChildProcess) => void child.kill(signal);

const departures: readonly [string, Departure, Partial<Departed>][] = [
  ['stops its server and ends', { manner: 'stop' }, { code: 0, signal: null }],
  ['throws', { manner: 'throw' }, { code: 1 }],
  ['has met its deadline', { manner: 'deadline' }, { code: 0, signal: null }],
  ['gets SIGTERM', { manner: 'wait', onceUp: kill('SIGTERM') }, { code: null, signal: 'SIGTERM' }],
  ['gets SIGKILL', { manner: 'wait', onceUp: kill('SIGKILL') }, { code: null, signal: 'SIGKILL' }],
];

export interface Leftovers {
  /** In the titles: `embedded`, `docker` … */
  readonly name: string;
  /** What is asked for besides a fresh project. */
  readonly request: Partial<OpenRequest>;
  readonly env?: NodeJS.ProcessEnv;
  /** What is still there of the server that left this trace: processes, directories, containers, databases. */
  readonly left: (trace: Trace) => unknown[] | Promise<unknown[]>;
}

/** Declares the tests. Six boots. */
export function leavesNothing({ name, request, env = {}, left }: Leftovers): void {
  test.each(departures)(`${name}: nothing is left when the gate %s`, async (_, departure, expected) => {
    const departed = await depart({ ...departure, request, env });
    expect(departed).toMatchObject(expected);
    await eventuallyNothing(() => left(departed.trace));
  });

  test(`${name}: two gates at once do not meet`, async () => {
    const given = { ...request, env: { ...process.env, ...env } };
    const servers = await Promise.all([startServer(given), startServer(given)]);
    const [one, two] = servers;
    try {
      const [first, second] = await Promise.all(servers.map((server) => server.connect('postgres')));
      await first?.execute('create table meeting (one int)');
      await second?.execute('create table meeting (two int)');
      await one?.stop();
      expect(
        await second?.query(
          "select attname::text from pg_attribute where attrelid = 'meeting'::regclass and attnum > 0",
        ),
      ).toEqual([{ attname: 'two' }]);
    } finally {
      await Promise.all([one?.stop(), two?.stop()]);
    }
  });
}
