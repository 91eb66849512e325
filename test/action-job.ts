/** Runs the built Action as GitHub starts it: a child process under Node 24, copied away from node_modules, against GitHub's API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { actionsBot, type GitHubApi, type GitHubApiOptions, startGitHubApi } from './github-api.ts';
import { openTestRepository, type TestRepository } from './repository.ts';
import { commandsIn, type RunnerCommand } from './runner-commands.ts';

export const token = 'ghs_notarealtoken0123456789abcdefghijkl';
let scratch = '';

/** Call once in a test file. `GATEKEEPER_DIST` names another build than the committed one. */
export function installAction(): void {
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'gatekeeper dist '));
    cpSync(resolve(process.env.GATEKEEPER_DIST ?? 'dist'), join(scratch, 'action'), { recursive: true });
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
}

export interface Job {
  readonly code: number | null;
  /** Both streams: the runner reads both. */
  readonly stdout: string;
  readonly commands: readonly RunnerCommand[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly api: GitHubApi;
  /** `report.json`, or null when there is none, or one for each project. */
  readonly report: Report | null;
  readonly milliseconds: number;
}

/** What the tests look at. */
export interface Report {
  readonly verdict: string;
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | null;
  readonly base: { readonly sha: string };
  readonly head: { readonly sha: string };
  readonly migrations: readonly { readonly tag: string; readonly state: string }[];
  readonly findings: readonly { readonly rule: string }[];
}

export interface JobRequest {
  /** Makes the checkout in an empty folder that does not exist yet. */
  readonly checkout: (workspace: string) => void;
  /** GITHUB_EVENT_NAME; `pull_request` unless given. */
  readonly event?: string;
  /** Its payload, from the checkout; a pull request from `main` to HEAD unless given. */
  readonly payload?: (git: TestRepository) => unknown;
  readonly inputs?: Readonly<Record<string, string>>;
  /** `undefined` takes a variable away. Gets the folder that the checkout lies in. */
  readonly env?: (place: string) => Readonly<Record<string, string | undefined>>;
  readonly api?: GitHubApiOptions;
  readonly watch?: (child: ChildProcess) => void;
}

export function pullRequest(base: string, head: string, from = 'acme/shop'): unknown {
  return {
    pull_request: {
      number: 7,
      base: { sha: base, repo: { full_name: 'acme/shop' } },
      head: { sha: head, repo: { full_name: from } },
    },
  };
}

/** One step of a job, with a GitHub of its own, which ends with it. */
export async function job(request: JobRequest): Promise<Job> {
  const place = mkdtempSync(join(scratch, 'job-'));
  const workspace = join(place, 'workspace');
  request.checkout(workspace);
  const git = openTestRepository(workspace);
  const payload =
    request.payload?.(git) ?? pullRequest(git.git('rev-parse', 'main'), git.git('rev-parse', 'HEAD'));
  const file = (name: string, text = '') => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  mkdirSync(join(place, 'temp'));
  const api = await startGitHubApi({ identities: { [token]: actionsBot }, ...request.api });
  const files = { output: file('output'), summary: file('summary') };
  const inputs = Object.entries({ 'github-token': token, postgres: 'embedded', ...request.inputs });
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GATEKEEPER_CACHE: process.env.GATEKEEPER_CACHE,
    RUNNER_TEMP: join(place, 'temp'),
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: api.url,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_NAME: request.event ?? 'pull_request',
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
    GITHUB_WORKSPACE: workspace,
    GITHUB_RUN_ID: '42',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...request.env?.(place),
  };
  const started = performance.now();
  try {
    const { code, stdout } = await run(workspace, env, request.watch);
    const outputs = outputsOf(readFileSync(files.output, 'utf8'));
    const report = outputs['report-path'] ?? '';
    return {
      code,
      stdout,
      commands: commandsIn(stdout),
      outputs,
      summary: readFileSync(files.summary, 'utf8'),
      api,
      // Our own file; the tests compare what they read.
      report: isFile(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report) : null,
      milliseconds: performance.now() - started,
    };
  } finally {
    await api.close();
  }
}

function run(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  watch: ((child: ChildProcess) => void) | undefined,
) {
  const defined = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  const action = join(scratch, 'action', 'index.js');
  const child = spawn(process.execPath, [action], { cwd, env: defined, stdio: ['ignore', 'pipe', 'pipe'] });
  watch?.(child);
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stdout += chunk));
  return new Promise<{ code: number | null; stdout: string }>((done) => {
    child.on('close', (code) => done({ code, stdout }));
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The runner's file format: `name<<delimiter`, the value, the delimiter. */
function outputsOf(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^<]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, index + 1);
    outputs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}

const headlines = { pass: /## (?:✅|⚠️) /u, blocked: /## ⛔ /u, error: /## ❗ Could not judge/u };
const codes = { pass: 0, blocked: 1, error: 2 };

/** Exit code, outputs, summary, report and comment say one thing, and no stack is shown. */
export function expectVerdict(done: Job, verdict: 'pass' | 'blocked' | 'error'): void {
  const { code, stdout, commands, outputs, summary, api, report } = done;
  expect({ verdict: outputs.verdict, code }).toEqual({ verdict, code: codes[verdict] });
  expect(summary).toMatch(headlines[verdict]);
  if (report !== null) {
    expect(report.verdict).toBe(verdict);
    expect(report.error === null).toBe(verdict !== 'error');
  }
  const id = outputs['comment-id'] ?? '';
  if (id !== '') {
    const comment = api.comments.find((one) => String(one.id) === id);
    expect(comment?.body).toMatch(headlines[verdict]);
    const path = outputs['comment-path'] ?? '';
    if (path !== '') expect(comment?.body).toBe(readFileSync(path, 'utf8'));
  }
  for (const level of ['error', 'warning', 'notice']) {
    expect(commands.filter(({ name }) => name === level).length).toBeLessThanOrEqual(10);
  }
  if (verdict === 'error') expect(commands.some(({ name }) => name === 'error')).toBe(true);
  expect(stdout).not.toMatch(/^\s+at .*\d+:\d+/m);
  expect(api.problems).toEqual([]);
}
