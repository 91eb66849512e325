/**
 * One run of drizzle-kit: hostile code in a process group of its own, with a deadline and as little as it needs.
 *
 * This is hygiene and no boundary. The code runs as our own user, as an `npm test` of the same pull request would: it
 * gets no secret handed to it, and it could look for those that this user can read. Node's permission model was tried
 * and left out: whatever may start a process, as esbuild has to be, may do everything.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { killStrays } from './strays.ts';
import type { Workspace } from './workspace.ts';

export interface Ran {
  /** Standard output and error as they came, without colours, long lines and the middle of very much text. */
  readonly text: string;
  /** Standard output with its long lines: 1.0 answers in one. */
  readonly output: string;
  /** Null when it was killed. */
  readonly code: number | null;
  /** It said how it ended, or the deadline passed. */
  readonly ended: 'by itself' | 'after its answer' | 'at the deadline';
}

export interface RunRequest {
  readonly parameters: readonly string[];
  readonly deadlineMs: number;
  /** Whether what was said so far is the answer: schemas that open a handle keep drizzle-kit 0.x alive for ever. */
  readonly isAnswer: (text: string) => boolean;
}

/** Time to exit for a process that has given its answer. */
const graceMs = 200;
/** Time to read what a process has written before it exited. */
const drainMs = 250;
/** Characters; longer than any answer. */
const answerLimit = 200;

export async function runKit(workspace: Workspace, request: RunRequest): Promise<Ran> {
  const { ran, kill } = start(workspace, request);
  const running = { kill, ended: ran };
  workspace.running.add(running);
  try {
    return await ran;
  } finally {
    workspace.running.delete(running);
  }
}

function start(workspace: Workspace, request: RunRequest): { ran: Promise<Ran>; kill: () => void } {
  let stop: () => void = () => undefined;
  const ran = new Promise<Ran>((resolve) => {
    const said = new Said();
    const output = new Said();
    let ended: Ran['ended'] = 'by itself';
    workspace.marks += 1;
    const mark = `GATEKEEPER_RUN=${workspace.scratch}-${workspace.marks}`;
    const child = spawn(process.execPath, [workspace.kit.bin, ...request.parameters], {
      cwd: join(workspace.copy, workspace.workingDirectory),
      env: environmentOf(workspace, mark),
      // A group of its own, so that what it starts goes when it goes.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    if (pid !== undefined) workspace.watch.started(pid);
    const kill = (why: Ran['ended']) => {
      ended = why;
      killGroup(pid);
    };
    stop = () => kill('at the deadline');
    const deadline = setTimeout(() => kill('at the deadline'), request.deadlineMs);
    let grace: NodeJS.Timeout | undefined;
    let last = '';
    const listen = (text: string) => {
      said.add(text);
      // An answer may come in two pieces; all that was said is too much to search each time.
      last = last.slice(-answerLimit) + text;
      if (grace === undefined && request.isAnswer(last))
        grace = setTimeout(() => kill('after its answer'), graceMs);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.add(text);
      listen(text);
    });
    child.stderr.setEncoding('utf8').on('data', listen);
    let isOver = false;
    const over = (code: number | null) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(deadline);
      clearTimeout(grace);
      // What it started and left behind goes too.
      killGroup(pid);
      killStrays(mark);
      if (pid !== undefined) workspace.watch.ended(pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ text: brief(plain(said.text())), output: plain(output.text()), code, ended });
    };
    child.once('error', (error) => {
      said.add(error.message);
      over(null);
    });
    // `close` would wait for whoever holds the pipes. After a busy moment a timer comes before what is to be read.
    child.once('exit', (code) =>
      setTimeout(() => setImmediate(() => setImmediate(() => over(code))), drainMs),
    );
    child.once('close', (code) => over(code));
  });
  return { ran, kill: () => stop() };
}

function environmentOf({ scratch, environment, flags }: Workspace, mark: string): Record<string, string> {
  const [name = '', value = ''] = mark.split('=');
  const preload = JSON.stringify(join(scratch, 'preload.cjs'));
  return {
    ...Object.fromEntries(environment),
    [name]: value,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: join(scratch, 'home'),
    TMPDIR: join(scratch, 'tmp'),
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    NODE_OPTIONS: [`--require=${preload}`, ...flags].join(' '),
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** Keeps the beginning and the end of what may be very much. */
class Said {
  #start = '';
  #end = '';

  add(text: string): void {
    const room = Said.#kept - this.#start.length;
    this.#start += text.slice(0, Math.max(room, 0));
    if (text.length > room) this.#end = (this.#end + text.slice(Math.max(room, 0))).slice(-Said.#kept);
  }

  text(): string {
    return this.#start + this.#end;
  }

  static readonly #kept = 256 * 1024;
}

/** What is searched for words has no endless lines: a pattern may look at each of its characters many times. */
function brief(text: string): string {
  const lines = text.split('\n').map((line) => line.slice(0, 1000));
  const [start, end] = [lines.slice(0, 300), lines.slice(300).slice(-300)];
  return [...start, ...end].join('\n');
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  return text.replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, '');
}
