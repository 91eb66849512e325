/** What drizzle-kit asks instead of writing: both readings, with the SQL of the one that keeps the data. */
import { describe, expect, test } from 'vitest';
import type { SchemaLook } from '../../src/history/kit/look.ts';
import { possibleRename } from '../../src/rules/possible-rename.ts';
import { renameSql } from '../../src/rules/rename-sql.ts';
import { asked, drift, evidence } from './evidence.ts';

function renames(schema: SchemaLook) {
  return possibleRename.scope === 'change' ? possibleRename.check(evidence({ schema })) : [];
}

describe('possible-rename, from questions', () => {
  test('shows both readings, and every candidate', () => {
    const [finding] = renames(
      drift([], { questions: [asked('column', ['public.a.name', 'public.a.title'], 'public.a."fullName"')] }),
    );
    expect(finding).toMatchObject({
      object: 'public.a."fullName"',
      title:
        'public.a."fullName" may be one of public.a.name and public.a.title under another name: drizzle-kit asks, and no migration answers',
      fix: 'alter table public.a rename column name to "fullName";\n-- or: alter table public.a rename column title to "fullName";',
    });
  });

  test('is standing where drizzle-kit asks at base too', () => {
    const found = renames(drift([], { questions: [asked('table', ['public.a'], 'public.b', true)] }));
    expect(found).toMatchObject([{ object: 'public.a', standing: true }]);
  });

  test.each([
    ['table', 'public.a', 'public.b', 'alter table public.a rename to b;'],
    ['table', 'public.a', 'app.a', 'alter table public.a set schema app;'],
    ['enum', 'public.mood', 'public."Mood"', 'alter type public.mood rename to "Mood";'],
    ['sequence', 'public.s', 'public.t', 'alter sequence public.s rename to t;'],
    ['view', 'public.v', 'public.w', 'alter view public.v rename to w;'],
    ['policy', 'public.a."Own rows"', 'public.a.own', 'alter policy "Own rows" on public.a rename to own;'],
    ['schema', 'app', 'core', 'alter schema app rename to core;'],
    ['role', 'reader', 'readers', 'alter role reader rename to readers;'],
    ['column', 'public."a.b".c', 'public."a.b".d', 'alter table public."a.b" rename column c to d;'],
    ['column', 'public.a.c', 'public.b.c', null],
    ['table', 'public.a', 'app.b', null],
    ['other', 'x', 'y', null],
  ] as const)('gives the SQL of a renamed %s, from %s to %s', (kind, from, to, sql) => {
    expect(renameSql(kind, from, to)).toBe(sql);
  });
});
