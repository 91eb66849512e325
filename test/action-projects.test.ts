/** The built Action on several projects of one repository: each judged and commented on by itself, one answer for all. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installAction, type JobRequest, job } from './action-job.ts';
import { type Files, journal, openTestRepository } from './repository.ts';

installAction();

const when = 1_767_225_600_000;
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
const base: Files = {
  'drizzle.config.ts':
    "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle', dbCredentials: { url: process.env.DATABASE_URL } };\n",
  'drizzle/0000_venue.sql': 'CREATE TABLE "venue" ("id" serial PRIMARY KEY, "name" text NOT NULL);\n',
  'drizzle/meta/_journal.json': journal({ '0000_venue': when }),
  'rls.sql': 'alter table public.venue enable row level security;\n',
};
const adding = (sql: string): Files => ({
  'drizzle/0001_more.sql': sql,
  'drizzle/meta/_journal.json': journal({ '0000_venue': when, '0001_more': when + 1000 }),
});
const harmless = adding('ALTER TABLE "venue" ADD COLUMN "note" text;\n');
const dropping: Files = { ...adding('DROP TABLE "venue";\n'), 'rls.sql': null };

/** The same two projects at base, with these changes. */
function checkout(server: Files, web: Files): JobRequest['checkout'] {
  return (workspace) => {
    mkdirSync(workspace);
    const made = openTestRepository(workspace);
    made.git('init', '--quiet', '--initial-branch=main');
    const config = JSON.stringify({ rules: { 'table-dropped': 'notice' } });
    made.commit({
      ...below('apps/server', { ...base, 'gatekeeper.json': config }),
      ...below('apps/web', base),
    });
    made.git('checkout', '--quiet', '--detach');
    made.commit({ ...below('apps/server', server), ...below('apps/web', web) });
  };
}

const both = { 'working-directory': 'apps/server,\n  ./apps/web/' };
const keyAndVerdict = (body: string) => body.split('\n').slice(0, 2).join(' ');

it('two projects: a comment each, one verdict, one summary, and the second run brings both up to date', async () => {
  const first = await job({ checkout: checkout(harmless, dropping), inputs: both });
  expect({ code: first.code, verdict: first.outputs.verdict }).toEqual({ code: 1, verdict: 'blocked' });
  expect(first.api.comments.map(({ body }) => keyAndVerdict(body))).toEqual([
    expect.stringMatching(/^<!-- gatekeeper:1:apps\/server --> ## ✅ /u),
    expect.stringMatching(/^<!-- gatekeeper:1:apps\/web --> ## ⛔ /u),
  ]);
  // Each may have a .env of its own: who deploys them knows.
  const isDoubted = first.api.comments.map(({ body }) =>
    body.includes('whether apps/server and apps/web are two'),
  );
  expect(isDoubted).toEqual([false, true]);
  expect(first.outputs['comment-id']).toBe(first.api.comments.map(({ id }) => id).join(','));
  expect(first.summary.split('\n').filter((line) => line.startsWith('## '))).toEqual([
    expect.stringContaining('✅'),
    expect.stringContaining('⛔'),
  ]);
  expect(first.api.problems).toEqual([]);

  const directory = first.outputs['report-path'] ?? '';
  expect(first.outputs).toMatchObject({ 'sql-path': directory, 'sarif-path': directory });
  const report = (project: string) =>
    JSON.parse(readFileSync(join(directory, project, 'report.json'), 'utf8')) as Record<string, unknown>;
  expect(report('apps/server')).toMatchObject({ project: 'apps/server', verdict: 'pass' });
  expect(report('apps/web')).toMatchObject({ project: 'apps/web', verdict: 'blocked' });
  expect(existsSync(join(directory, 'report.json'))).toBe(false);
  expect(first.outputs.plan).toMatch(/^[0-9a-f]{64}$/);
  expect([report('apps/server').plan, report('apps/web').plan]).not.toContain(first.outputs.plan);
  const errors = first.commands.filter(({ name }) => name === 'error').length;
  expect(first.outputs.errors).toBe(String(errors));

  // Both change their verdict; the order they are named in decides nothing.
  const comments = first.api.comments.map(({ author, body }) => ({ author, body }));
  const second = await job({
    checkout: checkout(dropping, harmless),
    inputs: { 'working-directory': 'apps/web\napps/server' },
    api: { comments },
  });
  // apps/server's own config takes a dropped table for a notice.
  expect({ code: second.code, verdict: second.outputs.verdict }).toEqual({ code: 0, verdict: 'pass' });
  expect(second.api.comments.map(({ body, updates }) => [keyAndVerdict(body), updates])).toEqual([
    [expect.stringMatching(/:apps\/server --> ## ✅ /u), 1],
    [expect.stringMatching(/:apps\/web --> ## ✅ /u), 1],
  ]);
});

it('a folder that is not there is told in its own comment, and keeps the other from nothing', async () => {
  const done = await job({
    checkout: checkout(harmless, harmless),
    inputs: { 'working-directory': 'apps/sever, apps/web' },
  });
  expect({ code: done.code, verdict: done.outputs.verdict }).toEqual({ code: 2, verdict: 'error' });
  expect(done.api.comments.map(({ body }) => keyAndVerdict(body))).toEqual([
    expect.stringMatching(/:apps\/sever --> ## ❗ /u),
    expect.stringMatching(/:apps\/web --> ## ✅ /u),
  ]);
  expect(done.api.comments[0]?.body).toContain('apps/sever');
  expect(done.outputs.plan).toBe('');
  expect(done.commands.filter(({ name }) => name === 'error')).toEqual([
    { name: 'error', message: expect.stringContaining('There is one in apps/server, apps/web') },
  ]);
  expect(done.stdout).toContain('Could not judge apps/sever');

  // A matrix job of one project afterwards: the other's comment stays as it is.
  const comments = done.api.comments.map(({ author, body }) => ({ author, body }));
  const alone = await job({
    checkout: checkout(harmless, dropping),
    inputs: { 'working-directory': 'apps/web' },
    api: { comments },
  });
  expect(alone.outputs.verdict).toBe('blocked');
  expect(alone.outputs['report-path']).toMatch(/\/\.gatekeeper\/report\.json$/);
  expect(alone.api.comments.map(({ updates }) => updates)).toEqual([0, 1]);
});

it('what is refused of the whole run is told in the comment of every project, and a repeat is refused', async () => {
  const request = { checkout: checkout(harmless, harmless) };
  const refused = await job({ ...request, inputs: { ...both, 'fail-on': 'errors' } });
  expect(refused.code).toBe(2);
  expect(refused.api.comments.map(({ body }) => keyAndVerdict(body))).toEqual([
    expect.stringMatching(/:apps\/server --> ## ❗ /u),
    expect.stringMatching(/:apps\/web --> ## ❗ /u),
  ]);
  const repeated = await job({ ...request, inputs: { 'working-directory': 'apps/web,apps/web/' } });
  expect(repeated.code).toBe(2);
  expect(repeated.report?.error?.code).toBe('project-repeated');
  expect(repeated.api.comments).toHaveLength(1);
});
