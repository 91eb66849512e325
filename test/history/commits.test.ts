import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../src/history/git.ts';
import { makeRepository, openTestRepository } from '../repository.ts';
import { checkout, commitsOf, made, removeAll, server } from './clones.ts';

afterEach(removeAll);

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

  it('keeps an older base that the user named', async () => {
    const { origin, main, merge } = server();
    const clone = checkout(origin, 'refs/pull/7/merge', 'refs/remotes/pull/7/merge');
    const base = main[4] ?? '';
    expect(await commitsOf(clone.directory, { base, exact: true })).toEqual({
      base,
      mergeBase: base,
      head: merge,
    });
  });

  it("can be judged at the branch's own tip, which the checkout did not fetch", async () => {
    const { origin, tip, mergeBase, topicTip } = server();
    const clone = checkout(origin, 'refs/pull/7/merge', 'refs/remotes/pull/7/merge');
    expect(await commitsOf(clone.directory, { base: tip, head: topicTip })).toEqual({
      base: tip,
      mergeBase,
      head: topicTip,
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
