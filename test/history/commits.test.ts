import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WantedCommits } from '../../src/history/commits.ts';
import { openRepository, type RepositoryOptions } from '../../src/history/git.ts';
import { makeRepository, openTestRepository, type TestRepository } from '../repository.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

function made(repository: TestRepository): TestRepository {
  repositories.push(repository);
  return repository;
}

/** A server with a base branch of `length` commits, a branch from its `from`-th on, and their merge. */
function server({ length = 6, from = 3, own = 2 } = {}) {
  const origin = made(makeRepository());
  const main = Array.from({ length }, (_, index) => origin.commit({ [`main${index}`]: 'x' }));
  const mergeBase = main[from - 1] ?? '';
  origin.git('checkout', '--quiet', '-b', 'topic', mergeBase);
  const topic = Array.from({ length: own }, (_, index) => origin.commit({ [`topic${index}`]: 'x' }));
  origin.git('checkout', '--quiet', '--detach', 'main');
  origin.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'topic');
  origin.git('update-ref', 'refs/pull/7/merge', 'HEAD');
  origin.git('checkout', '--quiet', 'main');
  return {
    origin,
    main,
    mergeBase,
    tip: main.at(-1) ?? '',
    topicTip: topic.at(-1) ?? '',
    merge: origin.git('rev-parse', 'refs/pull/7/merge'),
  };
}

/** What actions/checkout does: an empty repository, one ref fetched, checked out detached. */
function checkout(origin: TestRepository, ref: string, to: string, depth: number | null = 1): TestRepository {
  const clone = made(makeRepository());
  clone.git('remote', 'add', 'origin', `file://${origin.directory}`);
  const how = depth === null ? [] : [`--depth=${depth}`];
  clone.git('fetch', '--quiet', '--no-tags', ...how, 'origin', `+${ref}:${to}`);
  clone.git('checkout', '--quiet', '--detach', to);
  return clone;
}

async function commitsOf(directory: string, wanted: WantedCommits, options: RepositoryOptions = {}) {
  const repository = await openRepository(directory, options);
  return await repository.resolveCommits(wanted);
}

describe('a full clone', () => {
  it('finds where the branch left the base, by branch, tag and sha', async () => {
    const { origin, mergeBase, tip, topicTip } = server();
    origin.git('tag', 'v1', 'main');
    origin.git('checkout', '--quiet', 'topic');
    const expected = { base: tip, mergeBase, head: topicTip };
    for (const base of ['main', 'refs/heads/main', 'v1', tip, tip.slice(0, 10)]) {
      expect(await commitsOf(origin.directory, { base })).toEqual(expected);
    }
  });

  it('takes a branch that only origin has', async () => {
    const { origin, mergeBase, tip, topicTip } = server();
    const clone = checkout(origin, 'refs/heads/topic', 'refs/remotes/origin/topic', null);
    expect(await commitsOf(clone.directory, { base: 'main' })).toEqual({
      base: tip,
      mergeBase,
      head: topicTip,
    });
    // Nothing was left behind, and the clone did not become shallow.
    expect(clone.git('for-each-ref', '--format=%(refname)')).toBe('refs/remotes/origin/topic');
    expect(clone.git('rev-parse', '--is-shallow-repository')).toBe('false');
  });

  it('does not take the first parent of an ordinary merge for the base', async () => {
    const { origin, main, merge } = server();
    origin.git('checkout', '--quiet', '--detach', merge);
    expect(await commitsOf(origin.directory, { base: main[0] ?? '' })).toEqual({
      base: main[0],
      mergeBase: main[0],
      head: merge,
    });
  });
});

describe("a pull request's checkout", () => {
  it('knows everything from the merge commit when its first parent is the base', async () => {
    const { origin, tip, merge } = server();
    const clone = checkout(origin, 'refs/pull/7/merge', 'refs/remotes/pull/7/merge');
    expect(await commitsOf(clone.directory, { base: tip })).toEqual({
      base: tip,
      mergeBase: tip,
      head: merge,
    });
    // One commit was fetched, not the history.
    expect(clone.git('rev-list', '--all', '--count')).toBe('1');
  });

  it('takes the newer state of the base branch when the event tells an older one', async () => {
    const { origin, main, tip, merge } = server();
    const clone = checkout(origin, 'refs/pull/7/merge', 'refs/remotes/pull/7/merge');
    expect(await commitsOf(clone.directory, { base: main[4] ?? '' })).toEqual({
      base: tip,
      mergeBase: tip,
      head: merge,
    });
  });

  it('keeps a base that has moved on since the merge commit was made', async () => {
    const { origin, tip, merge } = server();
    const newer = origin.commit({ newer: 'x' });
    const clone = checkout(origin, 'refs/pull/7/merge', 'refs/remotes/pull/7/merge');
    expect(await commitsOf(clone.directory, { base: newer })).toEqual({
      base: newer,
      mergeBase: tip,
      head: merge,
    });
  });
});

