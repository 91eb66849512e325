/** Sees to it that nothing is left of a scratch directory and of what runs in it, whatever becomes of this process. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Watch {
  /** A process group that works in the directory. */
  started(group: number): void;
  ended(group: number): void;
  /** Kills what still runs and removes the directory. */
  end(): Promise<void>;
}

export function keepWatch(directory: string): Watch {
  const script = readFileSync(new URL('./watch.sh', import.meta.url), 'utf8');
  const child = spawn('/bin/sh', ['-c', script, 'gatekeeper', directory], {
    cwd: '/',
    // A terminal's Ctrl-C goes to the whole process group; the watch ends when we do.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // EPIPE when somebody has killed it.
  child.stdin.on('error', () => undefined);
  child.unref();
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return {
    started: (group) => child.stdin.write(`run ${group}\n`),
    ended: (group) => child.stdin.write(`ended ${group}\n`),
    async end() {
      child.stdin.end();
      child.ref();
      await exited;
    },
  };
}
