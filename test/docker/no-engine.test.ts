/** Without an engine that answers: its own reason, the next step, and never another engine instead. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docker } from '../../src/database/adapters/docker/docker.ts';
import { findEngine } from '../../src/database/adapters/docker/engine.ts';
import { publishedImage } from '../../src/database/adapters/docker/image.ts';
import { openServer } from '../../src/database/open.ts';
import { freshProject } from '../server.ts';

const nowhere = '/nonexistent/docker.sock';

test.each([
  [`unix://${nowhere}`, /^DOCKER_HOST names \/nonexistent\/docker\.sock, which does not exist; start/],
  [
    'tcp://somebody:secret@127.0.0.1:1',
    /^DOCKER_HOST names 127\.0\.0\.1:1, but no engine answers .+; start it$/,
  ],
  ['ssh://somebody:secret@127.0.0.1', /^DOCKER_HOST begins with ssh:\/\/, which is not supported; forward/],
  ['here', /^DOCKER_HOST is not a URL; set it to unix:/],
])('DOCKER_HOST=%s', async (named, expected) => {
  const reason = await docker({ DOCKER_HOST: named }).unavailable(freshProject);
  expect(reason).toMatch(expected);
  expect(reason).not.toContain('secret');
});

test('a socket at which something else answers', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatekeeper-docker-'));
  const socket = join(directory, 'docker.sock');
  const server = createServer((connection) => connection.resume().end('SSH-2.0-other\r\n'));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    const found = await findEngine({ DOCKER_HOST: `unix://${socket}` });
    expect(found).toMatch(/but the engine does not answer \(.+\); see that it runs$/);
  } finally {
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  }
});

test('TLS without its files', async () => {
  const env = { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nonexistent' };
  expect(await findEngine(env)).toMatch(
    /^ca\.pem, cert\.pem and key\.pem cannot be read from DOCKER_CERT_PATH/,
  );
});

test('a server asked for by name says why there is none', async () => {
  const env = { ...process.env, DOCKER_HOST: `unix://${nowhere}` };
  const opened = openServer({ ...freshProject, postgres: 'docker', env });
  await expect(opened).rejects.toMatchObject({
    code: 'postgres-unavailable',
    message: expect.stringContaining(nowhere),
  });
});

test('a major version without an image of Supabase asks for one, before any engine is looked for', async () => {
  for (const majorVersion of [16, 18] as const) {
    const reason = await docker({ DOCKER_HOST: `unix://${nowhere}` }).unavailable({
      ...freshProject,
      majorVersion,
    });
    expect(reason).toBe(
      `Supabase publishes no image of Postgres ${majorVersion}, only of 15 and 17; name one with image`,
    );
  }
  expect(publishedImage(15)).toMatch(/^supabase\/postgres:15(\.\d+){3}$/);
  expect(publishedImage(17)).toMatch(/^supabase\/postgres:17(\.\d+){3}$/);
});

test('looking for an engine leaves no listener for signals behind', async () => {
  await findEngine({ DOCKER_HOST: `unix://${nowhere}` });
  const names = process.listeners('SIGTERM').map(({ name }) => name);
  expect(names).not.toContain('listener');
});

test('a signal that comes while testcontainers is loading is not lost', async () => {
  const engine = new URL('../../src/database/adapters/docker/engine.ts', import.meta.url).href;
  const program = `
    const { testcontainers } = await import(${JSON.stringify(engine)});
    const loading = testcontainers();
    process.kill(process.pid, 'SIGTERM');
    await loading;
    setTimeout(() => undefined, 200_000);
  `;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program]);
  expect(await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))).toBe('SIGTERM');
});
