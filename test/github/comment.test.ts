/** Our comment on a pull request, against a GitHub that is checked by GitHub's own description. */
import { afterEach, expect, test } from 'vitest';
import { createClient } from '../../src/github/client.ts';
import { type CommentRequest, upsertComment } from '../../src/github/comment.ts';
import { marker } from '../../src/report/marker.ts';
import {
  actionsBot,
  type GitHubApi,
  type GitHubApiOptions,
  type Identity,
  startGitHubApi,
} from '../github-api.ts';

const stranger: Identity = { login: 'mallory', id: 66, type: 'User', permission: 'read', maySeeItself: true };
const app: Identity = {
  login: 'our-gate[bot]',
  id: 77,
  type: 'Bot',
  permission: 'write',
  maySeeItself: true,
};
const key = 'apps/server';
const ours = (text: string) => `${marker(key)}\n${text}\n`;

const running: GitHubApi[] = [];
afterEach(async () => {
  for (const api of running.splice(0)) {
    await api.close();
    expect(api.problems).toEqual([]);
  }
});

async function start(options: GitHubApiOptions = {}): Promise<GitHubApi> {
  const api = await startGitHubApi(options);
  running.push(api);
  return api;
}

function post(
  api: GitHubApi,
  change: Partial<CommentRequest> & { token?: string; deadlineMs?: number } = {},
) {
  const { token = 'token', deadlineMs = 2000, ...rest } = change;
  const client = createClient({ token, apiUrl: api.url, secondMs: 5, deadlineMs });
  const fixed = { owner: 'acme', repo: 'shop', number: 7, key, mode: 'always', hasFindings: true } as const;
  return upsertComment({ client, ...fixed, body: ours('new'), shorter: ours('short'), ...rest });
}

const writes = (api: GitHubApi) => api.requests.filter((line) => /^(POST|PATCH|DELETE) \/repos/.test(line));

test('creates the comment once, then edits it', async () => {
  const api = await start();
  const first = await post(api, { body: ours('first') });
  expect(first).toMatchObject({ posted: true, action: 'created' });
  const second = await post(api, { body: ours('second') });
  expect(second).toMatchObject({ posted: true, action: 'edited' });
  expect(api.comments.map(({ body, updates }) => ({ body, updates }))).toEqual([
    { body: ours('second'), updates: 1 },
  ]);
});

test('sends nothing when the text is the same, whatever its line ends became', async () => {
  const api = await start({
    comments: [{ author: actionsBot, body: ours('new').trimEnd().replaceAll('\n', '\r\n') }],
  });
  expect(await post(api)).toMatchObject({ posted: true, action: 'unchanged' });
  expect(writes(api)).toEqual([]);
});

test('finds the comment on the third page', async () => {
  const chatter = Array.from({ length: 250 }, (_, index) => ({ author: stranger, body: `comment ${index}` }));
  const api = await start({ comments: [...chatter, { author: actionsBot, body: ours('old') }] });
  expect(await post(api)).toMatchObject({ action: 'edited' });
  expect(api.comments).toHaveLength(251);
  expect(api.requests.filter((line) => line.startsWith('GET'))).toHaveLength(3);
});

test("leaves a stranger's comment with our marker alone", async () => {
  const api = await start({ comments: [{ author: stranger, body: ours('forged') }] });
  expect(await post(api)).toMatchObject({ action: 'created' });
  expect(api.comments.map(({ body }) => body)).toEqual([ours('forged'), ours('new')]);
});

test('a marker further down, as in a quoted reply, is not ours', async () => {
  const quoted = `> ${marker(key)}\n> old\n\nthanks`;
  const api = await start({
    comments: [
      { author: actionsBot, body: quoted },
      { author: actionsBot, body: `hello\n${ours('x')}` },
    ],
  });
  expect(await post(api)).toMatchObject({ action: 'created' });
});

test('another project keeps its own comment, even one whose name begins the same', async () => {
  const api = await start({
    comments: [{ author: actionsBot, body: `${marker('apps/server-2')}\nother\n` }],
  });
  expect(await post(api)).toMatchObject({ action: 'created' });
});

test("an App's token knows its own name and takes nobody else's comment", async () => {
  const api = await start({
    identities: { app },
    comments: [
      { author: actionsBot, body: ours('by the workflow token') },
      { author: app, body: ours('old') },
    ],
  });
  expect(await post(api, { token: 'app' })).toMatchObject({ action: 'edited' });
  expect(api.comments.map(({ updates }) => updates)).toEqual([0, 1]);
});

