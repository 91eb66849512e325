/** A run that is over early must end: Node 24 can deadlock when it is told to exit while the SQL parser still compiles. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const action = resolve(process.env.GATEKEEPER_DIST ?? 'dist', 'index.js');

/** Ends with the exit code, or `hung` after ten seconds. */
function refused(scratch: string): Promise<number | null | 'hung'> {
  const env = {
    PATH: process.env.PATH,
    RUNNER_TEMP: scratch,
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: join(scratch, 'event.json'),
    GITHUB_OUTPUT: join(scratch, 'output'),
    'INPUT_FAIL-ON': 'nonsense',
  };
  const child = spawn(process.execPath, [action], { env, stdio: 'ignore' });
  return new Promise((done) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      done('hung');
    }, 10_000);
    child.on('exit', (code) => {
      clearTimeout(late);
      done(code);
    });
  });
}

test('forty refused runs all end with exit 2', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-exit-'));
  try {
    writeFileSync(join(scratch, 'event.json'), '{}');
    writeFileSync(join(scratch, 'output'), '');
    const codes: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      codes.push(...(await Promise.all([1, 2, 3, 4].map(() => refused(scratch)))));
    }
    expect(new Set(codes)).toEqual(new Set([2]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
