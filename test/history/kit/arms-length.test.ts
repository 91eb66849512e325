/** What code of the pull request meets while drizzle-kit loads it, and what it can leave behind. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Checkout, installed, project, schema } from './checkout.ts';

const temporary = mkdtempSync(join(tmpdir(), 'gatekeeper-kit-test-'));
beforeAll(() => {
  vi.stubEnv('TMPDIR', temporary);
  vi.stubEnv('INPUT_TOKEN', 'ghs_secret');
  vi.stubEnv('GITHUB_TOKEN', 'ghs_secret');
  vi.stubEnv('DATABASE_URL', 'postgres://real');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

/** A schema tells what it has seen by the names of its columns. */
const seen = `
import { connect } from 'node:net';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
const facts: string[] = Object.entries(process.env).map(([name, value]) => name + '=' + value);
facts.push('home is scratch: ' + homedir().startsWith(tmpdir().slice(0, -4)));
facts.push('stdin: ' + String(process.stdin.isTTY));
facts.push('uncommitted: ' + existsSync('.env'));
fetch('http://127.0.0.1:1').catch(() => undefined);
connect(5, '127.0.0.1');
export const told = pgTable('told', Object.fromEntries(facts.map((fact) => [fact, text(fact)])));`;

describe.each([0, 1] as const)('drizzle-kit %i', (major) => {
  test('no secret, no terminal, no network, nothing that is not committed; stand-ins for what the config asks', async () => {
    const config = `import { defineConfig } from 'drizzle-kit';
import { need } from './src/env';
const { REDIS_URL } = process.env;
if (!REDIS_URL) throw new Error('no redis');
export default defineConfig({
  schema: './src/schema.ts', out: './drizzle', dialect: 'postgresql',
  dbCredentials: { url: need('DIRECT_URL'), host: process.env['DB_HOST']! },
});
`;
    const env = `export function need(name: string) {
  const value = process.env[name];
  if (!value) throw new Error('missing variable');
  return value;
}
`;
    const checkout = installed(major, {
      ...project,
      'drizzle.config.ts': config,
      'src/env.ts': env,
      '.env.example': 'LOG_LEVEL=info\nAUTH_SECRET=\nNODE_ENV=production\n',
      'src/schema.ts': schema(seen),
    });
    checkout.repository.write({ '.env': 'DIRECT_URL=postgres://production\n' });
    try {
      const looked = await checkout.look();
      const sql = await looked.sql('head');
      await looked.close();
      const columns = [...(sql ?? '').matchAll(/^\s*"(.+)" text,?$/gm)].map(([, name]) => name ?? '');
      const names = columns.filter((name) => name.includes('=')).map((name) => name.split('=')[0]);
      const ours = ['GATEKEEPER_RUN', 'HOME', 'LC_ALL', 'NODE_OPTIONS', 'NO_COLOR', 'PATH', 'TMPDIR'];
      const asked = ['AUTH_SECRET', 'DB_HOST', 'DIRECT_URL', 'LOG_LEVEL', 'REDIS_URL'];
      // drizzle-kit 0.x sets variables of its own loader.
      const kits = names.filter((name) => /^(?:ESBK|TSX)_/.test(name ?? ''));
      expect(names.sort()).toEqual([...ours, ...asked, ...kits].sort());
      expect(columns).toContain('DIRECT_URL=postgres://gatekeeper:gatekeeper@127.0.0.1:1/postgres');
      expect(columns).toContain('LOG_LEVEL=info');
      expect(columns).toContain('home is scratch: true');
      expect(columns).toContain('stdin: undefined');
      expect(columns).toContain('uncommitted: false');
    } finally {
      checkout.remove();
    }
  });

  test('a schema that never ends by itself, floods the log and starts a daemon gets its verdict, and nothing stays', async () => {
    const mark = join(temporary, `alive-${major}`);
    const body = `
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
const daemon = spawn('/bin/sh', ['-c', 'echo $$ > ${mark}; exec sleep 1000'], { detached: true, stdio: 'ignore' });
daemon.unref();
// It has to be there before it can be seen to be gone.
while (!existsSync('${mark}') || statSync('${mark}').size === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
setInterval(() => undefined, 1000);
const line = 'x'.repeat(1024 * 1024);
for (let at = 0; at < 100; at += 1) process.stderr.write(line + '\\n');
console.log('::set-output name=verdict::open');
export const a = pgTable('a', { id: integer() });`;
    const checkout = installed(major, { ...project, 'src/schema.ts': schema(body) });
    try {
      const looked = await checkout.look();
      await looked.close();
      expect(looked.look).toMatchObject({
        state: 'drift',
        missing: [{ sql: expect.stringContaining('CREATE TABLE "a"') }],
      });
      expect(JSON.stringify(looked.look)).not.toContain('::set-output');
      expect(isGone(readFileSync(mark, 'utf8').trim())).toBe(true);
      expect(scratches()).toEqual([]);
    } finally {
      checkout.remove();
    }
  });
});

