/** A server as a child process under `supervisor.sh`, which outlives neither the server nor us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Account } from './account.ts';
import { onDeparture } from './departure.ts';
import type { Starting } from './first-session.ts';
import { LastWords } from './last-words.ts';

export interface Supervised extends Starting {
  /** Stops the server so that its data directory can be used again; it is there until `end`. */
  stopGently(): Promise<void>;
  /** Ends the server and removes its directory. */
  end(): Promise<void>;
}

export interface SupervisedRequest {
  readonly account: Account;
  readonly run: string;
  /** Data directory to start from, or null when the command makes one. */
  readonly prepared: string | null;
  readonly command: readonly string[];
}

export function supervise(request: SupervisedRequest): Supervised {
  const script = readFileSync(new URL('./supervisor.sh', import.meta.url), 'utf8');
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'gatekeeper', request.run, request.prepared ?? '', ...request.command],
    {
      ...(request.account.switchTo ?? {}),
      cwd: '/',
      // A terminal's Ctrl-C goes to the whole process group; the server must hear it from us only.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      // Nothing of our environment: secrets of the job must not be readable in /proc of the server's account.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    },
  );
  const errors = new LastWords();
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.add(text));
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      errors.add(error.message);
      resolve();
    });
  });
  let over = false;
  void exited.then(() => {
    over = true;
  });
  // EPIPE when the supervisor is gone already.
  child.stdin.on('error', () => undefined);
  const forget = onDeparture(end);
  void exited.then(forget);
  letGo(child);

  async function end(): Promise<void> {
    child.stdin.end();
    await held(child, exited);
  }

  return {
    messages: () => errors.said(),
    hasExited: () => over,
    async stopGently() {
      const stopped = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      child.stdin.write('stop\n');
      await held(child, Promise.race([stopped, exited]));
    },
    end,
  };
}

/** A server that somebody forgot to stop must not keep the process alive; its supervisor sees us go. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) {
    if (stream !== null && stream !== undefined && 'unref' in stream && typeof stream.unref === 'function')
      stream.unref();
  }
}

/** Waiting for it does keep the process alive. */
async function held(child: ChildProcess, event: Promise<void>): Promise<void> {
  child.ref();
  try {
    await event;
  } finally {
    child.unref();
  }
}
