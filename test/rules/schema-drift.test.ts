/** What is said when schema and migrations disagree: which of two readings, whose debt, and what is not known. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ColumnObject } from '../../src/catalog/catalog.ts';
import type { SchemaLook } from '../../src/history/kit/look.ts';
import { parseSql } from '../../src/history/statements.ts';
import type { Evidence, Finding } from '../../src/rules/rule.ts';
import { schemaDrift } from '../../src/rules/schema-drift.ts';
import { schemaUnreadable } from '../../src/rules/schema-unreadable.ts';
import { asked, catalog, drift, evidence, nothingRan, state, table } from './evidence.ts';

// Loads the parser, which the rules use without waiting.
beforeAll(() => parseSql('select 1'));

function drifts(schema: SchemaLook, fields: Partial<Evidence> = {}) {
  return schemaDrift.scope === 'change' ? schemaDrift.check(evidence({ schema, ...fields })) : [];
}

describe('schema-drift, from drizzle-kit', () => {
  test('gives the SQL, and the command with the config that it needs', () => {
    const [finding] = drifts(
      drift(['ALTER TABLE "a" ADD COLUMN "b" text', 'CREATE INDEX "i" ON "a" ("b");']),
    );
    expect(finding).toMatchObject({
      object: 'apps/web/src/schema.ts',
      file: 'apps/web/src/schema.ts',
      title: 'The schema has changed and no migration says so: drizzle-kit would write 2 statements',
      fix: 'ALTER TABLE "a" ADD COLUMN "b" text;\nCREATE INDEX "i" ON "a" ("b");',
      standing: false,
    });
    expect(finding?.remedy).toContain('`drizzle-kit generate --config=drizzle-prod.config.ts` in apps/web');
  });

  test('keeps what base lacks too apart from what this pull request forgot', () => {
    const found = drifts(drift([['ALTER TABLE "a" ADD COLUMN "old" text', 'at base'], 'DROP INDEX "i"']));
    expect(found.map(({ fix, standing }) => [fix, standing])).toEqual([
      ['DROP INDEX "i";', false],
      ['ALTER TABLE "a" ADD COLUMN "old" text;', true],
    ]);
  });

  test.each([
    [
      '0.x',
      [
        'ALTER TABLE "a" DISABLE ROW LEVEL SECURITY;',
        'DROP TABLE "a" CASCADE;',
        'DROP TYPE "public"."mood";',
      ],
    ],
    ['1.0', ['DROP POLICY "p" ON "a";', 'ALTER TABLE "b" DROP CONSTRAINT "b_a_fkey";', 'DROP TABLE "a";']],
  ])('says of tables that only vanish that they are not exported any more (%s)', (_, missing) => {
    const [finding] = drifts(drift(missing));
    expect(finding?.title).toBe('drizzle-kit would drop public.a: the schema no longer exports it');
    expect(finding?.remedy).toContain('Export the table at the top level');
  });

  test('says no such thing where a table vanishes while another one comes, or where none vanishes', () => {
    for (const missing of [
      ['DROP TABLE "a" CASCADE;', 'CREATE TABLE "b" ("id" integer);'],
      ['DROP INDEX "i";', 'DROP POLICY "p" ON "a";'],
      ['ALTER TABLE "a" DROP COLUMN "b";', 'DROP TABLE "a";'],
      ['DROP TABLE "a" CASCADE;', 'this is no SQL'],
    ])
      expect(drifts(drift(missing))[0]?.title).toContain('drizzle-kit would write 2 statements');
  });

  test('says that 1.0 passes over `casing`, whether it asks or writes', () => {
    const kit = 'drizzle-kit 1.0.0-rc.5';
    const questions = [asked('column', ['public.a.created_at', 'public.a.made_by'], 'public.a."createdAt"')];
    const written = [
      'ALTER TABLE "a" DROP COLUMN "created_at";',
      'ALTER TABLE "a" ADD COLUMN "createdAt" timestamp;',
    ];
    for (const look of [drift([], { kit, questions }), drift(written, { kit })])
      expect(drifts(look)[0]?.remedy).toContain('snakeCase.table(…)');
    expect(drifts(drift(written))[0]?.title).toContain('2 statements');
    const other = drift([], { kit, questions: [asked('column', ['public.a.name'], 'public.a."fullName"')] });
    expect(drifts(other)[0]?.title).toContain('drizzle-kit asks what became of public.a.name');
  });

  test("says that a table of Supabase's was exported, but not of one that is the project's own", () => {
    const look = drift(['CREATE TABLE "auth"."users" ("id" uuid PRIMARY KEY NOT NULL);']);
    const users = table('users', { object: 'auth.users', schema: 'auth' });
    const supabase = { head: state(catalog({ tables: [users] })) };
    expect(drifts(look, supabase)[0]?.title).toBe(
      'drizzle-kit would make auth.users, which every Supabase project has',
    );
    const plain = { head: state(catalog({ tables: [users] }), { platform: 'postgres' }) };
    expect(drifts(look, plain)[0]?.title).toContain('drizzle-kit would write 1 statement');
  });

  test('shows no more SQL than somebody reads', () => {
    const [finding] = drifts(drift(Array.from({ length: 50 }, (_, n) => `DROP INDEX "i${n}"`)));
    expect(finding?.fix?.split('\n')).toHaveLength(41);
    expect(finding?.fix).toMatch(/-- and 10 more statements$/);
  });

  test('is silent when they agree, and when nobody looked', () => {
    expect(drifts({ ...drift([]), state: 'in-sync' })).toEqual([]);
    expect(drifts({ state: 'unchecked', kit: null, why: 'x', prominent: true })).toEqual([]);
  });
});

describe('schema-drift, from the two databases', () => {
  const hive = table('hive');
  const column = (name: string, of = hive): ColumnObject => ({
    oid: of.oid,
    object: `${of.object}.${name}`,
    table: of.object,
    number: 1,
    name,
    type: 'text',
    notNull: false,
    default: null,
    generated: null,
    identity: null,
    collation: null,
    grants: [],
  });
  const declared = catalog({ tables: [hive], columns: [column('note')] });
  const without = catalog({ tables: [hive] });
  const insync: SchemaLook = { ...drift([]), state: 'in-sync' };
  const apart: Partial<Evidence> = {
    base: state(without),
    head: state(without),
    declared: { head: declared, base: without },
  };
  const told = (found: readonly (Finding & { readonly standing?: boolean })[]) =>
    found.map(({ object, standing }) => `${object}${standing === true ? ' (standing)' : ''}`);

  test('names what is missing, with the SQL for it', () => {
    const [finding] = drifts(insync, apart);
    expect(finding).toMatchObject({
      object: 'public.hive.note',
      file: 'apps/web/src/schema.ts',
      title: 'public.hive.note is declared in the schema and missing in the migrated database',
      fix: 'alter table public.hive add column note text;',
      standing: false,
    });
  });

  test('is standing where base has the same, also under its old name', () => {
    expect(told(drifts(insync, { ...apart, declared: { head: declared, base: declared } }))).toEqual([
      'public.hive.note (standing)',
    ]);
    const old = table('colony', { oid: hive.oid });
    const renamed = {
      base: state(catalog({ tables: [old] })),
      head: state(without),
      declared: { head: declared, base: catalog({ tables: [old], columns: [column('note', old)] }) },
    };
    expect(told(drifts(insync, renamed))).toEqual(['public.hive.note (standing)']);
  });

  test('takes a table that base has for standing where nobody knows what base declared', () => {
    const unknown = { head: declared, base: null };
    expect(told(drifts(insync, { ...apart, declared: unknown }))).toEqual(['public.hive.note (standing)']);
    expect(told(drifts(insync, { ...apart, base: state(catalog()), declared: unknown }))).toEqual([
      'public.hive.note',
    ]);
  });

  test('leaves the word to drizzle-kit where that sees it too', () => {
    const missing = 'ALTER TABLE "hive" ADD COLUMN "note" text;';
    expect(told(drifts(drift([missing]), apart))).toEqual(['apps/web/src/schema.ts']);
    expect(told(drifts(drift([[missing, 'at base']]), apart))).toEqual([
      'public.hive.note',
      'apps/web/src/schema.ts (standing)',
    ]);
  });

  test('is silent where the migrations did not run to their end, or not all of them', () => {
    const statement = {
      file: 'a.sql',
      line: 1,
      sql: 'select 1',
      node: 'SelectStmt',
      because: 'why',
      error: null,
      locks: [],
      rewrites: [],
      durationMs: 1,
    };
    const failed = { ...statement, outcome: 'failed' as const };
    const left = { ...statement, outcome: 'not-executed' as const };
    const migration = { file: 'a.sql', tag: 'a', state: 'new' as const, sha256: '', statements: [left] };
    const gap = {
      place: { file: 'a.sql', line: 1 },
      error: { sqlstate: '42P01', message: 'x', hint: null, deadline: false },
      missing: [],
    };
    const standing = { head: declared, base: declared };
    expect(drifts(insync, { ...apart, replay: { ...nothingRan, failed } })).toEqual([]);
    expect(drifts(insync, { ...apart, replay: { ...nothingRan, new: [migration] } })).toEqual([]);
    expect(drifts(insync, { ...apart, declared: standing, replay: { ...nothingRan, gaps: [gap] } })).toEqual(
      [],
    );
    expect(drifts(insync, { ...apart, replay: null })).toEqual([]);
    expect(told(drifts(insync, { ...apart, replay: { ...nothingRan, gaps: [gap] } }))).toEqual([
      'public.hive.note',
    ]);
  });

  test('is a warning where only indexes differ', () => {
    const index = {
      oid: 7,
      object: 'public.hive.by_note',
      table: hive.object,
      name: 'by_note',
      definition: 'CREATE INDEX by_note ON public.hive USING btree (note)',
      unique: false,
      primary: false,
      valid: true,
      columns: ['note'],
      partial: false,
      constraint: null,
    };
    const columns = [column('note')];
    const both = { tables: [hive], columns };
    const head = catalog({ ...both, indexes: [index] });
    const [finding] = drifts(insync, {
      base: state(catalog(both)),
      head: state(catalog(both)),
      declared: { head, base: catalog(both) },
    });
    expect(finding).toMatchObject({ object: 'public.hive.by_note', severity: 'warning' });
    expect(finding?.fix).toBe('CREATE INDEX by_note ON public.hive USING btree (note);');
  });

  test('is a notice where drizzle-kit only spells what stands there already', () => {
    const own = {
      oid: 9,
      object: 'public.hive.own',
      table: hive.object,
      name: 'own',
      permissive: true,
      command: 'select' as const,
      roles: ['authenticated'],
      using: 'true',
      withCheck: null,
    };
    const same = catalog({ tables: [hive], policies: [own] });
    const other = catalog({ tables: [hive], policies: [{ ...own, using: 'false' }] });
    const alter = 'ALTER POLICY "own" ON "hive" TO authenticated USING ( true );';
    const again = ['DROP POLICY "own" ON "hive" CASCADE;', 'CREATE POLICY "own" ON "hive" USING (true);'];
    const severity = (missing: readonly string[], fields: Partial<Evidence>) =>
      drifts(drift(missing), { base: state(same), ...fields })[0]?.severity;
    const head = state(same);
    const declaredSame = { head: same, base: null };
    expect(severity([alter], { head, declared: declaredSame })).toBe('notice');
    expect(severity(again, { head, declared: declaredSame })).toBe('notice');
    expect(severity([alter], { head, declared: { head: other, base: null } })).toBeUndefined();
    expect(severity([alter], { head, declared: null })).toBeUndefined();
    // Not declared any more, so its drop would change something.
    expect(
      severity(['DROP POLICY "own" ON "hive";'], { head, declared: { head: without, base: null } }),
    ).toBeUndefined();
    expect(severity([alter, 'DROP TABLE "x";'], { head, declared: declaredSame })).toBeUndefined();
  });

  test('leaves row level security of served tables to the rules about access', () => {
    const protectedHive = table('hive', { rowSecurity: true });
    const fields = { ...apart, declared: { head: catalog({ tables: [protectedHive] }), base: without } };
    expect(drifts(insync, fields)).toEqual([]);
    const hidden = { head: state(without, { exposedSchemas: ['api'] }) };
    expect(drifts(insync, { ...fields, ...hidden })[0]?.detail).toContain('has row level security');
  });
});

describe('schema-unreadable', () => {
  const look: SchemaLook = {
    state: 'unreadable',
    kit: 'drizzle-kit 0.31.11',
    file: 'src/schema.ts',
    line: 7,
    what: 'Unexpected token',
    remedy: 'Correct it.',
    atBase: true,
  };
  test('is standing where base cannot be read either', () => {
    const found =
      schemaUnreadable.scope === 'change' ? schemaUnreadable.check(evidence({ schema: look })) : [];
    expect(found).toMatchObject([{ file: 'src/schema.ts', line: 7, standing: true }]);
    expect(found[0]?.detail).toMatch(/^Unexpected token\. /);
  });
});
