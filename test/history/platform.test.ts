/** Whether a project is Supabase's: it is, unless there is proof that it is not, which no pull request brings alone. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, test } from 'vitest';
import { failure } from '../../src/errors.ts';

import { ownAuth } from '../../src/history/own-auth.ts';
import { type Platform, platformOf } from '../../src/history/platform.ts';

import { readSqlFile } from '../../src/history/statements.ts';
import { supabaseNamed } from '../../src/history/supabase-names.ts';
import { type Files, makeRepository, type TestRepository } from '../repository.ts';
import { a, config, drizzle, historyOf, readAt } from './project.ts';

const made: TestRepository[] = [];

afterEach(() => {
  for (const repository of made.splice(0)) repository.remove();
});

interface Change {
  readonly base: Files;
  readonly head?: Files;
  readonly bootstrapFile?: string;
  readonly worktree?: boolean;
}

async function judged({ base, head = {}, bootstrapFile, worktree = false }: Change): Promise<Platform> {
  const test = makeRepository(base);
  made.push(test);
  test.git('branch', 'base');
  if (worktree) test.write(head);
  else test.commit(head);
  const { repository, trees, history } = await readAt(test.directory, 'base', {
    worktree,
    bootstrapFile: bootstrapFile ?? null,
  });
  return platformOf('auto', history, { ...trees, search: repository.search });
}

/** Names nothing of Supabase. */
const plain: Files = {
  ...drizzle({
    '0000_a': a,
    '0001_user': [
      150,
      'create table "user" (id int, authenticated boolean, anon text); -- for authenticated users\n',
    ],
  }),
  'package.json': '{ "dependencies": { "drizzle-orm": "0.45.0" } }\n',
  'package-lock.json': '{ "packages": { "node_modules/@supabase/supabase-js": {} } }\n',
  'node_modules/x/index.js': 'require("@supabase/supabase-js")\n',
  '.agents/skills/postgres/SKILL.md': 'On Supabase, use the pooler.\n',
  'src/auth.ts': 'export const role = "authenticated"; auth.login(); storage.get("x");\n',
};
const nothingFound =
  'neither base nor head names a schema, role, package, folder or setting of Supabase, or uses row level security';

describe('a project that never names anything of Supabase', () => {
  it('is not taken for one', async () => {
    expect(await judged({ base: plain, head: { 'src/b.ts': 'export {};\n' } })).toEqual({
      platform: 'postgres',
      why: nothingFound,
    });
  });

  it.each<[string, Files, string]>([
    [
      'package',
      { 'web/package.json': '{\n  "x": 1,\n  "dependencies": { "@supabase/ssr": "1" }\n}\n' },
      'web/package.json:3 names Supabase',
    ],
    [
      'folder',
      { 'supabase/config.toml': 'x = 1\n' },
      'supabase/config.toml lies in a folder of the Supabase CLI',
    ],
    ['setting', { '.env.example': 'A=1\nSUPABASE_URL=\n' }, '.env.example:2 names Supabase'],
    [
      'role',
      { 'db/grants.sql': '-- x\nselect 1;\ngrant select on a to anon;\n' },
      'db/grants.sql:3 names the role anon',
    ],
    [
      'schema',
      { 'db/fk.sql': 'alter table a add foreign key (id) references auth.users;\n' },
      'db/fk.sql:1 names the schema auth',
    ],
    [
      'function in a body',
      { 'db/f.sql': 'create function me() returns uuid language sql as $$ select auth.uid() $$;\n' },
      'db/f.sql:1 names the schema auth',
    ],
    ['policy', { 'db/p.sql': 'create policy p on a;\n' }, 'db/p.sql:1 makes a policy'],
    [
      'table with RLS',
      { 'rls.sql': 'alter table a enable row level security;\n' },
      'rls.sql:1 turns row level security on',
    ],
    [
      'table with RLS in Drizzle',
      { 'src/schema.ts': 'export const a = pgTable("a", {}).enableRLS();\n' },
      'src/schema.ts:1 uses row level security',
    ],
  ])('is taken for one as soon as it names a %s, at base or in the pull request', async (_, files, why) => {
    expect(await judged({ base: plain, head: files })).toEqual({ platform: 'supabase', why });
    // What the pull request takes out was there.
    const gone = Object.fromEntries(Object.keys(files).map((path) => [path, null]));
    expect(await judged({ base: { ...plain, ...files }, head: gone })).toEqual({ platform: 'supabase', why });
  });

  it('is taken for one by a file that is not committed yet', async () => {
    const head = { 'supabase.ts': 'import "@supabase/supabase-js";\n' };
    expect(await judged({ base: plain, head, worktree: true })).toMatchObject({ platform: 'supabase' });
    expect(await judged({ base: plain, head: { 'b.ts': '' }, worktree: true })).toMatchObject({
      platform: 'postgres',
    });
  });
});

const ownSchema = 'create schema auth;\ncreate table auth.account (id int);\n';
const supabases: Files = { ...plain, 'package.json': '{ "dependencies": { "@supabase/ssr": "1" } }\n' };

