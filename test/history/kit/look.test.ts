import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generate, wholeSchema } from '../../../src/history/kit/generate.ts';
import { generateApart } from '../../../src/history/kit/questions.ts';
import { parseSql } from '../../../src/history/statements.ts';
import type { Files } from '../../repository.ts';
import { checkOut, checksum, installed, type Major, project, schema } from './checkout.ts';

const limit = { deadlineMs: 120_000 };
const temporary = mkdtempSync(join(tmpdir(), 'gatekeeper-kit-test-'));
beforeAll(() => void vi.stubEnv('TMPDIR', temporary));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

function scratches(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('gatekeeper-kit-'));
}

const first = `
export const role = pgEnum('role', ['a', 'b']);
export const users = pgTable('users', { id: integer().primaryKey(), name: text(), role: role() }, () => [
  pgPolicy('own', { for: 'select' }),
]);
export const posts = pgTable('posts', { id: integer(), author: integer().references(() => users.id) });`;

describe.each([0, 1] as const)('drizzle-kit %i', (major) => {
  let migrations: Files;
  beforeAll(async () => {
    migrations = await migrationsOf(major, first);
  });

  test('a schema and its migrations agree, and nothing is touched or left behind', async () => {
    const base = { ...project, ...migrations, 'src/schema.ts': schema(first) };
    const checkout = installed(major, base, { 'README.md': 'New words.\n' });
    try {
      const before = checksum(checkout.repository.directory);
      const looked = await checkout.look();
      expect(looked.look).toEqual({
        state: 'in-sync',
        kit: major === 0 ? 'drizzle-kit 0.31.11' : 'drizzle-kit 1.0.0-rc.5',
        file: 'src/schema.ts',
        missing: [],
        questions: [],
      });
      expect(await looked.sql('head')).toContain('CREATE TABLE "users"');
      expect(await looked.sql('base')).toBe(await looked.sql('head'));
      expect(scratches()).toHaveLength(2);
      await looked.close();
      expect(scratches()).toEqual([]);
      expect(checksum(checkout.repository.directory)).toBe(before);
    } finally {
      checkout.remove();
    }
  });

  test('what is missing is told apart from what base lacks too, and from what may be a rename', async () => {
    const standing = first.replace('name: text()', "name: text(), old: text('old')");
    const now = `${standing.replace('name: text()', 'fullName: text("full_name")')}
export const tags = pgTable('tags', { id: integer() });`;
    const checkout = installed(
      major,
      { ...project, ...migrations, 'src/schema.ts': schema(standing) },
      { 'src/schema.ts': schema(now) },
    );
    try {
      const looked = await checkout.look();
      await looked.close();
      expect(looked.look).toMatchObject({
        state: 'drift',
        file: 'src/schema.ts',
        missing: [{ sql: expect.stringContaining('CREATE TABLE "tags"'), atBase: false }],
      });
      // Until somebody answers, the column that base lacks too may be the new name of the one that is gone.
      expect('questions' in looked.look && looked.look.questions).toEqual(
        expect.arrayContaining([
          { kind: 'column', from: ['public.users.name'], to: 'public.users.full_name', atBase: false },
          { kind: 'column', from: ['public.users.name'], to: 'public.users.old', atBase: false },
        ]),
      );
    } finally {
      checkout.remove();
    }
  });

  test('a column that base lacks too is standing debt', async () => {
    const standing = first.replace('name: text()', "name: text(), old: text('old')");
    const checkout = installed(
      major,
      { ...project, ...migrations, 'src/schema.ts': schema(standing) },
      { 'src/schema.ts': schema(standing.replace('old: text', "extra: text('extra'), old: text")) },
    );
    try {
      const looked = await checkout.look();
      await looked.close();
      expect(looked.look).toMatchObject({ state: 'drift', questions: [] });
      const missing = 'missing' in looked.look ? looked.look.missing : [];
      expect(missing.map(({ sql, atBase }) => `${sql} ${atBase}`).sort()).toEqual([
        'ALTER TABLE "users" ADD COLUMN "extra" text false',
        'ALTER TABLE "users" ADD COLUMN "old" text true',
      ]);
    } finally {
      checkout.remove();
    }
  });

  test('every kind of rename is asked about, and drop and make anew is spelled out', async () => {
    const renamed = first
      .replace("'role', [", "'kind', [")
      .replace("'users'", "'people'")
      .replace('author: integer()', "writer: integer('writer')");
    const checkout = installed(major, { ...project, 'src/schema.ts': schema(renamed) });
    const workspace = await checkout.open();
    try {
      const apart = await generateApart(workspace, relative(migrations), limit);
      if (apart.state !== 'generated') throw new Error(JSON.stringify(apart));
      expect(apart.questions.map(({ kind, from, to }) => `${kind} ${from.join()} > ${to}`).sort()).toEqual([
        'column public.posts.author > public.posts.writer',
        'enum public.role > public.kind',
        'table public.users > public.people',
      ]);
      const parsed = await parseSql(apart.sql);
      const nodes = 'statements' in parsed ? parsed.statements.map(({ node }) => node) : [];
      expect(nodes).toEqual(
        expect.arrayContaining(['DropStmt', 'CreateStmt', 'CreateEnumStmt', 'AlterTableStmt']),
      );
      expect(apart.sql).not.toContain('RENAME');
    } finally {
      await workspace.close();
      checkout.remove();
    }
  });

  test('what was generated is the ground for the next schema', async () => {
    const checkout = installed(major, { ...project, 'src/schema.ts': schema(first) });
    const workspace = await checkout.open();
    try {
      const whole = await wholeSchema(workspace, limit);
      expect(whole.state === 'generated' && (await generate(workspace, whole.files, limit))).toEqual({
        state: 'in-sync',
      });
    } finally {
      await workspace.close();
      checkout.remove();
    }
  });
});

