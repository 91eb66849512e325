/** The built bundles, copied away from node_modules, judge in a container: the command and the Action. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { materialize } from '../../fixtures/materialize.mjs';
import { expectVerdict, installAction, job } from '../action-job.ts';
import { anotherName, containersOf, engineReason, removeImage } from './engine.ts';

const reason = await engineReason();
const skipped = reason === null ? '' : ` (skipped: ${reason})`;
const dist = resolve(process.env.GATEKEEPER_DIST ?? 'dist');

describe.skipIf(reason !== null)(`the bundles with docker${skipped}`, () => {
  let scratch = '';
  let image = '';
  installAction();
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'gatekeeper away '));
    cpSync(dist, join(scratch, 'dist'), { recursive: true });
    image = await anotherName(`dist-${process.pid}`);
  });
  afterAll(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await removeImage(image);
  });

  function gatekeeper(env: NodeJS.ProcessEnv = {}) {
    const checkout = mkdtempSync(join(scratch, 'checkout-'));
    rmSync(checkout, { recursive: true });
    materialize('titan', 'harmless', checkout);
    return spawnSync(
      process.execPath,
      [join(scratch, 'dist/cli.js'), 'check', '--base', 'main', '--postgres', 'docker', '--image', image],
      { cwd: checkout, encoding: 'utf8', env: { ...process.env, TMPDIR: scratch, ...env } },
    );
  }

  test('the command judges, prints nothing of the engine, and leaves no container', async () => {
    const { status, stdout, stderr } = gatekeeper({ DEBUG: '*', NODE_ENV: 'test' });
    expect(stderr).toBe('');
    expect(stdout).toContain(image);
    expect(stdout).not.toMatch(/testcontainers|dockerode|modem/);
    expect(status).toBe(0);
    expect(await containersOf(image)).toEqual([]);
  });

  test('without an engine the command says so and exits with 2', () => {
    const { status, stdout } = gatekeeper({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'DOCKER_HOST names /nonexistent/docker.sock, which does not exist',
    );
    expect(status).toBe(2);
  });

  test('the Action judges', async () => {
    const done = await job({
      checkout: (workspace) => materialize('titan', 'harmless', workspace),
      inputs: { postgres: 'docker', image },
    });
    expectVerdict(done, 'pass');
    expect(done.code).toBe(0);
    expect(await containersOf(image)).toEqual([]);
  });
});

test('testcontainers has a bundle of its own, without native code', () => {
  const files = readdirSync(dist);
  expect(files).toContain('testcontainers.js');
  expect(files).toContain('testcontainers.licenses.txt');
  expect(files.filter((name) => /\.(node|exe|proto)$/.test(name))).toEqual([]);
  for (const door of ['cli.js', 'index.js']) {
    expect(readFileSync(join(dist, door), 'utf8')).not.toContain('docker-modem');
  }
});
