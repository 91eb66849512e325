/** Which failures are the base's: the names in Postgres' messages against what the base could not make. */
import { expect, test } from 'vitest';
import { parseSql } from '../../src/history/statements.ts';
import { neededFromBase } from '../../src/replay/needed-from-base.ts';
import type { BaseGap, StatementRecord } from '../../src/replay/record.ts';

const statement: StatementRecord = {
  file: 'drizzle/0001_b.sql',
  line: 1,
  sql: 'select 1',
  node: 'SelectStmt',
  outcome: 'failed',
  because: null,
  error: null,
  locks: [],
  rewrites: [],
  durationMs: 1,
};

function needed(sqlstate: string, message: string, missing: readonly string[]): string | null {
  const failed = { ...statement, error: { sqlstate, message, hint: null, deadline: false } };
  const error = { sqlstate: '42704', message: 'type "x" does not exist', hint: null, deadline: false };
  return neededFromBase(failed, [{ place: { file: 'drizzle/0000_a.sql', line: 1 }, error, missing }]);
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

const failure = (sqlstate: string, message: string) => ({ sqlstate, message, hint: null, deadline: false });

function blamed(sql: string, error: ReturnType<typeof failure>, gap: Partial<BaseGap>): string | null {
  const place = { file: 'drizzle/0000_a.sql', line: 1 };
  const cause = failure('42804', 'column "id" cannot be cast automatically to type uuid');
  return neededFromBase({ ...statement, sql, error }, [{ place, error: cause, missing: [], ...gap }]);
}

test.each([
  ['type "vector" does not exist', 'type "vector" does not exist', 'type "vector"'],
  ['type "vector" does not exist', 'type vector does not exist', 'type vector'],
  ['type "vector" does not exist', 'type extensions.vector does not exist', 'type extensions.vector'],
])('base failed with %s: %s is its fault too', (before, now, needed) => {
  expect(blamed('select 1', failure('42704', now), { error: failure('42704', before) })).toBe(needed);
});

test.each([
  ['42704', 'type "vectors" does not exist'],
  ['42P01', 'relation "vector" does not exist'],
  ['42704', 'role "vector" does not exist'],
])('base failed for want of type "vector": %s %s is something else', (sqlstate, now) => {
  const cause = failure('42704', 'type "vector" does not exist');
  expect(blamed('select 1', failure(sqlstate, now), { error: cause })).toBeNull();
});

const foreignKey =
  'alter table reports add constraint reports_plate_fk foreign key (plate_id) references public.plates (id)';

test('a column that base could not give its new type is why the types do not fit', async () => {
  await parseSql('select 1');
  const error = failure('42804', 'foreign key constraint "reports_plate_fk" cannot be implemented');
  const of = (oldType: readonly string[]) => blamed(foreignKey, error, { oldType });
  expect(of(['public.plates.id'])).toBe('the new type of public.plates.id');
  expect(of(['public.plates.tags'])).toBeNull();
  expect(of(['public.owners.id'])).toBeNull();
  expect(of(['other.plates.id'])).toBeNull();
  const policy = 'create policy p on plates using (owner_id = auth.uid())';
  const operator = failure('42883', 'operator does not exist: text = uuid');
  expect(blamed(policy, operator, { oldType: ['public.plates.owner_id'] })).toBe(
    'the new type of public.plates.owner_id',
  );
  expect(
    blamed(foreignKey, failure('42P01', 'relation "plates" does not exist'), { oldType: [] }),
  ).toBeNull();
});

test('nothing failed, nothing is needed', () => {
  expect(neededFromBase(null, [])).toBeNull();
});
