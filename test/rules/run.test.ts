/** What is introduced, what stands, what a sharper rule has said, and in which order. */
import { expect, test } from 'vitest';
import type { TableObject } from '../../src/catalog/catalog.ts';
import { rules } from '../../src/rules/index.ts';
import { runRules } from '../../src/rules/run.ts';
import { catalog, evidence, state, table } from './evidence.ts';

/** null: that state was never reached. */
function found(base: readonly TableObject[] | null, head: readonly TableObject[] | null): string[] {
  const seen = evidence({
    replay: null,
    base: base === null ? null : state(catalog({ tables: base })),
    head: head === null ? null : state(catalog({ tables: head })),
  });
  return runRules(rules, seen).map(
    ({ rule, finding, introduced }) => `${rule.id} ${finding.object}${introduced ? '' : ' (standing)'}`,
  );
}

test('what base has too is standing, what is new at head is introduced, sorted by object', () => {
  expect(found([table('bb')], [table('ccc'), table('bb')])).toEqual([
    'table-without-rls public.bb (standing)',
    'table-without-rls public.ccc',
  ]);
});

test('what base had and head has not is nobody’s concern', () => {
  expect(found([table('bb')], [table('bb', { rowSecurity: true, partitionBound: 'x' })])).toEqual([]);
});

test('a table that was renamed brings its standing debt along', () => {
  expect(found([table('bb', { oid: 7 })], [table('ccc', { oid: 7 })])).toEqual([
    'table-without-rls public.ccc (standing)',
  ]);
});

test('another table under the old name is not the old one: its faults are old, the rows are gone', () => {
  expect(found([table('bb', { oid: 7 })], [table('bb', { oid: 8 })])).toEqual([
    'table-dropped public.bb',
    'table-without-rls public.bb (standing)',
  ]);
});

test('without a base state nothing is standing', () => {
  expect(found(null, [table('bb')])).toEqual(['table-without-rls public.bb']);
});

test('without a head state only the history can speak', () => {
  expect(found([table('bb')], null)).toEqual([]);
});

test('protection that was switched off is said once, by the sharper rule', () => {
  expect(found([table('bb', { rowSecurity: true })], [table('bb')])).toEqual(['rls-disabled public.bb']);
});
