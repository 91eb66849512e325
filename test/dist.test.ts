/** The built Action as GitHub starts it: a child process under Node 24, copied away from node_modules, against GitHub's API. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { materialize } from '../fixtures/materialize.mjs';
import { actionsBot, type GitHubApi, type GitHubApiOptions, startGitHubApi } from './github-api.ts';
import { openTestRepository } from './repository.ts';
import { commandsIn } from './runner-commands.ts';

const token = 'ghs_notarealtoken0123456789abcdefghijkl';
let scratch = '';
let action = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'gatekeeper dist '));
  cpSync(resolve('dist'), join(scratch, 'action'), { recursive: true });
  action = join(scratch, 'action', 'index.js');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Job {
  readonly code: number | null;
  readonly stdout: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly api: GitHubApi;
}

interface JobOptions {
  readonly project?: string;
  readonly name: string;
  readonly api?: GitHubApiOptions;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Changes the checkout before the Action starts. */
  readonly prepare?: (directory: string) => void;
  readonly fromFork?: boolean;
}

/** Runs one job on a pull request of a fixture project, with a server of its own, and ends that server. */
async function job(options: JobOptions): Promise<Job> {
  const place = mkdtempSync(join(scratch, 'job-'));
  const workspace = join(place, 'workspace');
  materialize(options.project ?? 'titan', options.name, workspace);
  options.prepare?.(workspace);
  const git = openTestRepository(workspace);
  const [base, head] = [git.git('rev-parse', 'main'), git.git('rev-parse', 'HEAD')];
  const repository = { full_name: 'acme/shop' };
  const payload = {
    pull_request: {
      number: 7,
      base: { sha: base, repo: repository },
      head: { sha: head, repo: options.fromFork === true ? { full_name: 'stranger/shop' } : repository },
    },
  };
  const file = (name: string, text = '') => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  mkdirSync(join(place, 'temp'));
  const api = await startGitHubApi({ identities: { [token]: actionsBot }, ...options.api });
  const files = { output: file('output'), summary: file('summary') };
  const inputs = Object.entries({ 'github-token': token, postgres: 'embedded', ...options.inputs });
  try {
    const { code, stdout } = await run(workspace, {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      GATEKEEPER_CACHE: process.env.GATEKEEPER_CACHE,
      RUNNER_TEMP: join(place, 'temp'),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: api.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
      GITHUB_WORKSPACE: workspace,
      GITHUB_RUN_ID: '42',
      GITHUB_SHA: head,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    });
    return {
      code,
      stdout,
      outputs: outputsOf(readFileSync(files.output, 'utf8')),
      summary: readFileSync(files.summary, 'utf8'),
      api,
    };
  } finally {
    await api.close();
  }
}

function run(cwd: string, env: Readonly<Record<string, string | undefined>>) {
  const defined = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  const child = spawn(process.execPath, [action], { cwd, env: defined, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stdout += chunk));
  return new Promise<{ code: number | null; stdout: string }>((done) => {
    child.on('close', (code) => done({ code, stdout }));
  });
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

describe('the built Action', () => {
  it('blocks a destructive pull request: comment, summary, outputs, annotations, exit code', async () => {
    const { code, stdout, outputs, summary, api } = await job({ name: 'showcase' });
    expect(code).toBe(1);
    expect(outputs.verdict).toBe('blocked');
    expect(outputs.plan).toMatch(/^[0-9a-f]{64}$/);
    expect(Number(outputs.errors)).toBeGreaterThan(0);
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toMatch(/^<!-- gatekeeper:1:\. -->\n## ⛔ Blocked/);
    expect(outputs['comment-id']).toBe(String(api.comments[0]?.id));
    expect(readFileSync(outputs['comment-path'] ?? '', 'utf8')).toBe(api.comments[0]?.body);
    expect(existsSync(outputs['report-path'] ?? '')).toBe(true);
    expect(summary).toContain('Blocked');
    expect(commandsIn(stdout).filter(({ name }) => name === 'error').length).toBeGreaterThan(0);
    expect(api.problems).toEqual([]);
  });

  it('passes a harmless pull request and says so calmly', async () => {
    const { code, outputs, api } = await job({ name: 'harmless' });
    expect(outputs.verdict).toBe('pass');
    expect(code).toBe(0);
    expect(api.comments[0]?.body).toContain('## ✅ Safe to merge');
    expect(api.problems).toEqual([]);
  });

  it('edits its own comment and leaves a stranger’s with the same marker alone', async () => {
    const stranger = { ...actionsBot, login: 'mallory', id: 5, type: 'User' as const };
    const marker = '<!-- gatekeeper:1:. -->\n## ✅ Safe to merge';
    const { api } = await job({
      name: 'showcase',
      api: {
        comments: [
          { author: stranger, body: marker },
          { author: actionsBot, body: marker },
        ],
      },
    });
    expect(api.comments.map(({ updates }) => updates)).toEqual([0, 1]);
    expect(api.comments[1]?.body).toContain('Blocked');
    expect(api.problems).toEqual([]);
  });

  it('keeps its verdict when a fork’s token may not comment', async () => {
    const reader = { ...actionsBot, permission: 'read' as const };
    const { code, outputs, summary, stdout, api } = await job({
      name: 'harmless',
      fromFork: true,
      api: { identities: { [token]: reader } },
    });
    expect(code).toBe(0);
    expect(outputs.verdict).toBe('pass');
    expect(outputs['comment-id']).toBe('');
    expect(summary).toContain('Safe to merge');
    expect(stdout).toContain('pull-requests: write');
    expect(api.comments).toEqual([]);
  });

  it('never prints SQL that the runner would take for a command, and never the token', async () => {
    const { stdout } = await job({
      name: 'harmless',
      prepare: (directory) => {
        const repository = openTestRepository(directory);
        const evil = '::set-output name=verdict::pass\n##[set-env name=PATH]x\n';
        const sql = `-- ${evil}DO $$ BEGIN RAISE NOTICE '%', E'\\n::error::owned\\n##[add-path]x'; RAISE EXCEPTION '%', E'\\n::warning::owned'; END $$;`;
        const journal = JSON.parse(readFileSync(join(directory, 'drizzle/meta/_journal.json'), 'utf8'));
        const last = journal.entries.at(-1);
        repository.commit({ [`drizzle/${last.tag}.sql`]: `${sql}\n` });
      },
    });
    const names = commandsIn(stdout).map(({ name }) => name);
    expect(
      names.filter((name) => !['error', 'warning', 'notice', 'add-mask', 'stop-commands'].includes(name)),
    ).toEqual([]);
    const said = commandsIn(stdout).filter(({ name }) => name === 'error' || name === 'warning');
    expect(said.some(({ message }) => message === 'owned')).toBe(false);
    // The mask itself has to name it.
    expect(stdout.replace(`::add-mask::${token}`, '')).not.toContain(token);
  });

  it('refuses an unknown input with the nearest name, exit 2 and no stack', async () => {
    const { code, stdout, outputs } = await job({ name: 'harmless', inputs: { 'rls-fil': 'x.sql' } });
    expect(code).toBe(2);
    expect(outputs.verdict).toBe('error');
    expect(stdout).toContain('rls-file');
    expect(stdout).not.toMatch(/^\s+at /m);
  });
});