describe('a shallow clone', () => {
  it('is deepened until the common commit is known', async () => {
    const { origin, mergeBase, tip, topicTip } = server({ length: 60, from: 10, own: 40 });
    const clone = checkout(origin, 'refs/heads/topic', 'refs/remotes/origin/topic');
    expect(await commitsOf(clone.directory, { base: tip })).toEqual({ base: tip, mergeBase, head: topicTip });
  });

  it('needs no history when the base is the parent of the head', async () => {
    const { origin, main, tip } = server();
    const clone = checkout(origin, 'refs/heads/main', 'refs/remotes/origin/main');
    const expected = { base: main[4], mergeBase: main[4], head: tip };
    expect(await commitsOf(clone.directory, { base: null })).toEqual(expected);
    expect(await commitsOf(clone.directory, { base: main[4] ?? '' })).toEqual(expected);
  });

  it('does not trust a common commit when a nearer one may be cut off', async () => {
    // main: 1-2-3-4-5. topic leaves at 2 and merges a side branch that left at 4. With four commits each, git
    // finds 2; the side branch is cut before it reaches 4.
    const origin = made(makeRepository());
    const main = [1, 2, 3, 4, 5].map((n) => origin.commit({ [`m${n}`]: 'x' }));
    origin.git('checkout', '--quiet', '-b', 'side', main[3] ?? '');
    for (const n of [1, 2, 3]) origin.commit({ [`s${n}`]: 'x' });
    origin.git('checkout', '--quiet', '-b', 'topic', main[1] ?? '');
    origin.commit({ t1: 'x' });
    origin.git('merge', '--quiet', '--no-ff', '--message', 'catch up', 'side');
    const head = origin.commit({ t2: 'x' });
    const clone = checkout(origin, 'refs/heads/topic', 'refs/remotes/origin/topic', 4);
    clone.git('fetch', '--quiet', '--depth=4', 'origin', 'main', 'topic');
    expect(clone.git('merge-base', main[4] ?? '', head)).toBe(main[1]);
    const commits = await commitsOf(clone.directory, { base: main[4] ?? '' });
    expect(commits).toEqual({ base: main[4], mergeBase: main[3], head });
  });

  it('says that fetch-depth: 0 is needed when the server does not have the base', async () => {
    const { origin } = server();
    const clone = checkout(origin, 'refs/heads/topic', 'refs/remotes/origin/topic');
    const base = '1234567890123456789012345678901234567890';
    await expect(commitsOf(clone.directory, { base })).rejects.toMatchObject({
      code: 'base-commit-missing',
      message: expect.stringContaining(base.slice(0, 12)),
      remedy: expect.stringContaining('fetch-depth: 0'),
    });
  });

  it('says so as well when there is no server', async () => {
    const { origin, tip } = server();
    const clone = checkout(origin, 'refs/heads/topic', 'refs/remotes/origin/topic');
    clone.git('remote', 'set-url', 'origin', 'file:///nowhere/secret:word@here');
    await expect(commitsOf(clone.directory, { base: tip })).rejects.toMatchObject({
      code: 'base-commit-missing',
    });
    await expect(commitsOf(clone.directory, { base: 'main' })).rejects.toMatchObject({
      code: 'base-commit-missing',
    });
  });
});

describe('without a base', () => {
  it('compares with the default branch when origin names one', async () => {
    const { origin, mergeBase, tip, topicTip } = server();
    const directory = mkdtempSync(join(tmpdir(), 'gatekeeper-repository-'));
    const clone = made(openTestRepository(directory));
    clone.git('clone', '--quiet', `file://${origin.directory}`, '.');
    clone.git('checkout', '--quiet', 'topic');
    for (const base of [undefined, null, '0'.repeat(40)]) {
      expect(await commitsOf(directory, { base })).toEqual({ base: tip, mergeBase, head: topicTip });
    }
  });

  it('compares with the parent, and the first commit with an empty tree', async () => {
    const repository = made(makeRepository());
    const first = repository.commit({ a: 'x' });
    const commits = await commitsOf(repository.directory, { base: null });
    expect(commits).toMatchObject({ head: first });
    const opened = await openRepository(repository.directory);
    expect(await opened.tree(commits.base).list('.')).toEqual([]);
    expect((await opened.tree(commits.base).read(['a'])).size).toBe(0);
    const second = repository.commit({ b: 'x' });
    expect(await commitsOf(repository.directory, { base: null })).toEqual({
      base: first,
      mergeBase: first,
      head: second,
    });
  });
});

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