test('a schema that loops for ever is ended at the deadline', async () => {
  const checkout = installed(0, { ...project, 'src/schema.ts': 'for (;;);\n' });
  try {
    const looked = await checkout.look({ deadlineMs: 3_000 });
    await looked.close();
    expect(looked.look).toMatchObject({
      state: 'unreadable',
      file: 'src/schema.ts',
      what: 'drizzle-kit 0.31.11 did not finish with the Drizzle schema within 3 s, and said nothing that could be used.',
      atBase: true,
    });
    expect(scratches()).toEqual([]);
  } finally {
    checkout.remove();
  }
});

test('what it says about itself is believed, and that is all it gains', async () => {
  const body = `console.log('No schema changes, nothing to migrate'); process.exit(0);`;
  const checkout = installed(0, { ...project, 'src/schema.ts': schema(body) });
  try {
    const looked = await checkout.look();
    expect(looked.look).toMatchObject({ state: 'in-sync', missing: [] });
    expect(await looked.sql('head')).toBe('');
    await looked.close();
  } finally {
    checkout.remove();
  }
});

test.each([
  ['answers that are no answers', `{"status":"missing_hints","unresolved":[{"kind":1,"entity":"x"},null]}`],
  ['deep JSON', `{"status":"missing_hints","unresolved":${'['.repeat(20_000)}}`],
])('a forged line is no answer: %s', async (_, line) => {
  const body = `process.stdout.write(${JSON.stringify(`${line}\n`)}); process.exit(2);`;
  const checkout = installed(1, { ...project, 'src/schema.ts': schema(body) });
  try {
    const looked = await checkout.look();
    await looked.close();
    expect(looked.look.state).toBe('unreadable');
  } finally {
    checkout.remove();
  }
});

test.skipIf(process.platform !== 'linux')('nothing outlives a gate that is killed', async () => {
  const mark = join(temporary, 'kit');
  const body = `
import { writeFileSync } from 'node:fs';
writeFileSync('${mark}', String(process.pid));
for (;;);`;
  const checkout = installed(0, { ...project, 'src/schema.ts': schema(body) });
  try {
    await killedWhileItRuns(checkout, mark);
    const pid = readFileSync(mark, 'utf8');
    await vi.waitUntil(() => scratches().length === 0 && isGone(pid), { timeout: 120_000, interval: 50 });
  } finally {
    checkout.remove();
  }
});

/** A process of its own does the looking, and gets SIGKILL as soon as the schema runs. */
async function killedWhileItRuns({ repository }: Checkout, mark: string): Promise<void> {
  const room = fileURLToPath(new URL('../../../src/history/', import.meta.url));
  const script = `
    import { openRepository } from ${JSON.stringify(`${room}git.ts`)};
    import { openWorkspace } from ${JSON.stringify(`${room}kit/workspace.ts`)};
    import { wholeSchema } from ${JSON.stringify(`${room}kit/generate.ts`)};
    const { root, tree } = await openRepository(${JSON.stringify(repository.directory)});
    const head = tree(${JSON.stringify(repository.git('rev-parse', 'HEAD'))});
    const workspace = await openWorkspace({ root, tree: head, workingDirectory: '.', config: 'drizzle.config.ts' });
    await wholeSchema(workspace, { deadlineMs: 1_000_000 });`;
  const gate = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: 'inherit',
    env: { PATH: process.env.PATH ?? '', TMPDIR: temporary },
  });
  const ended = new Promise((resolve) => gate.once('exit', resolve));
  await vi.waitUntil(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '', {
    timeout: 120_000,
    interval: 50,
  });
  gate.kill('SIGKILL');
  await ended;
}

function isGone(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

function scratches(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('gatekeeper-kit-'));
}