test('a kit and a folder of different majors are told in their own words', async () => {
  const folders = { 'drizzle/20260101000000_a/migration.sql': 'create table a (id int);\n' };
  const journal = { 'drizzle/meta/_journal.json': '{ "entries": [] }\n' };
  for (const [major, migrations, words] of [
    [0, folders, 'are folders as drizzle-kit 1.0 writes them, and the installed drizzle-kit 0.31.11 cannot'],
    [1, journal, 'drizzle still has the journal of 0.x, which it refuses to read'],
  ] as const) {
    const checkout = installed(major, { ...project, ...migrations, 'src/schema.ts': schema(first) });
    const looked = await checkout.look();
    await looked.close();
    expect(looked.look).toMatchObject({ state: 'unreadable', what: expect.stringContaining(words) });
    checkout.remove();
  }
});

test('no config, no answer and no noise', async () => {
  const checkout = checkOut({ 'README.md': 'Nothing.\n' });
  const looked = await checkout.look({ history: { drizzle: null } });
  expect(looked.look).toEqual({
    state: 'unchecked',
    kit: null,
    why: 'there is no Drizzle config',
    prominent: false,
  });
  expect(await looked.sql('head')).toBeNull();
  await looked.close();
  checkout.remove();
});

/** The folder that drizzle-kit makes of a schema, as files of the repository. */
async function migrationsOf(major: Major, body: string): Promise<Files> {
  const checkout = installed(major, { ...project, 'src/schema.ts': schema(body) });
  const workspace = await checkout.open();
  const whole = await wholeSchema(workspace, limit);
  await workspace.close();
  checkout.remove();
  if (whole.state !== 'generated') throw new Error(JSON.stringify(whole));
  return Object.fromEntries([...whole.files].map(([path, content]) => [`drizzle/${path}`, content]));
}

function relative(files: Files): Map<string, Buffer> {
  return new Map(
    Object.entries(files).map(([path, content]) => [path.replace(/^drizzle\//, ''), content as Buffer]),
  );
}
