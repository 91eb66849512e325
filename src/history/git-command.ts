/** Runs git: no shell, no prompt, no hooks, no secrets among the arguments, and a deadline. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { failure } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  /** What git said, in one line, without credentials. */
  readonly why: string;
}

export interface GitRun {
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Git settings for this run; they travel in the environment, which other users cannot read. */
  readonly settings?: readonly Setting[];
}

type Setting = readonly [name: string, value: string];

export interface Git {
  readonly root: string;
  run(parameters: readonly string[], options?: GitRun): Promise<GitResult>;
}

/** Variables that point git elsewhere, make it talk (traces print credentials), or are not git's to see. */
const kept = (name: string) =>
  !/^(?:INPUT_|ACTIONS_|GIT_TRACE|GIT_CURL_VERBOSE|GIT_EXEC_PATH$|GIT_DIR$|GIT_WORK_TREE$|GIT_INDEX_FILE$)/.test(
    name,
  ) &&
  !/^(?:GIT_OBJECT_DIRECTORY|GIT_ALTERNATE_OBJECT_DIRECTORIES|GIT_COMMON_DIR|GIT_NAMESPACE|GIT_PREFIX)$/.test(
    name,
  ) &&
  !/^(?:GITHUB_TOKEN|GH_TOKEN|GITHUB_OUTPUT|GITHUB_ENV|GITHUB_PATH|GITHUB_STATE|GITHUB_STEP_SUMMARY)$/.test(
    name,
  );

export function gitAt(root: string, environment: Environment): Git {
  const settings: Setting[] = [
    // In containers and as root the checkout belongs to another user, and git then refuses to read it. The user
    // named this folder: trusting it, and only it, is what they asked for.
    ...[...new Set([root, realpathSync(root)])].map((place): Setting => ['safe.directory', place]),
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['fetch.recurseSubmodules', 'false'],
    ['credential.interactive', 'false'],
  ];
  const fixed = {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // A name with a colon or a star is a name.
    GIT_LITERAL_PATHSPECS: '1',
    // Replace refs would show other bytes than the commit holds.
    GIT_NO_REPLACE_OBJECTS: '1',
    // A damaged .git must not lead to the repository around it.
    GIT_CEILING_DIRECTORIES: dirname(root),
    GIT_SSH_COMMAND: environment.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes',
  };
  const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => kept(name)));
  return {
    root,
    run: (parameters, options = {}) =>
      start(parameters, {
        root,
        input: options.input ?? '',
        timeoutMs: options.timeoutMs ?? 60_000,
        env: withSettings({ ...inherited, ...fixed }, [...settings, ...(options.settings ?? [])]),
      }),
  };
}

/** Runs git where failing is not expected. */
export async function mustRun(
  git: Git,
  what: string,
  parameters: readonly string[],
  options?: GitRun,
): Promise<Buffer> {
  const { code, stdout, why } = await git.run(parameters, options);
  if (code !== 0) throw failure('git-failed', { what, why });
  return stdout;
}

function withSettings(env: Environment, settings: readonly Setting[]): Environment {
  const before = Number(env.GIT_CONFIG_COUNT ?? 0) || 0;
  const added = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${before + index}`, name],
    [`GIT_CONFIG_VALUE_${before + index}`, value],
  ]);
  return { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: String(before + settings.length) };
}

interface Start {
  readonly root: string;
  readonly input: string;
  readonly timeoutMs: number;
  readonly env: Environment;
}

function start(parameters: readonly string[], { root, input, timeoutMs, env }: Start): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...parameters], { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    let said = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      // A helper of git (ssh, http) may hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    // git may end before it has read everything; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === 'ENOENT' ? failure('git-missing', {}, error) : error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const why = late ? `no answer within ${timeoutMs / 1000} s` : reason(said);
      resolve({ code: code ?? 1, stdout: Buffer.concat(stdout), why });
    });
  });
}

/** Git's own sentence: the last `fatal:` or `error:` line, without credentials and control characters. */
function reason(said: string): string {
  const lines = said.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /^(?:fatal|error|remote: ?\w+):/i.test(line)).at(-1) ?? lines.at(-1);
  return (telling ?? 'it gave no reason')
    .replace(/^(?:fatal|error): /, '')
    .replace(/:\/\/[^/@\s]*@/g, '://')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 300)
    .replace(/\.$/, '');
}
