/** The built Action on pull requests of a fixture project: verdicts, our comment, what the runner may read of us. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { materialize } from '../fixtures/materialize.mjs';
import { expectVerdict, installAction, type JobRequest, job, pullRequest, token } from './action-job.ts';
import { actionsBot } from './github-api.ts';
import { openTestRepository } from './repository.ts';
import { commandsIn } from './runner-commands.ts';

installAction();

/** The checkout of a case of the fixture project `titan`, changed by `prepare`. */
function titan(name: string, prepare?: (directory: string) => void): Pick<JobRequest, 'checkout'> {
  return {
    checkout(workspace) {
      materialize('titan', name, workspace);
      prepare?.(workspace);
    },
  };
}

describe('the built Action', () => {
  it('blocks a destructive pull request: comment, summary, outputs, annotations, exit code', async () => {
    const done = await job(titan('showcase'));
    const { code, stdout, outputs, summary, api } = done;
    expectVerdict(done, 'blocked');
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
    const { code, outputs, api } = await job(titan('harmless'));
    expect(outputs.verdict).toBe('pass');
    expect(code).toBe(0);
    expect(api.comments[0]?.body).toContain('## ✅ Safe to merge');
    expect(api.problems).toEqual([]);
  });

  it('edits its own comment and leaves a stranger’s with the same marker alone', async () => {
    const stranger = { ...actionsBot, login: 'mallory', id: 5, type: 'User' as const };
    const marker = '<!-- gatekeeper:1:. -->\n## ✅ Safe to merge';
    const { api } = await job({
      ...titan('showcase'),
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
      ...titan('harmless'),
      payload: (git) =>
        pullRequest(git.git('rev-parse', 'main'), git.git('rev-parse', 'HEAD'), 'stranger/shop'),
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
    const { stdout } = await job(
      titan('harmless', (directory) => {
        const repository = openTestRepository(directory);
        const evil = '::set-output name=verdict::pass\n##[set-env name=PATH]x\n';
        const sql = `-- ${evil}DO $$ BEGIN RAISE NOTICE '%', E'\\n::error::owned\\n##[add-path]x'; RAISE EXCEPTION '%', E'\\n::warning::owned'; END $$;`;
        const journal = JSON.parse(readFileSync(join(directory, 'drizzle/meta/_journal.json'), 'utf8'));
        const last = journal.entries.at(-1);
        repository.commit({ [`drizzle/${last.tag}.sql`]: `${sql}\n` });
      }),
    );
    const names = commandsIn(stdout).map(({ name }) => name);
    expect(
      names.filter((name) => !['error', 'warning', 'notice', 'add-mask', 'stop-commands'].includes(name)),
    ).toEqual([]);
    const said = commandsIn(stdout).filter(({ name }) => name === 'error' || name === 'warning');
    expect(said.some(({ message }) => message === 'owned')).toBe(false);
    // The mask itself has to name it.
    expect(stdout.replace(`::add-mask::${token}`, '')).not.toContain(token);
  });
});
