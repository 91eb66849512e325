/** The plan of a repository that commits no migrations, made by both majors of drizzle-kit. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GatekeeperError } from '../../../src/errors.ts';
import type { History } from '../../../src/history/history.ts';
import { generatedPlan } from '../../../src/history/kit/generated-plan.ts';
import { planDigest, planSql } from '../../../src/history/plan.ts';
import { installKit, type KitMajor, kits } from '../../judge.ts';
import { historyBetween, treeOf } from '../memory-tree.ts';

type Texts = Readonly<Record<string, string>>;

const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-plan-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Checkouts are only asked for their node_modules. */
const roots = new Map<KitMajor | null, string>();
for (const major of [null, ...(Object.keys(kits) as KitMajor[])]) {
  const root = join(scratch, String(major));
  mkdirSync(root);
  if (major !== null) installKit(root, major);
  roots.set(major, root);
}

const config = {
  'drizzle.config.ts': `import { defineConfig } from 'drizzle-kit';
if (!process.env.DIRECT_URL) throw new Error('DIRECT_URL is missing');
export default defineConfig({ dialect: 'postgresql', schema: './db/schema.ts', out: './drizzle', dbCredentials: { url: process.env.DIRECT_URL } });
`,
};
const schema = (text: string): Texts => ({
  ...config,
  'db/schema.ts': `import { integer, pgEnum, pgTable, serial, text } from 'drizzle-orm/pg-core';\n${text}`,
});
const hive =
  "export const hive = pgTable('hive', { id: serial('id').primaryKey(), place: text('place') });\n";
const queen =
  "export const queen = pgTable('queen', { id: serial('id').primaryKey(), hive: integer('hive') });\n";
const rls = { 'db/rls.sql': 'alter table hive enable row level security;\n' };

async function plan(kit: KitMajor | null, base: Texts, head: Texts): Promise<History> {
  const history = await historyBetween(base, head, { migrationsFrom: 'schema' });
  const root = roots.get(kit) ?? '';
  const made = await generatedPlan({
    root,
    base: treeOf(base, 'base'),
    head: treeOf(head),
    history,
    deadlineMs: 60_000,
  });
  return made.history;
}

async function refusal(kit: KitMajor | null, base: Texts, head: Texts) {
  const error = await plan(kit, base, head).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatekeeperError)) throw new Error(`no known failure: ${String(error)}`);
  return { code: error.code, text: `${error.message} ${error.remedy}` };
}

function statements(history: History): string[] {
  return history.new.flatMap((migration) => migration.statements.map(({ sql }) => sql));
}

describe.each(['0.x', '1.0'] as const)('with drizzle-kit %s', (kit) => {
  test('base is the schema from nothing, the new set what leads to head', async () => {
    const history = await plan(kit, { ...schema(hive), ...rls }, { ...schema(hive + queen), ...rls });
    expect(history.base.map(({ tag, state, file, isGenerated }) => [tag, state, file, isGenerated])).toEqual([
      ['schema-at-base', 'base', 'schema-at-base.sql', true],
    ]);
    expect(history.base[0]?.statements.map(({ node }) => node)).toEqual(['CreateStmt']);
    expect(history.new.map(({ tag, state, file, isGenerated }) => [tag, state, file, isGenerated])).toEqual([
      ['schema-change', 'new', 'plan.sql', true],
    ]);
    expect(statements(history).join()).toMatch(/^CREATE TABLE "queen"/);
    expect(history.migrationsTable).toBeNull();

    // A finding's line is the line of the plan that people are shown.
    const lines = planSql(history).split('\n');
    expect(history.new[0]?.statements.map(({ line }) => lines[line - 1])).toEqual(['CREATE TABLE "queen" (']);
    expect(lines).toContain('-- db/rls.sql');
    expect(planDigest(history)).not.toBe(planDigest({ ...history, new: [] }));
  });

  test('what may be a rename is dropped and made anew, whatever else changes', async () => {
    const renamed = schema(
      hive.replace("place: text('place')", "site: text('site')") +
        queen.replaceAll('queen', 'monarch') +
        "export const mood = pgEnum('temper', ['calm']);\n",
    );
    const before = schema(`${hive}${queen}export const mood = pgEnum('mood', ['calm']);\n`);
    const text = statements(await plan(kit, before, renamed)).join('\n');
    expect(text).toMatch(/DROP TABLE "queen"/);
    expect(text).toMatch(/CREATE TABLE "monarch"/);
    expect(text).toMatch(/ALTER TABLE "hive" DROP COLUMN "place"/);
    expect(text).toMatch(/ALTER TABLE "hive" ADD COLUMN "site" text/);
    expect(text).toMatch(/DROP TYPE "(?:public"\.")?mood"/);
    expect(text).toMatch(/CREATE TYPE "(?:public"\.")?temper"/);
    expect(text).not.toMatch(/RENAME/);
  });
});

test('nothing is new where the schema says the same in other words', async () => {
  const history = await plan('0.x', schema(hive), {
    ...schema(hive.replace('hive =', 'hives =')),
    'README.md': 'x\n',
  });
  expect(history.base).toHaveLength(1);
  expect(history.new).toEqual([]);
});

describe('there is no schema at base', () => {
  test.each<readonly [string, Texts]>([
    ['and no config', { 'README.md': 'x\n' }],
    ['but a config', config],
    ['but an empty file', schema('')],
  ])('%s', async (_, base) => {
    const history = await plan('0.x', base, schema(hive));
    expect(history.base).toEqual([]);
    expect(statements(history).join()).toMatch(/^CREATE TABLE "hive"/);
  });
});

describe('there is no plan', () => {
  test('where the dependencies are not installed: with what to add to the workflow', async () => {
    const head = { ...schema(hive), 'bun.lock': '{}\n' };
    const { code, text } = await refusal(null, head, head);
    expect(code).toBe('schema-plan-impossible');
    expect(text).toContain('bun install --frozen-lockfile');
  });

  test('where head cannot be read', async () => {
    const { code, text } = await refusal(
      '0.x',
      schema(hive),
      schema(`import { x } from './gone';\n${hive}x();\n`),
    );
    expect(code).toBe('schema-plan-impossible');
    expect(text).toContain('at head');
    expect(text).toContain('db/schema.ts');
  });

  test('where base cannot be read: that is mended there', async () => {
    const { text } = await refusal('0.x', schema(`${hive}throw new Error('not today');\n`), schema(hive));
    expect(text).toContain('at base');
    expect(text).toContain('not today');
    expect(text).toContain('Mend it on the base branch first.');
  });
});
