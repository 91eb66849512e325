/** The client for GitHub's API: patient with a struggling server, bounded, and silent. */
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';

export type Client = ReturnType<typeof getOctokit>;

export interface ClientRequest {
  readonly token: string;
  /** From GITHUB_API_URL. The toolkit reads that variable when it is imported, which is too early for us. */
  readonly apiUrl: string;
  /** Milliseconds that stand for one second of waiting; tests shorten it. */
  readonly secondMs?: number;
  /** For one attempt of one request. */
  readonly deadlineMs?: number;
}

const retries = 3;
const longestWaitSeconds = 60;
const mostRateLimitRetries = 2;

/** A gate must not stand for an hour because of a comment: waits that GitHub wants longer are not taken. */
function mayWait(retryAfter: number, _options: object, _client: unknown, retryCount: number): boolean {
  return retryAfter <= longestWaitSeconds && retryCount < mostRateLimitRetries;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Octokit itself waits for ever on a server that accepts and never answers. The first plugin is the innermost:
 * each attempt gets its own time, and waiting between attempts costs none of it.
 */
function attemptDeadline(milliseconds: number) {
  return (octokit: Parameters<typeof retry>[0]) => {
    octokit.hook.wrap('request', (request, options) => {
      // Written into the options: hooks further in are bound to this object and never see a copy.
      options.request.signal = AbortSignal.timeout(milliseconds);
      return request(options);
    });
    return {};
  };
}

export function createClient({ token, apiUrl, secondMs = 1000, deadlineMs = 20_000 }: ClientRequest): Client {
  return getOctokit(
    token,
    {
      baseUrl: apiUrl.replace(/\/+$/, ''),
      log: silent,
      userAgent: 'migration-gatekeeper',
      // Answers of 422 and the other refusals are final: the plugin's own list says so.
      retry: { retries, retryAfterBaseValue: secondMs },
      throttle: {
        id: apiUrl,
        onRateLimit: mayWait,
        onSecondaryRateLimit: mayWait,
        retryAfterBaseValue: secondMs,
      },
    },
    attemptDeadline(deadlineMs),
    retry,
    throttling,
  );
}
