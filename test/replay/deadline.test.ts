import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { outcomes, replayed } from './project.ts';

const table = 'create table t (id int primary key, x text);';

test.each([
  ['a sleep', 'select pg_sleep(600);'],
  [
    'a loop that lifts the timeout of its role first',
    'set statement_timeout = 0;\ndo $$ begin loop end loop; end $$;',
  ],
  [
    'a loop that catches what is thrown at it',
    'do $$ begin loop begin perform pg_sleep(600); exception when query_canceled then null; end; end loop; end $$;',
  ],
  ['a wait for a lock of its own other connection', 'select pg_advisory_lock(1), pg_sleep(600);'],
])('%s is ended by the deadline of a statement', async (_, sql) => {
  const started = performance.now();
  const { failed, rows } = await replayed(
    { base: [table], new: [`delete from t;\n${sql}`] },
    { statementDeadlineMs: 500 },
  );
  expect(failed).toMatchObject({ outcome: 'failed', error: { deadline: true } });
  expect(rows.find(({ table: name }) => name === 'public.t')).toMatchObject({
    before: 5,
    after: 5,
    removedBy: [],
  });
  expect(performance.now() - started).toBeLessThan(15_000);
});

test('many statements that are each fast enough are ended by the deadline of the whole', async () => {
  const { failed, new: files } = await replayed(
    { base: [table], new: Array.from({ length: 8 }, () => 'select pg_sleep(0.7);') },
    { overallDeadlineMs: 3_000 },
  );
  expect(failed?.error?.deadline).toBe(true);
  expect(outcomes(files).at(-1)).toEqual(['not-executed']);
});

test('in the base history it cannot be judged any further, and says where', async () => {
  await expect(
    replayed({ base: [table, 'select 1;\nselect pg_sleep(600);'] }, { statementDeadlineMs: 500 }),
  ).rejects.toMatchObject({
    code: 'replay-deadline',
    message: expect.stringContaining('drizzle/0001_step.sql:2'),
  });
});

test('COPY from stdin, LISTEN and a session that ends itself do not hang', async () => {
  const copied = await replayed({ base: [table], new: ['copy t from stdin;', 'select 1;'] });
  expect(outcomes(copied.new)).toEqual([['57014'], ['not-executed']]);
  const listening = await replayed({ base: [table], new: ["listen x;\nnotify x, 'y';\nselect 1;"] });
  expect(listening.failed).toBeNull();
  const ended = await replayed({
    base: [table, 'select pg_terminate_backend(pg_backend_pid());\ncreate table later (id int);'],
    new: ['alter table later add column x int;', 'select pg_terminate_backend(pg_backend_pid());'],
  });
  expect(outcomes(ended.base)[1]?.at(1)).toBe('executed');
  expect(ended.failed).toMatchObject({ file: 'drizzle/0003_step.sql', error: { deadline: false } });
});
