/** The built Action on what actions/checkout leaves behind: shallow, detached, narrow, and older or newer than the event. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectVerdict, installAction, job, pullRequest, token } from './action-job.ts';
import { actionsBot } from './github-api.ts';
import { journal, makeRepository, openTestRepository, type TestRepository } from './repository.ts';

installAction();

const when = 1_767_225_600_000;
let origin: TestRepository;
const sha = { older: '', base: '', topic: '', merge: '', queued: '' };

beforeAll(() => {
  origin = makeRepository();
  // As GitHub's server does it.
  origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  for (const name of ['a', 'b']) origin.commit({ [`${name}.txt`]: name });
  sha.older = origin.commit({
    'drizzle.config.ts':
      "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n",
    'drizzle/0000_venue.sql': 'CREATE TABLE "venue" ("id" serial PRIMARY KEY, "name" text NOT NULL);\n',
    'drizzle/meta/_journal.json': journal({ '0000_venue': when }),
  });
  origin.git('checkout', '--quiet', '-b', 'topic');
  sha.topic = origin.commit({
    'drizzle/0001_note.sql': 'ALTER TABLE "venue" ADD COLUMN "note" text;\n',
    'drizzle/meta/_journal.json': journal({ '0000_venue': when, '0001_note': when + 1000 }),
  });
  origin.git('checkout', '--quiet', 'main');
  // The base branch has moved on since the event: its table is protected now.
  sha.base = origin.commit({ 'rls.sql': 'alter table public.venue enable row level security;\n' });
  origin.git('checkout', '--quiet', '--detach', 'main');
  origin.git('merge', '--quiet', '--no-ff', '--message', 'Merge topic into main', 'topic');
  sha.merge = origin.git('rev-parse', 'HEAD');
  origin.git('update-ref', 'refs/pull/7/merge', sha.merge);
  origin.git('update-ref', 'refs/heads/gh-readonly-queue/main/pr-7', sha.merge);
  origin.git('checkout', '--quiet', 'main');
});
afterAll(() => origin.remove());

/** What actions/checkout does: an empty repository, one ref at depth 1, detached. */
function checkout(ref: string, to: string, { depth = 1, remote = true } = {}) {
  return (workspace: string) => {
    mkdirSync(workspace);
    const clone = openTestRepository(workspace);
    clone.git('init', '--quiet', '--initial-branch=main');
    clone.git('remote', 'add', 'origin', `file://${origin.directory}`);
    const how = depth === 0 ? [] : [`--depth=${depth}`];
    clone.git('fetch', '--quiet', '--no-tags', '--prune', ...how, 'origin', `+${ref}:${to}`);
    clone.git('checkout', '--quiet', '--force', to);
    if (!remote) clone.git('remote', 'remove', 'origin');
  };
}
const mergeCommit = checkout('refs/pull/7/merge', 'refs/remotes/pull/7/merge');
const fresh = (migrations: readonly { tag: string; state: string }[] | undefined) =>
  migrations?.filter(({ state }) => state === 'new').map(({ tag }) => tag);

