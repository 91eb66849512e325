/** Fetches commits that a shallow or narrow clone lacks, with the checkout's credentials or the given token. */
import type { Git, GitResult } from './git-command.ts';

export interface Credentials {
  /** `https://github.com`, or the address of a GitHub Enterprise Server. */
  readonly server: string;
  readonly token: string;
}

const timeoutMs = 180_000;

/**
 * Fetches commits by their sha, `depth` commits deep (`all`: the whole history, null: as the clone is).
 * Gives null when the server sent something, else the reason.
 */
export async function fetchCommits(
  git: Git,
  commits: readonly string[],
  depth: number | 'all' | null,
  credentials: Credentials | null,
): Promise<string | null> {
  const how = depth === null ? [] : [depth === 'all' ? '--unshallow' : `--depth=${depth}`];
  const fetch = (wanted: readonly string[]) =>
    withCredentials(git, credentials, [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      ...how,
      'origin',
      ...wanted,
    ]);
  const all = await fetch(commits);
  if (all.code === 0) return null;
  // A head that was never pushed is unknown to the server; the base alone may do.
  const [first] = commits;
  if (commits.length < 2 || first === undefined) return all.why;
  const one = await fetch([first]);
  return one.code === 0 ? null : all.why;
}

/** What a branch or tag points at on the server. */
export async function refOnServer(
  git: Git,
  name: string,
  credentials: Credentials | null,
): Promise<{ sha: string; why: string } | { sha: null; why: string }> {
  if (!/^[\w./@+-]+$/.test(name) || name.startsWith('-')) {
    return { sha: null, why: 'it is neither a commit, a branch nor a tag' };
  }
  const wanted = [`refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`, name];
  const { code, stdout, why } = await withCredentials(git, credentials, ['ls-remote', 'origin', ...wanted]);
  if (code !== 0) return { sha: null, why: `it is not in this clone, and asking origin failed: ${why}` };
  const refs = new Map(
    stdout
      .toString()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([sha = '', ref = '']) => [ref, sha] as const),
  );
  const sha = wanted.map((ref) => refs.get(ref)).find((found) => found !== undefined);
  if (sha === undefined)
    return { sha: null, why: 'neither this clone nor origin knows a branch, tag or commit of that name' };
  return { sha, why: '' };
}

/** First with what the checkout persisted. The token replaces it: two authorization headers are refused by GitHub. */
async function withCredentials(
  git: Git,
  credentials: Credentials | null,
  parameters: readonly string[],
): Promise<GitResult> {
  const first = await git.run(parameters, { timeoutMs });
  if (first.code === 0 || credentials === null || credentials.token === '') return first;
  const header = `http.${credentials.server.replace(/\/+$/, '')}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${credentials.token}`).toString('base64');
  const second = await git.run(parameters, {
    timeoutMs,
    // An empty value clears the headers set before.
    settings: [
      [header, ''],
      [header, `AUTHORIZATION: basic ${basic}`],
    ],
  });
  return second.code === 0 ? second : first;
}
