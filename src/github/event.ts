/** What GitHub says it is running us for: which commits to compare, which pull request to answer. */
import * as v from 'valibot';
import { failure } from '../errors.ts';

export type EventKind =
  | 'pull_request'
  | 'merge_group'
  | 'push'
  | 'workflow_dispatch'
  | 'schedule'
  | 'workflow_run'
  | 'other';

export interface PullRequest {
  readonly number: number;
  /** Its head is in another repository: the token is read-only whatever the workflow's permissions say. */
  readonly fromFork: boolean;
}

export interface GitHubEvent {
  readonly kind: EventKind;
  /** The commit to compare with; null when the event names none. */
  readonly base: string | null;
  /** null: what is checked out, as on a pull request, where that is the merge commit. */
  readonly head: string | null;
  readonly pullRequest: PullRequest | null;
  readonly repository: { readonly owner: string; readonly name: string };
  /** `https://github.com/owner/name`. */
  readonly repositoryUrl: string;
  readonly serverUrl: string;
  readonly runUrl: string | null;
  /** The commit that links to files point to. */
  readonly sha: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const commit = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));
const side = v.object({ sha: commit, repo: v.nullish(v.object({ full_name: v.string() })) });
const pullRequestPayload = v.object({
  pull_request: v.object({ number: v.pipe(v.number(), v.integer(), v.minValue(1)), base: side, head: side }),
});
const mergeGroupPayload = v.object({ merge_group: v.object({ base_sha: commit, head_sha: commit }) });
const pushPayload = v.object({ before: commit, after: commit });
const workflowRunPayload = v.object({ workflow_run: v.object({ head_sha: commit }) });

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  payload: unknown,
  event: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, payload);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const at = v.getDotPath(issue) ?? 'the payload';
  throw failure('event-unreadable', { event, problem: `${at}: ${issue.message}` });
}

/** A new branch has no commit before its first push, and a deleted one none after. */
function realCommit(sha: string): string | null {
  return /^0+$/.test(sha) ? null : sha;
}

interface Commits {
  readonly kind: EventKind;
  readonly base: string | null;
  readonly head: string | null;
  readonly pullRequest: PullRequest | null;
  readonly sha: string | null;
}

function readCommits(name: string, payload: unknown): Commits {
  const none = { base: null, head: null, pullRequest: null, sha: null };
  switch (name) {
    case 'pull_request': {
      const { pull_request: pull } = parse(pullRequestPayload, payload, name);
      // A head without a repository: the fork was deleted.
      const fromFork = pull.head.repo == null || pull.head.repo.full_name !== pull.base.repo?.full_name;
      const pullRequest = { number: pull.number, fromFork };
      return { kind: name, base: pull.base.sha, head: null, pullRequest, sha: pull.head.sha };
    }
    case 'pull_request_target':
      throw failure('event-refused', { event: name });
    case 'merge_group': {
      const { merge_group: group } = parse(mergeGroupPayload, payload, name);
      return { ...none, kind: name, base: group.base_sha, head: group.head_sha, sha: group.head_sha };
    }
    case 'push': {
      const { before, after } = parse(pushPayload, payload, name);
      const head = realCommit(after);
      return { ...none, kind: name, base: realCommit(before), head, sha: head };
    }
    case 'workflow_run': {
      const { workflow_run: run } = parse(workflowRunPayload, payload, name);
      return { ...none, kind: name, sha: run.head_sha };
    }
    case 'workflow_dispatch':
    case 'schedule':
      return { ...none, kind: name };
    default:
      return { ...none, kind: 'other' };
  }
}

/** `payload` is the parsed content of the file at GITHUB_EVENT_PATH. */
export function readEvent(env: Environment, payload: unknown): GitHubEvent {
  const name = env.GITHUB_EVENT_NAME ?? '';
  const commits = readCommits(name, payload);
  const [owner = '', repository = '', ...more] = (env.GITHUB_REPOSITORY ?? '').split('/');
  if (owner === '' || repository === '' || more.length > 0) {
    throw failure('event-unreadable', { event: name, problem: 'GITHUB_REPOSITORY is not owner/name' });
  }
  const serverUrl = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/+$/, '');
  const repositoryUrl = `${serverUrl}/${owner}/${repository}`;
  const runId = env.GITHUB_RUN_ID ?? '';
  return {
    kind: commits.kind,
    base: commits.base,
    head: commits.head,
    pullRequest: commits.pullRequest,
    repository: { owner, name: repository },
    repositoryUrl,
    serverUrl,
    runUrl: /^\d+$/.test(runId) ? `${repositoryUrl}/actions/runs/${runId}` : null,
    sha: commits.sha ?? env.GITHUB_SHA ?? '',
  };
}
