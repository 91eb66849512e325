/**
 * GitHub's API for tests: stateful, on 127.0.0.1. Requests and our own answers are checked by GitHub's
 * OpenAPI description; by hand is only what that does not know: GraphQL, permissions, the size limit, pages, failures.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Context, type Document, OpenAPIBackend } from 'openapi-backend';

export interface Identity {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
  /** What the token may do to pull requests. */
  readonly permission: 'write' | 'read';
  /** GraphQL answers this token's question who it is; the workflow's own token is refused. */
  readonly maySeeItself: boolean;
}

export const actionsBot: Identity = {
  login: 'github-actions[bot]',
  id: 41_898_282,
  type: 'Bot',
  permission: 'write',
  maySeeItself: false,
};

export interface StoredComment {
  id: number;
  author: Identity;
  body: string;
  minimized: boolean;
  updates: number;
}

export interface Failure {
  /** `POST /repos/acme/shop/issues/7/comments`, or a part of it. */
  readonly request: string;
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often; unset: for ever. */
  times?: number;
  /** Accepts and never answers. */
  readonly hangs?: boolean;
}

export interface GitHubApiOptions {
  /** By token; unknown tokens get 401. */
  readonly identities?: Readonly<Record<string, Identity>>;
  readonly comments?: readonly { author: Identity; body: string; minimized?: boolean }[];
  readonly owner?: string;
  readonly repo?: string;
  readonly number?: number;
  readonly failures?: Failure[];
}

