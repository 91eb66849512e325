/** Finds the three commits a verdict is about, fetching what a shallow clone lacks. */
import { failure } from '../errors.ts';
import { type Credentials, fetchCommits, refOnServer } from './fetch.ts';
import { type Git, mustRun } from './git-command.ts';

export interface Commits {
  /** Tip of the base branch: what production has. */
  readonly base: string;
  /** Where the head's branch left it: what is in `head` and not here is the pull request's. */
  readonly mergeBase: string;
  readonly head: string;
}

export interface WantedCommits {
  /** A commit or ref. Nothing, or forty zeros (the push of a new branch): the default branch, or the parent of head. */
  readonly base?: string | null | undefined;
  /** The user named the base: a pull request's merge commit does not replace it by a newer state of the base branch. */
  readonly exact?: boolean;
  /** HEAD when nothing is given. */
  readonly head?: string | null | undefined;
}

interface Found {
  readonly git: Git;
  readonly credentials: Credentials | null;
  readonly head: string;
}

export async function resolveCommits(
  git: Git,
  wanted: WantedCommits,
  credentials: Credentials | null,
): Promise<Commits> {
  const headName = wanted.head ?? 'HEAD';
  const head = (await commitOf(git, headName)) ?? (await fetchSha(git, headName, credentials)).commit;
  if (head === null) throw failure('head-commit-missing', { head: headName });
  const found: Found = { git, credentials, head };
  const name = wanted.base ?? '';
  if (name === '' || /^0+$/.test(name)) return withoutBase(found);

  const merge = wanted.exact === true ? null : await pullRequestMerge(found);
  const base = await bring(found, name);
  if (merge === null) return { base, mergeBase: await mergeBaseOf(found, name, base), head };

  // The checkout's merge commit was made on its first parent: a later state of the base branch than the event tells,
  // or an earlier one. Production has the later.
  if (merge === base) return { base, mergeBase: base, head };
  await bring(found, merge);
  const meeting = await mergeBaseOf({ ...found, head: merge }, name, base);
  if (meeting === merge) return { base, mergeBase: merge, head };
  return { base: merge, mergeBase: merge, head };
}

/** The first parent of the merge commit that actions/checkout puts in place for a pull request; null otherwise. */
async function pullRequestMerge({ git, head }: Found): Promise<string | null> {
  const refs = await mustRun(git, 'list refs', [
    'for-each-ref',
    `--points-at=${head}`,
    '--format=%(refname)',
    'refs/remotes/pull/',
  ]);
  if (!/^refs\/remotes\/pull\/\d+\/merge$/m.test(refs.toString())) return null;
  const parents = await parentsOf(git, head);
  return parents.length === 2 ? (parents[0] ?? null) : null;
}

/** No base was named: what the default branch lacks, or else the last commit alone. */
async function withoutBase(found: Found): Promise<Commits> {
  const { git, head } = found;
  const main = await commitOf(git, 'refs/remotes/origin/HEAD');
  if (main !== null && !(await isShallow(git))) {
    const mergeBase = (await knownMergeBase(git, main, head))?.commit ?? null;
    if (mergeBase !== null && mergeBase !== head) return { base: main, mergeBase, head };
  }
  const [parent] = await parentsOf(git, head);
  const base = parent === undefined ? await emptyTree(git) : await bring(found, parent);
  return { base, mergeBase: base, head };
}

/** Makes sure that a commit is here, whatever the user calls it. */
async function bring(found: Found, name: string): Promise<string> {
  const { git, credentials } = found;
  for (const candidate of [name, `refs/remotes/origin/${name}`]) {
    const commit = await commitOf(git, candidate);
    if (commit !== null) return commit;
  }
  const server = isSha(name) ? { sha: name, why: '' } : await refOnServer(git, name, credentials);
  if (server.sha === null) throw failure('base-commit-missing', { base: name, why: server.why });
  const { commit, why } = await fetchSha(git, server.sha, credentials);
  if (commit === null) {
    throw failure('base-commit-missing', { base: name, why: why ?? 'the server did not send it' });
  }
  return commit;
}

/** Fetches one commit; a full clone stays full. */
async function fetchSha(
  git: Git,
  sha: string,
  credentials: Credentials | null,
): Promise<{ commit: string | null; why: string | null }> {
  if (!isSha(sha)) return { commit: null, why: null };
  const why = await fetchCommits(git, [sha], (await isShallow(git)) ? 1 : null, credentials);
  return { commit: await commitOf(git, sha), why };
}

/** Deepens a shallow clone in steps until the point is known where base and head part. */
async function mergeBaseOf({ git, credentials, head }: Found, name: string, base: string): Promise<string> {
  let why: string | null = null;
  for (const depth of [null, 30, 300, 3000, 'all'] as const) {
    if (depth !== null) why = await fetchCommits(git, [base, head], depth, credentials);
    const known = await knownMergeBase(git, base, head);
    if (known?.certain === true) return known.commit;
    if (!(await isShallow(git))) break;
  }
  throw failure('base-commit-missing', {
    base: name,
    why: why ?? 'it and the head have no commit in common',
  });
}

/** `certain` is false when the clone is cut off between the two, so that a nearer common commit may be hidden. */
async function knownMergeBase(
  git: Git,
  base: string,
  head: string,
): Promise<{ commit: string; certain: boolean } | null> {
  const { code, stdout } = await git.run(['merge-base', base, head]);
  if (code !== 0) return null;
  const commit = stdout.toString().trim();
  if (commit === base || !(await isShallow(git))) return { commit, certain: true };
  const apart = await mustRun(git, 'list commits', ['rev-list', '--parents', `${base}...${head}`]);
  // In a shallow clone a commit at the edge is shown without parents.
  const cut = apart
    .toString()
    .split('\n')
    .some((line) => isSha(line));
  return { commit, certain: !cut };
}

async function commitOf(git: Git, name: string): Promise<string | null> {
  // A leading dash would be read as an option, a colon or brace as a search or another object.
  if (!/^[\w./@^~+-]+$/.test(name) || name.startsWith('-')) return null;
  const { code, stdout } = await git.run(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return code === 0 ? stdout.toString().trim() : null;
}

/** Parents from the commit itself: in a shallow clone git's own walk hides them. */
async function parentsOf(git: Git, commit: string): Promise<string[]> {
  const text = (await mustRun(git, `read ${commit}`, ['cat-file', 'commit', commit])).toString();
  const header = text.slice(0, text.indexOf('\n\n'));
  return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].flatMap(([, sha]) => sha ?? []);
}

async function isShallow(git: Git): Promise<boolean> {
  return (
    (await mustRun(git, 'look at the clone', ['rev-parse', '--is-shallow-repository'])).toString().trim() ===
    'true'
  );
}

/** Its name depends on the repository's hash function. */
async function emptyTree(git: Git): Promise<string> {
  return (await mustRun(git, 'name the empty tree', ['hash-object', '-t', 'tree', '--stdin']))
    .toString()
    .trim();
}

function isSha(name: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name);
}
