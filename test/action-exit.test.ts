/** A run that is over early must end: Node 24 can deadlock when it is told to exit while the SQL parser still compiles. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const action = resolve(process.env.GATEKEEPER_DIST ?? 'dist', 'index.js');

const side = (digit: string) => ({ sha: digit.repeat(40), repo: { full_name: 'acme/shop' } });
const payload = { pull_request: { number: 7, base: side('1'), head: side('2') } };

/** Ends with the exit code, or `hung` after ten seconds. */
function refused(scratch: string): Promise<number | null | 'hung'> {
  const env = {
    PATH: process.env.PATH,
    HOME: scratch,
    GITHUB_WORKSPACE: scratch,
    'INPUT_GITHUB-TOKEN': 'x',
    RUNNER_TEMP: scratch,
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(scratch, 'event.json'),
    GITHUB_OUTPUT: join(scratch, 'output'),
    GITHUB_STEP_SUMMARY: join(scratch, 'summary'),
    INPUT_MODE: 'drift',
    'INPUT_DATABASE-URL': 'postgres://u:p@db/x',
  };
  const child = spawn(process.execPath, [action], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
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

test('sixty refused runs all end with exit 2 (one in twenty hung)', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-exit-'));
  try {
    writeFileSync(join(scratch, 'event.json'), JSON.stringify(payload));
    writeFileSync(join(scratch, 'output'), '');
    writeFileSync(join(scratch, 'summary'), '');
    const codes: unknown[] = [];
    for (let round = 0; round < 20; round += 1) {
      codes.push(...(await Promise.all([1, 2, 3].map(() => refused(scratch)))));
    }
    expect(new Set(codes)).toEqual(new Set([2]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
