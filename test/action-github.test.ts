/** The built Action and a GitHub that is large, slow to recover, or unwilling: the verdict stands, and everything fits. */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectVerdict, installAction, job } from './action-job.ts';
import { actionsBot, type Identity } from './github-api.ts';
import { type Files, journal, openTestRepository } from './repository.ts';

installAction();

const when = 1_767_225_600_000;
const base: Files = {
  'drizzle.config.ts': "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n",
  'drizzle/0000_venue.sql': 'CREATE TABLE "venue" ("id" serial PRIMARY KEY, "name" text NOT NULL);\n',
  'drizzle/meta/_journal.json': journal({ '0000_venue': when }),
  'rls.sql': 'alter table public.venue enable row level security;\n',
};
const dropping: Files = {
  'drizzle/0001_drop.sql': 'DROP TABLE "venue";\n',
  'drizzle/meta/_journal.json': journal({ '0000_venue': when, '0001_drop': when + 1000 }),
  'rls.sql': null,
};

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

const stranger: Identity = { ...actionsBot, login: 'mallory', id: 5, type: 'User' };
const green = (key: string) => `<!-- gatekeeper:1:${key} -->\n## ✅ Safe to merge\n`;

describe('many comments', () => {
  it('ours is found behind four pages of others, and is the only one written to', async () => {
    const chatter = Array.from({ length: 420 }, (_, index) => ({
      author: stranger,
      body: `comment ${index}`,
    }));
    const done = await job({
      checkout: repository(dropping),
      api: { comments: [...chatter, { author: actionsBot, body: green('.') }, ...chatter.slice(0, 30)] },
    });
    expectVerdict(done, 'blocked');
    expect(done.api.requests.filter((line) => line.startsWith('GET'))).toHaveLength(5);
    expect(done.api.comments.flatMap(({ updates }, index) => (updates > 0 ? [index] : []))).toEqual([420]);
  });

  it('two projects of one repository keep theirs apart', async () => {
    const inside = (files: Files, folder: string): Files =>
      Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
    const checkout = repository(inside(dropping, 'apps/server'), {
      ...inside(base, 'apps/server'),
      ...inside(base, 'apps/server-2'),
    });
    const first = await job({ checkout, inputs: { 'working-directory': 'apps/server' } });
    expectVerdict(first, 'blocked');
    const comments = first.api.comments.map(({ author, body }) => ({ author, body }));
    expect(comments).toHaveLength(1);

    const second = await job({
      checkout,
      inputs: { 'working-directory': 'apps/server-2' },
      api: { comments },
    });
    expectVerdict(second, 'pass');
    expect(second.api.comments.map(({ body, updates }) => [body.split('\n')[1], updates])).toEqual([
      [expect.stringContaining('⛔ Blocked'), 0],
      [expect.stringContaining('✅'), 0],
    ]);
  });
});

