import { expect, test } from 'vitest';
import type { Moment } from '../../src/replay/replay.ts';
import { outcomes, replayed } from './project.ts';

const base = ['create table t (id int);'];

test('rls.sql is applied twice, and the moments are met in order', async () => {
  const moments: Moment[] = [];
  const { headRls, headRlsAgain } = await replayed(
    { base, headRls: 'create policy p on t using (true);' },
    {},
    async (_, moment) => {
      moments.push(moment);
    },
  );
  expect(moments).toEqual(['base', 'head', 'again']);
  expect(headRls?.failed).toBeNull();
  expect(headRlsAgain?.failed).toMatchObject({ file: 'rls.sql', line: 1, error: { sqlstate: '42710' } });
});

test('it is one transaction: nothing of a run that fails stays', async () => {
  const moments: Moment[] = [];
  const { headRls, headRlsAgain, touched } = await replayed(
    {
      base,
      headRls:
        'alter table t enable row level security;\ncreate policy p on missing using (true);\nselect 1;',
    },
    {},
    async (_, moment) => {
      moments.push(moment);
    },
  );
  expect(
    outcomes(
      headRls === null ? [] : headRls.files.map((file) => ({ ...file, tag: '', state: 'new', sha256: '' })),
    ),
  ).toEqual([['executed', '42P01', 'not-executed']]);
  expect(headRls?.failed).toMatchObject({ line: 2 });
  expect(headRlsAgain).toBeNull();
  expect(touched).toEqual([]);
  expect(moments).toEqual(['base', 'head']);
});

test('where only the transaction is in the way it runs statement by statement', async () => {
  const { headRls } = await replayed({
    base,
    headRls: 'create index concurrently if not exists t_id on t (id);',
  });
  expect(headRls?.failed).toBeNull();
});

test('with its own BEGIN and COMMIT it works as it stands', async () => {
  const { headRls, headRlsAgain } = await replayed({
    base,
    headRls: 'begin;\nalter table t enable row level security;\ncommit;\nselect 1;',
  });
  expect([headRls?.failed, headRlsAgain?.failed]).toEqual([null, null]);
});

test('after a failed migration it is not tried, and the head is what was rolled back to', async () => {
  const moments: Moment[] = [];
  const { failed, headRls } = await replayed(
    { base, new: ['create table u (id int);\nselect 1 / 0;'], headRls: 'select 1;' },
    {},
    async (_, moment) => {
      moments.push(moment);
    },
  );
  expect(failed).not.toBeNull();
  expect(headRls).toBeNull();
  expect(moments).toEqual(['base', 'head']);
});

test('what only misses something of a base that did not replay is left out, and what follows is tried', async () => {
  const rls = (more: string) =>
    `alter table t enable row level security;
alter table lost enable row level security;${more}
alter table u enable row level security;`;
  const texts = {
    base: ['create table t (id int);\ncreate table lost (v vector);'],
    new: ['create table u (id int);'],
  };
  const open: string[] = [];
  const { headRls } = await replayed(
    { ...texts, baseRls: rls(''), headRls: rls('\nalter table lost force row level security;') },
    {},
    async (session, moment) => {
      const query =
        "select relname from pg_catalog.pg_class where relname in ('t', 'u') and not relrowsecurity";
      const rows = await session.query<{ relname: string }>(query);
      if (moment === 'head') open.push(...rows.map(({ relname }) => relname));
    },
  );
  expect(open).toEqual([]);
  const ran = headRls?.files.flatMap(({ statements }) =>
    statements.map(({ line, outcome }) => [line, outcome]),
  );
  expect(ran).toEqual([
    [1, 'executed'],
    [2, 'failed'],
    [3, 'failed'],
    [4, 'executed'],
  ]);
  expect(headRls?.failed).toMatchObject({ line: 3, error: { sqlstate: '42P01' } });
});

test('another failure behind one that is left out undoes the file', async () => {
  const { headRls, touched } = await replayed({
    base: ['create table t (id int);\ncreate table lost (v vector);'],
    headRls:
      'alter table t enable row level security;\nalter table lost force row level security;\nalter table nowhere force row level security;',
  });
  expect(headRls?.failed).toMatchObject({ line: 3 });
  expect(touched).toEqual([]);
});