test('of several of ours the newest that is not minimised is edited', async () => {
  const api = await start({
    comments: [
      { author: actionsBot, body: ours('older') },
      { author: actionsBot, body: ours('newer') },
      { author: actionsBot, body: ours('hidden'), minimized: true },
    ],
  });
  expect(await post(api)).toMatchObject({ action: 'edited' });
  expect(api.comments.map(({ updates }) => updates)).toEqual([0, 1, 0]);
});

test('with a read-only token nothing is posted, and the permission to add is named', async () => {
  const api = await start({ identities: { token: { ...actionsBot, permission: 'read' } } });
  const outcome = await post(api);
  expect(outcome).toMatchObject({ posted: false, reason: expect.stringContaining('pull-requests: write') });
  expect(outcome).toMatchObject({ reason: expect.stringContaining('403: Resource not accessible') });
  expect(writes(api)).toHaveLength(1);
});

test('a pull request that is not there, and a token that is not valid, are reasons and not failures', async () => {
  const api = await start();
  expect(await post(api, { number: 8 })).toMatchObject({
    posted: false,
    reason: expect.stringContaining('404'),
  });
  expect(await post(api, { token: 'wrong' })).toMatchObject({
    posted: false,
    reason: expect.stringContaining('401'),
  });
});

test('two failures of the server are waited out', async () => {
  const api = await start({ failures: [{ request: 'POST /repos', status: 502, times: 2 }] });
  expect(await post(api)).toMatchObject({ posted: true, action: 'created' });
  expect(writes(api)).toHaveLength(3);
  expect(api.comments).toHaveLength(1);
});

test('a server that never recovers is given up after four attempts', async () => {
  const api = await start({ failures: [{ request: 'GET /repos', status: 500 }] });
  const outcome = await post(api);
  expect(outcome).toMatchObject({ posted: false, reason: expect.stringContaining('500') });
  expect(api.requests.filter((line) => line.startsWith('GET'))).toHaveLength(4);
});

test('a server that accepts and never answers is given up', async () => {
  const api = await start({ failures: [{ request: '/', status: 200, hangs: true }] });
  const outcome = await post(api, { deadlineMs: 100 });
  expect(outcome).toMatchObject({ posted: false, reason: expect.stringContaining('could not be reached') });
});

test('the secondary rate limit is waited out once it is short, and given up when it is long', async () => {
  const body = {
    message: 'You have exceeded a secondary rate limit.',
    documentation_url: 'https://docs.github.com',
  };
  const limited = (after: string, times?: number) => [
    {
      request: 'POST /repos',
      status: 403,
      body,
      headers: { 'retry-after': after },
      ...(times ? { times } : {}),
    },
  ];
  const short = await start({ failures: limited('1', 1) });
  expect(await post(short)).toMatchObject({ posted: true, action: 'created' });
  expect(writes(short)).toHaveLength(2);

  const long = await start({ failures: limited('3600') });
  expect(await post(long)).toMatchObject({ posted: false, reason: expect.stringContaining('rate limit') });
  expect(writes(long)).toHaveLength(1);

  const forever = await start({ failures: limited('1') });
  expect(await post(forever)).toMatchObject({ posted: false });
  expect(writes(forever)).toHaveLength(3);
});

test("a text over GitHub's limit is replaced by the shorter one", async () => {
  const api = await start({ comments: [{ author: actionsBot, body: ours('old and green') }] });
  const outcome = await post(api, { body: ours('x'.repeat(70_000)) });
  expect(outcome).toMatchObject({ posted: true, action: 'edited' });
  expect(api.comments.map(({ body }) => body)).toEqual([ours('short')]);
  expect(writes(api)).toHaveLength(2);
});

test("when the shorter one is over the limit too, GitHub's own words are the reason", async () => {
  const api = await start();
  const long = ours('x'.repeat(70_000));
  const outcome = await post(api, { body: long, shorter: long });
  expect(outcome).toMatchObject({ posted: false, reason: expect.stringContaining('Body is too long') });
  expect(writes(api)).toHaveLength(2);
});

test('comment: findings creates nothing for a clean pull request, and still updates what is there', async () => {
  const clean = await start();
  expect(await post(clean, { mode: 'findings', hasFindings: false })).toEqual({
    posted: false,
    reason: null,
  });
  expect(writes(clean)).toEqual([]);

  const before = await start({ comments: [{ author: actionsBot, body: ours('blocked') }] });
  expect(await post(before, { mode: 'findings', hasFindings: false })).toMatchObject({ action: 'edited' });
});

test('comment: never asks GitHub nothing', async () => {
  const api = await start();
  expect(await post(api, { mode: 'never' })).toEqual({ posted: false, reason: null });
  expect(api.requests).toEqual([]);
});