export interface GitHubApi {
  readonly url: string;
  readonly comments: readonly StoredComment[];
  /** `POST /repos/…`, in order, failures included. */
  readonly requests: readonly string[];
  /** What the description refused, in requests or in our answers. Empty after a good test. */
  readonly problems: readonly string[];
  readonly failures: Failure[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const description = new URL('./openapi/github.json', import.meta.url);
const bodyLimit = 65_536;
const documentation = 'https://docs.github.com/rest';

function user({ login, id, type }: Identity) {
  const api = `https://api.github.com/users/${encodeURIComponent(login)}`;
  const lists = ['followers', 'subscriptions', 'organizations', 'repos', 'received_events'];
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}`,
    gravatar_id: '',
    url: api,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(lists.map((name) => [`${name}_url`, `${api}/${name}`])),
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    events_url: `${api}/events{/privacy}`,
    type,
    site_admin: false,
  };
}

function refused(status: number, message: string, errors?: unknown): Answer {
  return {
    status,
    body: { message, documentation_url: documentation, ...(errors === undefined ? {} : { errors }) },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

export async function startGitHubApi(options: GitHubApiOptions = {}): Promise<GitHubApi> {
  const { owner = 'acme', repo = 'shop', number = 7 } = options;
  const identities = options.identities ?? { token: actionsBot };
  const failures = options.failures ?? [];
  const requests: string[] = [];
  const problems: string[] = [];
  let nextId = 1000;
  const store = ({
    author,
    body,
    minimized = false,
  }: {
    author: Identity;
    body: string;
    minimized?: boolean;
  }) => {
    nextId += 1;
    const comment: StoredComment = { id: nextId, author, body, minimized, updates: 0 };
    comments.push(comment);
    return comment;
  };
  const comments: StoredComment[] = [];
  for (const comment of options.comments ?? []) store(comment);
  let url = '';

  const shown = (comment: StoredComment) => ({
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${url}/repos/${owner}/${repo}/issues/comments/${comment.id}`,
    html_url: `https://github.com/${owner}/${repo}/pull/${number}#issuecomment-${comment.id}`,
    issue_url: `${url}/repos/${owner}/${repo}/issues/${number}`,
    body: comment.body,
    user: user(comment.author),
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    author_association: 'NONE',
  });
  const isHere = (context: Context) => {
    const { owner: one, repo: two, issue_number: three = String(number) } = context.request.params;
    return one === owner && two === repo && three === String(number);
  };
  const byId = (context: Context) =>
    comments.find(({ id }) => String(id) === context.request.params.comment_id);
  /** The checks GitHub makes before it writes. */
  const writing = (context: Context, me: Identity, write: (body: string) => Answer): Answer => {
    if (!isHere(context)) return refused(404, 'Not Found');
    if (me.permission !== 'write') return refused(403, 'Resource not accessible by integration');
    // The description has accepted the body before a handler is called.
    const { body = '' } = (context.request.requestBody ?? {}) as { body?: string };
    if ([...body].length > bodyLimit) {
      const message = `Body is too long (maximum is ${bodyLimit} characters)`;
      return refused(422, 'Validation Failed', [
        { resource: 'IssueComment', code: 'unprocessable', field: 'data', message },
      ]);
    }
    return write(body);
  };

  const api = new OpenAPIBackend({
    // The file is GitHub's description; its type is the library's name for any such document.
    definition: JSON.parse(readFileSync(description, 'utf8')) as Document,
    // GitHub writes `nullable` without `type`, which the strict mode refuses.
    quick: true,
    // Formats such as `uri` are left unchecked, without a word for each.
    ajvOpts: { strict: false, logger: false },
  });
  api.register({
    'issues/list-comments': (context: Context): Answer => {
      if (!isHere(context)) return refused(404, 'Not Found');
      const { per_page = '30', page = '1' } = context.request.query as Record<string, string>;
      const [size, at] = [Math.min(Number(per_page), 100), Number(page)];
      const last = Math.max(1, Math.ceil(comments.length / size));
      const address = (to: number, rel: string) =>
        `<${url}/repositories/1/issues/${number}/comments?per_page=${size}&page=${to}>; rel="${rel}"`;
      const link = at < last ? { link: `${address(at + 1, 'next')}, ${address(last, 'last')}` } : {};
      return { status: 200, body: comments.slice((at - 1) * size, at * size).map(shown), headers: link };
    },
    'issues/create-comment': (context: Context, me: Identity): Answer =>
      writing(context, me, (body) => {
        const comment = store({ author: me, body });
        return { status: 201, body: shown(comment), headers: { location: shown(comment).url } };
      }),
    'issues/update-comment': (context: Context, me: Identity): Answer =>
      writing(context, me, (body) => {
        const comment = byId(context);
        if (comment === undefined) return refused(404, 'Not Found');
        comment.body = body;
        comment.updates += 1;
        return { status: 200, body: shown(comment) };
      }),
    'issues/delete-comment': (context: Context, me: Identity): Answer =>
      writing(context, me, () => {
        const comment = byId(context);
        if (comment === undefined) return refused(404, 'Not Found');
        comments.splice(comments.indexOf(comment), 1);
        return { status: 204 };
      }),
    notFound: (context: Context): Answer => {
      problems.push(`not in the description: ${context.request.method} ${context.request.path}`);
      return refused(404, 'Not Found');
    },
    notImplemented: (context: Context): Answer => {
      problems.push(`described, but this mock does not do it: ${context.operation.operationId}`);
      return refused(501, 'Not implemented by the mock');
    },
    validationFail: (context: Context): Answer => {
      problems.push(`${context.operation.operationId}: ${JSON.stringify(context.validation.errors)}`);
      return refused(422, 'Invalid request', context.validation.errors);
    },
    postResponseHandler: (context: Context): Answer => {
      const answer = context.response as Answer;
      const { operation } = context;
      if (operation?.operationId !== undefined && answer.status < 300 && answer.body !== undefined) {
        const { errors } = api.validateResponse(answer.body, operation.operationId, answer.status);
        if (errors) problems.push(`our answer to ${operation.operationId}: ${JSON.stringify(errors)}`);
      }
      return answer;
    },
  });
  await api.init();

  const graphql = (me: Identity, query: string, variables: { ids?: readonly string[] }): Answer => {
    if (query.includes('viewer')) {
      const errors = [
        { type: 'FORBIDDEN', path: ['viewer'], message: 'Resource not accessible by integration' },
      ];
      if (!me.maySeeItself) return { status: 200, body: { data: null, errors } };
      return { status: 200, body: { data: { viewer: { login: me.login.replace(/\[bot\]$/, '') } } } };
    }
    const nodes = (variables.ids ?? []).map((id) => {
      const comment = comments.find((one) => `IC_${one.id}` === id);
      return comment === undefined ? null : { id, isMinimized: comment.minimized };
    });
    return { status: 200, body: { data: { nodes } } };
  };

  const answer = async (request: IncomingMessage): Promise<Answer | null> => {
    const body = await bodyOf(request);
    const at = new URL(request.url ?? '/', 'http://mock.invalid');
    const line = `${request.method} ${at.pathname}${at.search}`;
    requests.push(line);
    const failing = failures.find((one) => line.includes(one.request) && (one.times ?? 1) > 0);
    if (failing !== undefined) {
      if (failing.times !== undefined) failing.times -= 1;
      if (failing.hangs) return null;
      return { ...refused(failing.status, 'Server Error'), ...failing };
    }
    const me = identities[(request.headers.authorization ?? '').replace(/^(token|bearer) /i, '')];
    if (me === undefined) return refused(401, 'Bad credentials');
    if (at.pathname === '/graphql') {
      // Sent by our own client.
      const { query, variables = {} } = body as { query: string; variables?: { ids?: readonly string[] } };
      return graphql(me, query, variables);
    }
    // GitHub's links to further pages name the repository by its number.
    const path = at.pathname.replace(/^\/repositories\/1\//, `/repos/${owner}/${repo}/`);
    const query = Object.fromEntries(at.searchParams);
    const headers = { 'content-type': 'application/json' };
    const call = { method: request.method ?? 'GET', path, query, body, headers };
    return (await api.handleRequest(call, me)) as Answer;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const said = await answer(request).catch((error: unknown) => {
      problems.push(`the mock broke: ${String(error)}`);
      return refused(500, 'The mock broke');
    });
    if (said === null) return;
    response.writeHead(said.status, { 'content-type': 'application/json; charset=utf-8', ...said.headers });
    response.end(said.body === undefined ? '' : JSON.stringify(said.body));
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An address of a listening TCP server is never a string.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    comments,
    requests,
    problems,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
