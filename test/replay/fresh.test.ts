/** A database that has none of the migrations runs them by name: other statements may fail there, and others not. */
import { expect, test } from 'vitest';
import { fingerprint } from '../../src/catalog/fingerprint.ts';
import { takeSnapshot } from '../../src/catalog/snapshot.ts';
import type { Server } from '../../src/database/database.ts';
import type { History } from '../../src/history/history.ts';
import { replayFresh } from '../../src/replay/fresh.ts';
import { type ReplayOptions, replay } from '../../src/replay/replay.ts';
import { single, withServer } from '../server.ts';
import { asFolders, historyOf, type Texts } from './project.ts';

const options: ReplayOptions = {
  transaction: 'all',
  platform: 'supabase',
  seedRows: 0,
  statementDeadlineMs: 20_000,
  overallDeadlineMs: 50_000,
};

/** Of folders whose new one sorts between those of base. */
async function outOfOrder(texts: Texts & { readonly base: readonly [string, string] }): Promise<History> {
  const [first, second] = texts.base;
  const history = asFolders(
    await historyOf({ ...texts, base: [first], new: [...(texts.new ?? []), second] }),
  );
  const last = history.new.at(-1);
  const fresh = history.new.slice(0, -1);
  if (last === undefined) throw new Error('no migration is last');
  return {
    ...history,
    base: [...history.base, { ...last, state: 'base' }],
    new: fresh,
    outOfOrder: fresh.map(({ tag }) => tag),
  };
}

async function catalogOf(server: Server): Promise<string> {
  const session = await server.connect('supabase_admin');
  const catalog = fingerprint(await takeSnapshot(session));
  await session.close();
  return catalog;
}

/** In production, and then on a fresh database; with what a fresh one is left with. */
async function inBothOrders(history: History, look: string | null = null) {
  const production = await withServer(async (server) => {
    const seen = await replay(server, history, options, async () => undefined);
    return { ...seen, catalog: await catalogOf(server) };
  });
  const fresh = await withServer(async (server) => {
    const replayed = await replayFresh(server, history, options, production);
    const value = look === null ? null : await single(await server.connect('supabase_admin'), look);
    return { replayed, value, catalog: await catalogOf(server) };
  });
  return { production, fresh };
}

test('order makes no difference', async () => {
  const history = await outOfOrder({
    base: ['create table a (id int);', 'create table c (id int);'],
    new: ['create table b (id int);'],
    baseRls: 'alter table a enable row level security;',
    headRls: 'alter table a enable row level security; alter table b enable row level security;',
  });
  const { production, fresh } = await inBothOrders(
    history,
    `select pg_catalog.string_agg(name, ' ' order by id) from drizzle.__drizzle_migrations`,
  );
  expect(production.failed).toBeNull();
  expect(fresh.replayed).toEqual({ failed: null });
  expect(fresh.catalog).toBe(production.catalog);
  expect(fresh.value).toBe('20231114221320_step 20231114221321_step 20231114221322_step');
});

test('a table that only a later one makes: production goes on, a fresh database stops', async () => {
  const history = await outOfOrder({
    base: ['create table a (id int);', 'create table c (id int);'],
    new: ['alter table c add column n int;'],
  });
  const { production, fresh } = await inBothOrders(history);
  expect(production.failed).toBeNull();
  expect(fresh.replayed?.failed).toMatchObject({
    file: 'drizzle/20231114221321_step/migration.sql',
    line: 1,
    error: { sqlstate: '42P01' },
  });
});

test('a column that a later one drops: production stops, a fresh database goes on', async () => {
  const history = await outOfOrder({
    base: ['create table a (id int, x int);', 'alter table a drop column x;'],
    new: ['update a set x = 1;'],
  });
  const { production, fresh } = await inBothOrders(history);
  expect(production.failed?.error?.sqlstate).toBe('42703');
  expect(fresh.replayed).toEqual({ failed: null });
});

test('the same in another order is another database', async () => {
  const history = await outOfOrder({
    base: ['create table a (n int);', 'alter table a alter column n set default 2;'],
    new: ['alter table a alter column n set default 1;'],
  });
  const { production, fresh } = await inBothOrders(history);
  expect([production.failed, fresh.replayed]).toEqual([null, { failed: null }]);
  expect(fresh.catalog).not.toBe(production.catalog);
});

test('what fails in production’s order too, or only until rls.sql has run, is nothing of the order’s', async () => {
  const history = await outOfOrder({
    base: ['create table a (id int);', 'alter table made_in_a_dashboard add column n int;'],
    new: ['create table b (id int default app.one());'],
    baseRls:
      'create schema if not exists app; create or replace function app.one() returns int language sql as $$ select 1 $$;',
    headRls:
      'create schema if not exists app; create or replace function app.one() returns int language sql as $$ select 1 $$;',
  });
  const { production, fresh } = await inBothOrders(history);
  expect(production.failed).toBeNull();
  expect(production.gaps).toHaveLength(1);
  expect(fresh.replayed).toEqual({ failed: null });
  expect(fresh.catalog).toBe(production.catalog);
});

test('a journal is its own order, and files that the Supabase CLI takes have that of their names', async () => {
  const texts = {
    base: ['create table a (id int);', 'create table c (id int);'],
    new: ['alter table c add n int;'],
  };
  const journalled = await historyOf(texts);
  const [first = '', last = '', fresh = ''] = [...journalled.base, ...journalled.new].map(({ tag }) => tag);
  const named = (history: History): History => ({
    ...history,
    applier: 'supabase',
    layout: null,
    migrationsTable: null,
    base: history.base.map((one, index) => ({ ...one, file: `supabase/migrations/${index}0_step.sql` })),
    new: history.new.map((one) => ({ ...one, file: 'supabase/migrations/05_step.sql' })),
  });
  for (const history of [
    { ...journalled, outOfOrder: [fresh], journalOrder: [first, fresh, last] },
    named(journalled),
  ]) {
    const replayed = await withServer((server) =>
      replayFresh(server, history, {
        ...options,
        transaction: history.applier === 'supabase' ? 'each' : 'all',
      }),
    );
    expect(replayed?.failed?.error?.sqlstate).toBe('42P01');
  }
});

test('nothing is tried where a baseline stands in for the base', async () => {
  const history = await outOfOrder({
    base: ['', ''],
    new: ['create table b (id int);'],
    baseline: 'create table a (id int);',
  });
  const refused = { connect: () => Promise.reject(new Error('nobody is to connect')) } as unknown as Server;
  expect(await replayFresh(refused, history, options)).toBeNull();
});
