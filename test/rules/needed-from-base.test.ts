/** Which failures are the base's: the names in Postgres' messages against what the base could not make. */
import { expect, test } from 'vitest';
import type { StatementRecord } from '../../src/replay/record.ts';
import { neededFromBase } from '../../src/rules/needed-from-base.ts';

function needed(sqlstate: string, message: string, missing: readonly string[]): string | null {
  const statement: StatementRecord = {
    file: 'drizzle/0001_b.sql',
    line: 1,
    sql: 'select 1',
    node: 'SelectStmt',
    outcome: 'failed',
    error: { sqlstate, message, hint: null, deadline: false },
    locks: [],
    rewrites: [],
    durationMs: 1,
  };
  const error = { sqlstate: '42704', message: 'type "x" does not exist', hint: null, deadline: false };
  return neededFromBase(statement, [{ place: { file: 'drizzle/0000_a.sql', line: 1 }, error, missing }]);
}

test.each([
  ['42P01', 'relation "todo" does not exist', 'public.todo'],
  ['42P01', 'relation "public.todo" does not exist', 'public.todo'],
  ['42P01', 'table "todo" does not exist', 'public.todo'],
  ['42P01', 'relation "My Table" does not exist', 'public."My Table"'],
  ['42703', 'column "title" of relation "todo" does not exist', 'public.todo.title'],
  ['42703', 'column todo.title does not exist', 'public.todo.title'],
  ['42703', 'column "title" does not exist', 'public.todo.title'],
  ['42704', 'type "mood" does not exist', 'public.mood'],
  ['42704', 'policy "Owners read" for table "todo" does not exist', 'public.todo."Owners read"'],
  ['42704', 'constraint "todo_pk" of relation "todo" does not exist', 'public.todo.todo_pk'],
  ['42704', 'type "vector" does not exist', 'extension vector'],
  ['42883', 'function public.make_id() does not exist', 'public.make_id'],
  ['42883', 'function make_id(integer, text) does not exist', 'public.make_id'],
  ['3F000', 'schema "app" does not exist', 'schema app'],
])('%s %s is the fault of a base without %s', (sqlstate, message, missing) => {
  expect(needed(sqlstate, message, ['public.unrelated', missing])).toBe(missing);
});

test.each([
  ['42P01', 'relation "todo" does not exist', 'public.todos'],
  ['42P01', 'relation "app.todo" does not exist', 'public.todo'],
  ['42703', 'column "title" of relation "note" does not exist', 'public.todo.title'],
  ['42703', 'column "todo" does not exist', 'public.todo.title'],
  ['42P07', 'relation "todo" already exists', 'public.todo'],
  ['42883', 'operator does not exist: uuid = text', 'public.todo'],
])('%s %s has nothing to do with a base without %s', (sqlstate, message, missing) => {
  expect(needed(sqlstate, message, [missing])).toBeNull();
});

test('nothing failed, nothing is needed', () => {
  expect(neededFromBase(null, [])).toBeNull();
});
