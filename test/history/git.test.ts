import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../src/history/git.ts';
import { makeRepository, openTestRepository } from '../repository.ts';
import { checkout, commitsOf, made, removeAll, server } from './clones.ts';

afterEach(removeAll);

describe('bad input', () => {
  it('is told apart: no repository, no commit, no such ref', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'gatekeeper-nowhere-'));
    try {
      await expect(openRepository(nowhere)).rejects.toMatchObject({ code: 'repository-missing' });
      await expect(openRepository(join(nowhere, 'gone'))).rejects.toMatchObject({
        code: 'repository-missing',
      });
    } finally {
      rmSync(nowhere, { recursive: true });
    }
    const repository = made(makeRepository());
    await expect(commitsOf(repository.directory, { base: 'main' })).rejects.toMatchObject({
      code: 'head-commit-missing',
    });
    repository.commit({ a: 'x' });
    for (const base of ['nope', '--upload-pack=touch /tmp/x', ':/a', 'main:a', 'a b', '@{-1}']) {
      await expect(commitsOf(repository.directory, { base })).rejects.toMatchObject({
        code: 'base-commit-missing',
      });
    }
    await expect(commitsOf(repository.directory, { base: 'main', head: 'nope' })).rejects.toMatchObject({
      code: 'head-commit-missing',
    });
  });

  it('is refused when base and head have nothing in common', async () => {
    const repository = made(makeRepository({ a: 'x' }));
    repository.git('checkout', '--quiet', '--orphan', 'other');
    repository.commit({ b: 'x' });
    await expect(commitsOf(repository.directory, { base: 'main' })).rejects.toMatchObject({
      message: expect.stringContaining('no commit in common'),
    });
  });

  it('names git when there is none', async () => {
    const repository = made(makeRepository({ a: 'x' }));
    await expect(
      openRepository(repository.directory, { env: { PATH: '/nonexistent' } }),
    ).rejects.toMatchObject({
      code: 'git-missing',
    });
  });

  it('does not look for another repository around a damaged one', async () => {
    const repository = made(makeRepository({ a: 'x' }));
    repository.write({ 'inner/.git/x': '' });
    await expect(openRepository(join(repository.directory, 'inner'))).rejects.toMatchObject({
      code: 'repository-unreadable',
    });
  });
});

describe('the repository as it is found in the wild', () => {
  it('is opened from any of its folders, with a space in the path', async () => {
    const repository = made(makeRepository());
    repository.git('init', '--quiet', '--initial-branch=main', 'with space');
    const inner = openTestRepository(join(repository.directory, 'with space'));
    const head = inner.commit({ 'deep/er/a': 'x' });
    expect(await commitsOf(join(inner.directory, 'deep/er'), { base: 'main' })).toMatchObject({ head });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is read when it belongs to another user, as in containers',
    async () => {
      const repository = made(makeRepository({ a: 'x' }));
      for (const name of [
        '',
        '.git',
        ...readdirSync(join(repository.directory, '.git')).map((n) => `.git/${n}`),
      ]) {
        chownSync(join(repository.directory, name), 65534, 65534);
      }
      const env = {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
      };
      // git itself refuses it.
      expect(() => execFileSync('git', ['log'], { cwd: repository.directory, env, stdio: 'pipe' })).toThrow(
        'dubious',
      );
      expect((await commitsOf(repository.directory, { base: 'main' }, { env })).head).toHaveLength(40);
    },
  );

  it('runs no hook and no monitor, and lets no variable lead it elsewhere', async () => {
    const { origin, tip } = server();
    const clone = checkout(origin, 'refs/heads/topic', 'refs/remotes/origin/topic');
    const trap = join(clone.directory, 'trap');
    writeFileSync(join(clone.directory, 'hook'), `#!/bin/sh\necho x >> ${trap}\n`, { mode: 0o755 });
    clone.git('config', 'core.fsmonitor', join(clone.directory, 'hook'));
    writeFileSync(
      join(clone.directory, '.git/hooks/reference-transaction'),
      `#!/bin/sh\necho x >> ${trap}\n`,
      { mode: 0o755 },
    );
    const env = { ...process.env, GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/nonexistent', GIT_TRACE: '1' };
    const commits = await commitsOf(clone.directory, { base: tip }, { env });
    expect(commits.base).toBe(tip);
    expect(readdirSync(clone.directory)).not.toContain('trap');
  });
});

it('says when a commit was made, whatever its message claims', async () => {
  const repository = made(makeRepository());
  const sha = repository.commit({ a: 'x' });
  const opened = await openRepository(repository.directory);
  const told = Number(repository.git('log', '-1', '--format=%ct', sha)) * 1000;
  expect(await opened.commitTime(sha)).toBe(told);
  expect(told).toBeGreaterThan(0);
  await opened.close();
});
