/** A schema that leans on what only migrations make: extensions, functions, domains, tables of Supabase. */
import { expect, test } from 'vitest';
import { declaredDifferences } from '../../src/catalog/declared.ts';
import { takeSnapshot } from '../../src/catalog/snapshot.ts';
import { parsePlain } from '../../src/history/sql-files.ts';
import { buildDeclared } from '../../src/replay/declared.ts';
import { replay } from '../../src/replay/replay.ts';
import { withServer } from '../server.ts';
import { historyOf } from './project.ts';

const options = {
  transaction: 'all',
  platform: 'supabase',
  seedRows: 0,
  statementDeadlineMs: 60_000,
  overallDeadlineMs: 120_000,
} as const;

/** As drizzle-kit writes it. */
const schema = `CREATE SCHEMA "private";
--> statement-breakpoint
CREATE TYPE "private"."kind" AS ENUM('a', 'b');--> statement-breakpoint
CREATE TABLE "keeper" (
	"id" uuid PRIMARY KEY DEFAULT "private"."next_id"() NOT NULL,
	"mail" "extensions"."citext" NOT NULL,
	"face" vector(3),
	"code" "postcode",
	"kind" "private"."kind"
);
--> statement-breakpoint
ALTER TABLE "keeper" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "keeper" ADD CONSTRAINT "keeper_id_users_id_fk" FOREIGN KEY ("id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "keeper_face" ON "keeper" USING hnsw ("face" vector_cosine_ops) WITH (m = 16);--> statement-breakpoint
CREATE POLICY "own" ON "keeper" AS PERMISSIVE FOR SELECT TO "authenticated" USING (private.is_keeper("keeper"."id"));--> statement-breakpoint
CREATE POLICY "files" ON "storage"."objects" AS PERMISSIVE FOR SELECT TO "authenticated" USING (private.is_keeper((select auth.uid())));`;

const around = `create schema if not exists private;
create extension citext with schema extensions;
create extension vector;
create domain postcode as text check (value <> '');
create function private.next_id() returns uuid language sql as 'select gen_random_uuid()';`;

/** It returns rows of a table that has to be there first. */
const after = `create function private.is_keeper(who uuid) returns boolean language sql stable security definer as
  'select exists (select from public.keeper where id = who)';
create function private.keepers() returns setof public.keeper language sql as 'select * from public.keeper';
create index by_hand on keeper (mail);`;

test('what the migrations make around it is there, and nothing differs from the migrated database', async () => {
  const [table = '', ...rest] = schema.split('--> statement-breakpoint\nALTER TABLE "keeper" ENABLE');
  const history = await historyOf({
    base: [around, table.replace('CREATE SCHEMA "private";', ''), after],
    new: [`ALTER TABLE "keeper" ENABLE${rest.join('')}`],
  });
  const migrated = await withServer(async (server) => {
    const { failed, gaps } = await replay(server, history, options, async () => undefined);
    expect([failed, gaps]).toEqual([null, []]);
    return await takeSnapshot(await server.connect('supabase_admin'));
  });
  const declared = await withServer(async (server) => {
    const { failed } = await buildDeclared(server, await parsePlain('', schema), { history, options });
    // Both have made it; the one of the migrations came first.
    expect(failed.map(({ sql }) => sql)).toEqual(['CREATE SCHEMA "private"']);
    return await takeSnapshot(await server.connect('supabase_admin'));
  });
  expect(declaredDifferences(declared, migrated)).toEqual([]);
  expect(declared.policies.map(({ object }) => object)).toEqual([
    'public.keeper.own',
    'storage.objects.files',
  ]);
  expect(declared.columns.map(({ object, type }) => `${object} ${type}`)).toContain(
    'public.keeper.face public.vector(3)',
  );
});

test('what cannot be made is said and left out, and the rest is made', async () => {
  const sql = `CREATE TABLE "a" ("id" integer PRIMARY KEY);
CREATE TABLE "b" ("id" integer, "at" "nowhere");
CREATE TABLE "auth"."users" ("id" uuid PRIMARY KEY);
CREATE POLICY "p" ON "a" TO "postgres_role" USING (true);
CREATE POLICY "q" ON "a" TO "anon" USING (true);`;
  await withServer(async (server) => {
    const { failed } = await buildDeclared(server, await parsePlain('', sql));
    expect(failed.map(({ message }) => message)).toEqual([
      'type "nowhere" does not exist',
      'permission denied for schema auth',
      'role "postgres_role" does not exist',
    ]);
    const { policies, tables } = await takeSnapshot(await server.connect('supabase_admin'));
    expect(policies.map(({ object }) => object)).toEqual(['public.a.q']);
    expect(tables.flatMap(({ schema: name, object }) => (name === 'public' ? [object] : []))).toEqual([
      'public.a',
    ]);
  });
});
