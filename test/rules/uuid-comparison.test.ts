/** Naming the column that is compared with the id of the user. */
import { beforeAll, expect, test } from 'vitest';
import { parseSql } from '../../src/history/statements.ts';
import { comparedWithUser } from '../../src/rules/uuid-comparison.ts';

// The parser loads with the first text it reads, as the history does in every run.
beforeAll(() => parseSql('select 1'));

const policy = (test: string) => `create policy p on todo for select using (${test})`;

test.each([
  ['auth.uid() = user_id', ['user_id']],
  ['user_id = auth.uid()', ['user_id']],
  ['(select auth.uid()) = "todo"."user_id"', ['user_id']],
  ['( SELECT auth.uid() AS uid) = "userId"', ['"userId"']],
  ['auth.uid() = owner_id or (auth.uid() = editor_id and done)', ['owner_id', 'editor_id']],
  ['exists (select 1 from team where team.member = auth.uid())', ['member']],
  ['auth.uid() <> user_id', ['user_id']],
])('in %s it is %j', (text, columns) => {
  expect(comparedWithUser(policy(text))).toEqual(columns);
});

test.each([
  'auth.uid()::text = user_id',
  '(select auth.uid())::text = user_id',
  'lower(auth.uid()::text) = user_id',
  "user_id = 'auth.uid()'",
  'auth.role() = user_role',
  'is_owner(auth.uid()) = flag',
])('in %s nothing is compared with it', (text) => {
  expect(comparedWithUser(policy(text))).toEqual([]);
});

test('what does not parse names no column', () => {
  expect(comparedWithUser('create polcy p')).toEqual([]);
});