describe('a pull request', () => {
  it('is judged from the merge commit alone, whose first parent is fetched', async () => {
    const done = await job({ checkout: mergeCommit, payload: () => pullRequest(sha.base, sha.topic) });
    expectVerdict(done, 'pass');
    expect(done.report).toMatchObject({ base: { sha: sha.base }, head: { sha: sha.merge } });
    expect(fresh(done.report?.migrations)).toEqual(['0001_note']);
    // People look at their own commit, not at one that GitHub made.
    expect(done.api.comments[0]?.body).toContain(`/commit/${sha.topic}`);
  });

  it('is compared with the base branch as the checkout has it when the event tells an older one', async () => {
    const done = await job({ checkout: mergeCommit, payload: () => pullRequest(sha.older, sha.topic) });
    expectVerdict(done, 'pass');
    expect(done.report?.base.sha).toBe(sha.base);
  });

  it("is judged from the branch's own commit where the workflow checks that out", async () => {
    const done = await job({
      checkout: checkout('refs/heads/topic', 'refs/remotes/origin/topic'),
      payload: () => pullRequest(sha.base, sha.topic),
    });
    expectVerdict(done, 'pass');
    expect(done.report).toMatchObject({ base: { sha: sha.base }, head: { sha: sha.topic } });
    expect(fresh(done.report?.migrations)).toEqual(['0001_note']);
  });

  it('without a remote to fetch from names fetch-depth', async () => {
    const done = await job({
      checkout: checkout('refs/pull/7/merge', 'refs/remotes/pull/7/merge', { remote: false }),
      payload: () => pullRequest(sha.base, sha.topic),
    });
    expectVerdict(done, 'error');
    expect(done.report?.error?.code).toBe('base-commit-missing');
    expect(done.commands.find(({ name }) => name === 'error')?.message).toContain('fetch-depth: 0');
    expect(done.api.comments[0]?.body).toContain('fetch-depth: 0');
  });

  it('of Dependabot gets its verdict, though the token may only read', async () => {
    const done = await job({
      checkout: mergeCommit,
      payload: () => pullRequest(sha.base, sha.topic),
      env: () => ({ GITHUB_ACTOR: 'dependabot[bot]' }),
      api: { identities: { [token]: { ...actionsBot, permission: 'read' } } },
    });
    expectVerdict(done, 'pass');
    expect(done.outputs['comment-id']).toBe('');
    expect(done.commands.filter(({ name }) => name === 'warning')).toHaveLength(1);
  });

  it('is compared with the base that the workflow names', async () => {
    const done = await job({
      checkout: mergeCommit,
      payload: () => pullRequest(sha.base, sha.topic),
      inputs: { base: sha.older },
    });
    expect(done.report?.base.sha).toBe(sha.older);
  });
});

describe('other events', () => {
  it('merge_group is judged between its two commits, without a comment', async () => {
    const done = await job({
      checkout: checkout('refs/heads/gh-readonly-queue/main/pr-7', 'refs/remotes/origin/queue'),
      event: 'merge_group',
      payload: () => ({ merge_group: { base_sha: sha.base, head_sha: sha.merge } }),
    });
    expectVerdict(done, 'pass');
    expect(done.report).toMatchObject({ base: { sha: sha.base }, head: { sha: sha.merge } });
    expect(fresh(done.report?.migrations)).toEqual(['0001_note']);
    expect(done.api.requests).toEqual([]);
  });

  it('push is judged from what the branch was before', async () => {
    const done = await job({
      checkout: checkout('refs/heads/topic', 'refs/remotes/origin/topic'),
      event: 'push',
      payload: () => ({ before: sha.older, after: sha.topic }),
    });
    expectVerdict(done, 'pass');
    expect(done.report).toMatchObject({ base: { sha: sha.older }, head: { sha: sha.topic } });
    expect(done.api.requests).toEqual([]);
  });

  it('the push of a new branch is compared with the commit before it', async () => {
    const done = await job({
      checkout: checkout('refs/heads/topic', 'refs/remotes/origin/topic'),
      event: 'push',
      payload: () => ({ before: '0'.repeat(40), after: sha.topic }),
    });
    expectVerdict(done, 'pass');
    expect(done.report?.base.sha).toBe(sha.older);
    expect(fresh(done.report?.migrations)).toEqual(['0001_note']);
  });

  it('workflow_dispatch falls back to the commit before, or takes the base that is named', async () => {
    const request = {
      checkout: checkout('refs/heads/topic', 'refs/remotes/origin/topic'),
      event: 'workflow_dispatch',
      payload: () => ({ inputs: {} }),
    };
    const alone = await job(request);
    expectVerdict(alone, 'pass');
    expect(alone.report).toMatchObject({ base: { sha: sha.older }, head: { sha: sha.topic } });
    const named = await job({ ...request, inputs: { base: 'main' } });
    expectVerdict(named, 'pass');
    expect(named.report?.base.sha).toBe(sha.base);
  });
});
