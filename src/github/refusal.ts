/** Why GitHub did not do what we asked, in one or two sentences a person can act on. */

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly errors: readonly string[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!isRecord(error)) return '';
  if (typeof error.message === 'string') return error.message;
  return ['resource', 'field', 'code']
    .flatMap((key) => (typeof error[key] === 'string' ? [error[key]] : []))
    .join(' ');
}

function answerOf(error: unknown): Answer | null {
  if (!isRecord(error) || typeof error.status !== 'number') return null;
  const { response } = error;
  if (!isRecord(response)) return null;
  const data = isRecord(response.data) ? response.data : {};
  const listed: readonly unknown[] = Array.isArray(data.errors) ? data.errors : [];
  const errors = listed.map(errorText).filter((text) => text !== '');
  const message = typeof data.message === 'string' ? data.message : String(error.message ?? '');
  return { status: error.status, message, errors };
}

const permission =
  'Give the job `permissions: pull-requests: write`; pull requests from forks and from Dependabot only ever get a read-only token. The verdict and the job summary do not depend on it.';

export function refusal(error: unknown): string {
  const answer = answerOf(error);
  if (answer === null || answer.status < 400) {
    return `GitHub's API could not be reached: ${error instanceof Error ? error.message : String(error)}.`;
  }
  const { status, message, errors } = answer;
  const said = `GitHub answered ${status}: ${[message, ...errors].filter((text) => text !== '').join(' — ')}.`;
  if (/rate limit/i.test(message) || status === 429) {
    return `${said} The token's hourly requests are used up, or too much was written at once; the next run will post it.`;
  }
  switch (status) {
    case 401:
      return `${said} The token is not valid: pass \`github-token\` or leave it out for the workflow's own.`;
    case 403:
      return `${said} ${permission}`;
    case 404:
      return `${said} The pull request is gone, or the token may not see it. ${permission}`;
    case 422:
      return `${said} GitHub did not accept the text.`;
    default:
      return status >= 500 ? `${said} It did not recover after several tries.` : said;
  }
}
