/** Who is said to reach an unprotected table, and tables that need words of their own. */
import { expect, test } from 'vitest';
import { reachOf } from '../../src/rules/reach.ts';
import { tableWithoutRls } from '../../src/rules/table-without-rls.ts';
import { catalog, grant, role, schema, state, table } from './evidence.ts';

function rolesThatReach(...[fields]: Parameters<typeof catalog>): string[] {
  const all = catalog(fields);
  return reachOf(all, all.tables[0] ?? table('missing')).flatMap(({ role, privileges }) =>
    privileges.length > 0 ? [`${role} ${privileges.join('+')}`] : [],
  );
}

test('a grant to PUBLIC reaches both roles', () => {
  expect(rolesThatReach({ tables: [table('a', { grants: [grant('public', 'SELECT')] })] })).toEqual([
    'anon SELECT',
    'authenticated SELECT',
  ]);
});

test('a grant to a role one is a member of reaches too, over any number of steps', () => {
  const roles = [
    role('anon'),
    role('authenticated', ['members']),
    role('members', ['readers']),
    role('readers'),
  ];
  const tables = [table('a', { grants: [grant('readers', 'INSERT')] })];
  expect(rolesThatReach({ tables, roles })).toEqual(['authenticated INSERT']);
});

test('roles that are members of each other in a circle do not hang it', () => {
  const roles = [role('anon', ['authenticated']), role('authenticated', ['anon'])];
  expect(rolesThatReach({ tables: [table('a')], roles })).toEqual([]);
});

test('without USAGE on the schema no grant on the table helps', () => {
  const tables = [table('a', { grants: [grant('anon', 'SELECT')] })];
  expect(rolesThatReach({ tables, schemas: [schema('public', [])] })).toEqual([]);
});

test('TRUNCATE, which Supabase grants by default, is nothing a request can do', () => {
  expect(rolesThatReach({ tables: [table('a', { grants: [grant('anon', 'TRUNCATE')] })] })).toEqual([]);
});

test('a foreign table is found, and the way out is not row level security, which it cannot have', () => {
  const [finding] = tableWithoutRls.check(
    state(catalog({ tables: [table('a', { kind: 'foreign-table' })] })),
  );
  expect(finding).toMatchObject({
    object: 'public.a',
    fix: 'revoke all on public.a from anon, authenticated;',
  });
  expect(finding?.remedy).toContain('schema the Data API does not serve');
});

test("an extension's table is not the user's to protect", () => {
  expect(tableWithoutRls.check(state(catalog({ tables: [table('a', { extension: 'postgis' })] })))).toEqual(
    [],
  );
});

test("Drizzle's own table is called by what it is, and its fix opens it to nobody", () => {
  const migrationsTable = { schema: 'public', name: 'applied' };
  const [finding] = tableWithoutRls.check(
    state(catalog({ tables: [table('applied')] }), { migrationsTable }),
  );
  expect(finding?.title).toBe("public.applied, Drizzle's migrations table, has no row level security");
  expect(finding?.fix).toBe('alter table public.applied enable row level security;');
});
