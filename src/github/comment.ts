/** Our one comment on a pull request: found by marker and author, edited or created, never in the way of the verdict. */
import { startsWithMarker } from '../report/marker.ts';
import type { Client } from './client.ts';
import { refusal } from './refusal.ts';

export interface CommentRequest {
  readonly client: Client;
  readonly owner: string;
  readonly repo: string;
  /** Of the pull request. */
  readonly number: number;
  readonly body: string;
  /** The least that must be said, in case GitHub refuses `body` for its length. */
  readonly shorter: string;
  /** The project in the marker; both texts start with that marker. */
  readonly key: string;
  /** `findings`: no new comment when there is nothing to say; one that exists is still brought up to date. */
  readonly mode: 'always' | 'findings' | 'never';
  readonly hasFindings: boolean;
}

export type CommentOutcome =
  | {
      readonly posted: true;
      readonly action: 'created' | 'edited' | 'unchanged';
      readonly id: number;
      readonly url: string;
    }
  /** `reason` is null when nothing was to be posted. */
  | { readonly posted: false; readonly reason: string | null };

/** `github-actions[bot]`, whose token may not ask for its own name. The same on github.com for all repositories. */
const actionsBotId = 41_898_282;

/** Whose comments are ours. The marker alone is not enough: anyone can write it, and would then own the verdict. */
async function identity(
  client: Client,
): Promise<{ readonly login: string | null; readonly id: number | null }> {
  try {
    const answer = await client.graphql<{ viewer?: { login?: unknown } }>('query { viewer { login } }');
    const login = answer.viewer?.login;
    if (typeof login === 'string' && login !== '') return { login, id: null };
  } catch {
    // Refused or unreachable: the listing will say so itself when it matters.
  }
  return { login: null, id: actionsBotId };
}

interface Found {
  readonly id: number;
  readonly node: string;
  readonly body: string;
  readonly url: string;
}

/** The REST listing does not say whether a comment was minimised; asked only when there are several of ours. */
async function newestShown(client: Client, found: readonly Found[]): Promise<Found | null> {
  const newestFirst = found.toSorted((one, other) => other.id - one.id).slice(0, 100);
  if (newestFirst.length < 2) return newestFirst[0] ?? null;
  try {
    const { nodes } = await client.graphql<{
      nodes: readonly ({ id?: string; isMinimized?: boolean } | null)[];
    }>('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id isMinimized } } }', {
      ids: newestFirst.map((comment) => comment.node),
    });
    const hidden = new Set(nodes.flatMap((node) => (node?.isMinimized ? [node.id] : [])));
    return newestFirst.find((comment) => !hidden.has(comment.node)) ?? null;
  } catch {
    return newestFirst[0] ?? null;
  }
}

async function findOurs(request: CommentRequest): Promise<Found | null> {
  const { client, owner, repo, number, key } = request;
  const marked: (Found & { readonly author: { readonly login: string; readonly id: number } | null })[] = [];
  const pages = client.paginate.iterator(client.rest.issues.listComments, {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  });
  for await (const { data } of pages) {
    for (const { id, node_id, html_url, body = '', user } of data) {
      if (startsWithMarker(body, key)) marked.push({ id, node: node_id, body, url: html_url, author: user });
    }
  }
  if (marked.length === 0) return null;
  const me = await identity(client);
  const ours = marked.filter(({ author }) => {
    if (me.login === null) return author?.id === me.id;
    // REST spells an App's login with `[bot]`, GraphQL's viewer may not.
    return author?.login === me.login || author?.login === `${me.login}[bot]`;
  });
  return newestShown(client, ours);
}

/** GitHub stores line ends as it likes and drops those at the end. */
function normalised(body: string): string {
  return body.replace(/\r\n?/g, '\n').trimEnd();
}

async function upsert(request: CommentRequest): Promise<CommentOutcome> {
  const { body } = request;
  const ours = await findOurs(request);
  if (ours === null && request.mode === 'findings' && !request.hasFindings) {
    return { posted: false, reason: null };
  }
  if (ours !== null && normalised(ours.body) === normalised(body)) {
    return { posted: true, action: 'unchanged', id: ours.id, url: ours.url };
  }
  try {
    return await write(request, ours, body);
  } catch (error) {
    // An older verdict must not stay because the new one is too long.
    if (!isRefusedText(error)) throw error;
    return await write(request, ours, request.shorter);
  }
}

async function write(
  { client, owner, repo, number }: CommentRequest,
  ours: Found | null,
  body: string,
): Promise<CommentOutcome> {
  if (ours === null) {
    const { data } = await client.rest.issues.createComment({ owner, repo, issue_number: number, body });
    return { posted: true, action: 'created', id: data.id, url: data.html_url };
  }
  const { data } = await client.rest.issues.updateComment({ owner, repo, comment_id: ours.id, body });
  return { posted: true, action: 'edited', id: data.id, url: data.html_url };
}

function isRefusedText(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 422;
}

/** Never throws: an API that refuses does not decide the verdict. */
export async function upsertComment(request: CommentRequest): Promise<CommentOutcome> {
  if (request.mode === 'never') return { posted: false, reason: null };
  try {
    return await upsert(request);
  } catch (error) {
    return { posted: false, reason: refusal(error) };
  }
}
