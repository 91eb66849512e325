/** What an event means: which commits, which pull request, what is refused. */
import { expect, test } from 'vitest';
import { GatekeeperError } from '../../src/errors.ts';
import { readEvent } from '../../src/github/event.ts';

const [base, head, zeros] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];

function event(name: string, payload: unknown, env: Record<string, string> = {}) {
  const common = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '42', GITHUB_SHA: 'c'.repeat(40) };
  return readEvent({ ...common, GITHUB_EVENT_NAME: name, ...env }, payload);
}

function pull(headRepository: string | null) {
  const repo = headRepository === null ? null : { full_name: headRepository };
  return {
    pull_request: {
      number: 7,
      base: { sha: base, repo: { full_name: 'acme/shop' } },
      head: { sha: head, repo },
    },
  };
}

function refusal(run: () => unknown): GatekeeperError {
  try {
    run();
  } catch (error) {
    if (error instanceof GatekeeperError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a pull request is judged as it would be merged, and linked at its own head', () => {
  expect(event('pull_request', pull('acme/shop'))).toEqual({
    kind: 'pull_request',
    base,
    head: null,
    pullRequest: { number: 7, fromFork: false },
    repository: { owner: 'acme', name: 'shop' },
    repositoryUrl: 'https://github.com/acme/shop',
    serverUrl: 'https://github.com',
    runUrl: 'https://github.com/acme/shop/actions/runs/42',
    sha: head,
  });
});

test('a pull request from another repository, or from one that is gone, is a fork', () => {
  expect(event('pull_request', pull('mallory/shop')).pullRequest?.fromFork).toBe(true);
  expect(event('pull_request', pull(null)).pullRequest?.fromFork).toBe(true);
});

test('a merge queue has its own commits and no pull request', () => {
  const payload = { merge_group: { base_sha: base, head_sha: head } };
  expect(event('merge_group', payload)).toMatchObject({ base, head, pullRequest: null, sha: head });
});

test('a push compares with the commit before; a new branch has none', () => {
  expect(event('push', { before: base, after: head })).toMatchObject({ base, head, sha: head });
  expect(event('push', { before: zeros, after: head })).toMatchObject({ base: null, head });
  expect(event('push', { before: base, after: zeros })).toMatchObject({
    base,
    head: null,
    sha: 'c'.repeat(40),
  });
});

test('started by hand or by the clock, there is nothing to compare with but what the options say', () => {
  for (const kind of ['workflow_dispatch', 'schedule']) {
    expect(event(kind, {})).toMatchObject({ kind, base: null, head: null, sha: 'c'.repeat(40) });
  }
  expect(event('release', {}).kind).toBe('other');
});

test("a companion's run links to the commit that was checked", () => {
  expect(event('workflow_run', { workflow_run: { head_sha: head } })).toMatchObject({
    base: null,
    sha: head,
  });
});

test('an Enterprise server has its own addresses', () => {
  const found = event('push', { before: base, after: head }, { GITHUB_SERVER_URL: 'https://git.acme.test/' });
  expect(found.runUrl).toBe('https://git.acme.test/acme/shop/actions/runs/42');
});

test.each([
  ['no payload', 'pull_request', null],
  ['a number as text', 'pull_request', { pull_request: { ...pull('a/b').pull_request, number: '7' } }],
  ['a branch name where a commit belongs', 'push', { before: 'main', after: head }],
  ['an option where a commit belongs', 'merge_group', { merge_group: { base_sha: '--all', head_sha: head } }],
])('%s is a known failure that names the field', (_title, name, payload) => {
  const { code, message } = refusal(() => event(name, payload));
  expect(code).toBe('event-unreadable');
  expect(message).toContain(name);
});

test('a repository that is not owner/name is a known failure', () => {
  const wrong = () => event('push', { before: base, after: head }, { GITHUB_REPOSITORY: 'shop' });
  expect(refusal(wrong).code).toBe('event-unreadable');
});

test('pull_request_target is refused, with the reason and the way that works', () => {
  const { code, remedy } = refusal(() => event('pull_request_target', pull('mallory/shop')));
  expect(code).toBe('event-refused');
  expect(remedy).toContain('workflow_run');
});