describe('a project that makes its own schema auth', () => {
  it('is not Supabase, whatever else it names', async () => {
    const base = { ...supabases, ...drizzle({ '0000_a': a, '0001_auth': [200, ownSchema] }) };
    expect(await judged({ base })).toEqual({
      platform: 'postgres',
      why: 'drizzle/0001_auth.sql:1 makes a schema auth of its own, for auth.account',
    });
  });

  it('and uses the names of it, is not Supabase from its first pull request on', async () => {
    const migrations = drizzle({ '0000_auth': [100, ownSchema] });
    expect(await judged({ base: { 'README.md': 'x' }, head: migrations })).toMatchObject({
      platform: 'postgres',
    });
    // But where the base names Supabase, the pull request that adds such a schema decides nothing.
    expect(
      await judged({ base: supabases, head: drizzle({ '0000_a': a, '0001_auth': [200, ownSchema] }) }),
    ).toEqual({
      platform: 'supabase',
      why: 'package.json:1 names Supabase',
    });
  });

  it('by hand, is not Supabase when the bootstrap file was there before the pull request', async () => {
    const bootstrap = { 'boot.sql': ownSchema };
    const bootstrapFile = 'boot.sql';
    expect(await judged({ base: { ...supabases, ...bootstrap }, bootstrapFile })).toMatchObject({
      platform: 'postgres',
    });
    expect(await judged({ base: supabases, head: bootstrap, bootstrapFile })).toMatchObject({
      platform: 'supabase',
    });
  });

  it.each([
    [
      'only refers to the one of Supabase',
      'create schema auth; create table auth.users (id uuid primary key, email text);',
    ],
    [
      'made it only where there is none',
      'create schema if not exists auth; create table auth.account (id int);',
    ],
    ['puts nothing into it', 'create schema auth;'],
  ])('but %s, is Supabase', async (_, sql) => {
    expect(await judged({ base: drizzle({ '0000_auth': [100, sql] }) })).toMatchObject({
      platform: 'supabase',
      why: 'drizzle/0000_auth.sql:1 names the schema auth',
    });
  });
});

test('a pull request cannot hide a name by calling the file binary', async () => {
  const head = { '.gitattributes': '* binary\n*.sql -diff\n', 'drizzle.config.ts': config };
  const base = { ...plain, 'db/p.sql': 'create policy p on a;\n' };
  expect(await judged({ base, head })).toMatchObject({ platform: 'supabase' });
});

test('what the option says is not asked again', async () => {
  const history = await historyOfNothing();
  expect(await platformOf('postgres', history, null)).toEqual({
    platform: 'postgres',
    why: 'as told by the option platform',
  });
  expect(await platformOf('auto', history, null)).toEqual({
    platform: 'supabase',
    why: 'nothing says otherwise',
  });
});

test('a repository that git cannot search stays what it is by default', async () => {
  const nothing = {
    id: 'worktree',
    list: async () => [],
    look: async () => new Map<string, never>(),
    read: async () => new Map<string, never>(),
  };
  const search = async () => {
    throw failure('git-failed', { what: 'search abc', why: 'no answer within 30 s' });
  };
  expect(
    await platformOf('auto', await historyOfNothing(), { base: nothing, head: nothing, search }),
  ).toEqual({
    platform: 'supabase',
    why: 'the repository could not be searched for signs of another platform (git could not search abc: no answer within 30 s)',
  });
});

async function historyOfNothing() {
  const test = makeRepository(drizzle({ '0000_a': a }));
  made.push(test);
  return historyOf(test.directory, 'HEAD');
}

test.each([
  ['set role authenticated', 'names the role authenticated'],
  ['create role anon', 'names the role anon'],
  ['grant anon to app', 'names the role anon'],
  ['grant usage on schema storage to app', 'names the schema storage'],
  ["select realtime.send('{}', 'a', 'b')", 'names the schema realtime'],
  ['alter table a force row level security', 'turns row level security on'],
  ["do $$ begin execute 'grant all on a to authenticated'; end $$", 'names the role authenticated'],
  ['alter role supabase_admin nologin', 'names Supabase'],
  ['this is no SQL, create policy p', 'uses row level security'],
  ['select auth.role from auth', null],
  ["insert into a values ('auth.example.com to anon')", null],
  ["create function f() returns void language sql as $$ select 'not authenticated' $$", null],
  ['create table storage (id int, service_role text)', null],
])('%s: %s', async (sql, named) => {
  expect(await supabaseNamed(sql, [])).toBe(named);
});

test('nothing of the schema auth that we describe is foreign to it', async () => {
  const files = await Promise.all(
    ['auth', 'auth-functions'].map((name) => {
      const text = readFileSync(new URL(`../../src/database/supabase/${name}.sql`, import.meta.url), 'utf8');
      return readSqlFile(`${name}.sql`, text, { breakpoints: false });
    }),
  );
  const schema = await readSqlFile('schema.sql', 'create schema auth;', { breakpoints: false });
  expect(await ownAuth([schema, ...files])).toBeNull();
  const more = await readSqlFile('more.sql', 'create function auth.login() returns int return 1;', {
    breakpoints: false,
  });
  expect(await ownAuth([schema, ...files, more])).toEqual({
    file: 'schema.sql',
    line: 1,
    foreign: 'auth.login',
  });
});
