/** The built Action keeps its secrets: no token in logs, files or texts, and none in the environment of what it starts. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { installAction, job, token } from './action-job.ts';
import { journal, openTestRepository } from './repository.ts';

installAction();

const runtimeToken = 'runtime.notarealtoken.0123456789';
const secrets = [token, runtimeToken];

function repository(workspace: string): void {
  mkdirSync(workspace);
  const made = openTestRepository(workspace);
  made.git('init', '--quiet', '--initial-branch=main');
  made.commit({
    'drizzle.config.ts':
      "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n",
    'drizzle/0000_venue.sql': 'CREATE TABLE "venue" ("id" serial PRIMARY KEY);\n',
    'drizzle/meta/_journal.json': journal({ '0000_venue': 1000 }),
  });
  made.git('checkout', '--quiet', '--detach');
  made.commit({
    // Long enough for a look at the server.
    'drizzle/0001_slow.sql': 'SELECT pg_sleep(1);\n',
    'drizzle/meta/_journal.json': journal({ '0000_venue': 1000, '0001_slow': 2000 }),
  });
}

/** Looks at everything below the process, by /proc, until it ends. */
function environmentsBelow(child: ChildProcess, seen: Map<string, string>): void {
  const timer = setInterval(() => {
    for (const { name, environment } of descendants(child.pid ?? 0))
      seen.set(`${name}\n${environment}`, name);
  }, 15);
  child.on('close', () => clearInterval(timer));
}

function descendants(root: number): readonly { name: string; environment: string }[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const status = /^\d+$/.test(entry) ? read(`/proc/${entry}/status`) : '';
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === root || (parent > 1 && below(parent));
  };
  return [...parents.keys()].filter(below).flatMap((pid) => {
    const line = read(`/proc/${pid}/cmdline`);
    // Between fork and exec a child still shows what the Action itself was started with.
    if (line === '' || line.includes('index.js')) return [];
    return [{ name: basename(line.split('\0')[0] ?? ''), environment: read(`/proc/${pid}/environ`) }];
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function textsBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) =>
    read(join(directory, name)),
  );
}

it.runIf(process.platform === 'linux')(
  'in every process it starts, in the log and in all files',
  async () => {
    const seen = new Map<string, string>();
    let place = '';
    const done = await job({
      checkout(workspace) {
        place = dirname(workspace);
        repository(workspace);
        // Commands that tell their environment before they do their work.
        mkdirSync(join(place, 'bin'));
        mkdirSync(join(place, 'told'));
        for (const name of ['git', 'npm', 'tar']) {
          const script = `#!/bin/sh\nenv > "${place}/told/${name}.$$"\nPATH="\${PATH#*:}"\nexec ${name} "$@"\n`;
          writeFileSync(join(place, 'bin', name), script, { mode: 0o755 });
        }
      },
      env: (folder) => ({
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        GITHUB_TOKEN: token,
        GH_TOKEN: token,
        ACTIONS_RUNTIME_TOKEN: runtimeToken,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: runtimeToken,
        GITHUB_ENV: join(folder, 'env'),
        GITHUB_PATH: join(folder, 'path'),
      }),
      watch: (child) => environmentsBelow(child, seen),
    });
    expect(done.outputs.verdict).toBe('pass');

    const told = readdirSync(join(place, 'told'));
    expect(told.some((name) => name.startsWith('git.'))).toBe(true);
    const names = new Set(seen.values());
    expect([...names].some((name) => name.startsWith('postgres'))).toBe(true);
    const environments = [...seen.keys(), ...told.map((name) => read(join(place, 'told', name)))];
    for (const environment of environments) {
      for (const secret of secrets) expect(environment).not.toContain(secret);
      expect(environment).not.toMatch(
        /(?:^|[\n\0])(?:INPUT_|ACTIONS_|GITHUB_(?:OUTPUT|ENV|PATH|STEP_SUMMARY|TOKEN)=)/,
      );
    }
    // The server has a path and a locale, and nothing of the job.
    for (const environment of [...seen].filter(([, name]) => name === 'postgres').map(([text]) => text)) {
      expect(environment).not.toMatch(/GITHUB_|RUNNER_|HOME=\/root/);
    }

    rmSync(join(place, 'told'), { recursive: true });
    const files = [...textsBelow(join(place, 'temp')), done.summary, ...Object.values(done.outputs)];
    files.push(...done.api.comments.map(({ body }) => body), done.stdout.replace(`::add-mask::${token}`, ''));
    expect(files.length).toBeGreaterThan(8);
    for (const text of files) for (const secret of secrets) expect(text).not.toContain(secret);
  },
);