describe('an API that does not do what it should', () => {
  it('500 for ever: given up after four attempts and about 14 s, with the verdict and a warning', async () => {
    const done = await job({
      checkout: repository(dropping),
      api: { failures: [{ request: '/', status: 500 }] },
    });
    expectVerdict(done, 'blocked');
    expect(done.outputs['comment-id']).toBe('');
    expect(done.commands.filter(({ name }) => name === 'warning')).toEqual([
      { name: 'warning', message: expect.stringContaining('GitHub answered 500') },
    ]);
    expect(done.api.requests).toHaveLength(4);
    expect(done.milliseconds).toBeLessThan(40_000);
  });

  it('nobody there at all', async () => {
    const done = await job({
      checkout: repository(dropping),
      env: () => ({ GITHUB_API_URL: 'http://127.0.0.1:9' }),
    });
    expectVerdict(done, 'blocked');
    expect(done.stdout).toContain('could not be reached');
    expect(done.milliseconds).toBeLessThan(40_000);
  });

  it('a text that GitHub finds too long is replaced by the verdict alone, rather than leave an older one', async () => {
    const body = {
      message: 'Validation Failed',
      errors: [{ message: 'Body is too long (maximum is 65536 characters)' }],
    };
    const done = await job({
      checkout: repository(dropping),
      api: {
        comments: [{ author: actionsBot, body: green('.') }],
        failures: [{ request: 'PATCH /repos', status: 422, body, times: 1 }],
      },
    });
    expect(done.outputs).toMatchObject({
      verdict: 'blocked',
      'comment-id': String(done.api.comments[0]?.id),
    });
    expect(done.api.comments[0]?.body).toMatch(/^<!-- gatekeeper:1:\. -->\n## ⛔ Blocked/);
    expect(done.api.comments[0]?.body.length).toBeLessThan(3000);
    expect(done.api.requests.filter((line) => line.startsWith('PATCH'))).toHaveLength(2);
  });

  it('422 for ever', async () => {
    const done = await job({
      checkout: repository(dropping),
      api: { failures: [{ request: 'POST /repos', status: 422 }] },
    });
    expectVerdict(done, 'blocked');
    expect(done.stdout).toContain('GitHub answered 422');
    expect(done.api.requests.filter((line) => line.startsWith('POST /repos'))).toHaveLength(2);
  });

  it('no token', async () => {
    const done = await job({ checkout: repository(dropping), inputs: { 'github-token': '' } });
    expectVerdict(done, 'blocked');
    expect(done.api.requests).toEqual([]);
    expect(done.stdout).toContain('there is no github-token');
  });

  it('no job summary', async () => {
    const done = await job({
      checkout: repository(dropping),
      env: () => ({ GITHUB_STEP_SUMMARY: undefined }),
    });
    expect(done).toMatchObject({ code: 1, outputs: { verdict: 'blocked' }, summary: '' });
    expect(done.api.comments).toHaveLength(1);
    expect(done.stdout).toContain('GITHUB_STEP_SUMMARY is not set');
  });
});

describe('a huge pull request', () => {
  it('of 300 migrations and 2 MB of SQL fits into comment, summary and annotations', async () => {
    const tags = Array.from({ length: 300 }, (_, index) => `${String(index + 1).padStart(4, '0')}_part`);
    const files = Object.fromEntries(
      tags.map((tag, index) => [
        `drizzle/${tag}.sql`,
        // A third of them destroy something, all of them bring a table without RLS.
        [
          `CREATE TABLE "part_${index}" ("id" serial PRIMARY KEY, "text" text);`,
          `COMMENT ON TABLE "part_${index}" IS '${'wörd '.repeat(1350)}';`,
          ...(index % 3 === 0 && index < 90 ? [`ALTER TABLE "venue" DROP COLUMN "c${index}";`] : []),
        ].join('\n--> statement-breakpoint\n'),
      ]),
    );
    const columns = Array.from({ length: 90 }, (_, index) => `"c${index}" text`).join(', ');
    const entries = Object.fromEntries(tags.map((tag, index) => [tag, when + 1000 * (index + 1)]));
    const done = await job({
      checkout: repository(
        { ...files, 'drizzle/meta/_journal.json': journal({ '0000_venue': when, ...entries }) },
        {
          ...base,
          'drizzle/0000_venue.sql': `CREATE TABLE "venue" ("id" serial PRIMARY KEY, ${columns});\n`,
        },
      ),
    });
    expectVerdict(done, 'blocked');
    const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeGreaterThan(2_000_000);
    const comment = done.api.comments[0]?.body ?? '';
    expect(comment.length).toBeLessThanOrEqual(60_000);
    expect(comment.length).toBeGreaterThan(10_000);
    expect(comment.match(/<details/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
    expect(Buffer.byteLength(done.summary)).toBeLessThan(1024 * 1024);
    const errors = done.commands.filter(({ name }) => name === 'error');
    expect(errors.length).toBeLessThanOrEqual(10);
    expect(Number(done.outputs.errors)).toBeGreaterThan(errors.length);
    expect(readFileSync(done.outputs['sql-path'] ?? '', 'utf8')).toContain('0300_part');
    expect(statSync(done.outputs['report-path'] ?? '').size).toBeGreaterThan(2_000_000);
  });
});
