import { expect, test } from 'vitest';
import type { Session } from '../../src/database/database.ts';
import { withSession } from '../server.ts';

const tables = `
create table t (id int primary key, x int);
create table child (id int primary key, t int references t on delete cascade);
insert into t select n, n from generate_series(1, 10) as n;
insert into child select n, n from generate_series(1, 10) as n;
select pg_stat_force_next_flush();`;

async function deleted(session: Session, table: string): Promise<number> {
  const [row] = await session.query<{ deleted: string }>(
    `select pg_stat_get_xact_tuples_deleted('${table}'::regclass) as deleted`,
  );
  return Number(row?.deleted);
}

test('the counter of deleted rows is exact inside the transaction, cascades and functions included', async () => {
  await withSession('supabase_admin', async (session) => {
    await session.execute(tables);
    await session.execute('begin');
    await session.execute('delete from t where id <= 2');
    expect([await deleted(session, 't'), await deleted(session, 'child')]).toEqual([2, 2]);
    await session.execute('do $$ begin delete from t where id = 3; update t set x = 0; end $$');
    expect([await deleted(session, 't'), await deleted(session, 'child')]).toEqual([3, 3]);
    await session.execute('rollback');
  });
});

test('what a handled exception takes back stays counted', async () => {
  await withSession('supabase_admin', async (session) => {
    await session.execute(tables);
    await session.execute('begin');
    await session.execute("do $$ begin delete from t; raise 'back'; exception when others then null; end $$");
    expect(await deleted(session, 't')).toBe(10);
  });
});

test('TRUNCATE counts no row and leaves an empty file, a new one unless this transaction made it', async () => {
  await withSession('supabase_admin', async (session) => {
    await session.execute(tables);
    const file = async () => {
      const [row] = await session.query<{ file: number; bytes: string }>(
        "select pg_relation_filenode('child') as file, pg_relation_size('child') as bytes",
      );
      return { file: row?.file, bytes: Number(row?.bytes) };
    };
    const before = await file();
    await session.execute('begin');
    await session.execute('truncate child');
    const emptied = await file();
    expect(await deleted(session, 'child')).toBe(0);
    expect(emptied.file).not.toBe(before.file);
    expect(emptied.bytes).toBe(0);
    await session.execute('rollback');
    await session.execute('begin');
    await session.execute('alter table child alter column id type bigint');
    const rewritten = await file();
    await session.execute('truncate child');
    const emptiedAgain = await file();
    expect(rewritten.file).not.toBe(before.file);
    expect(rewritten.bytes).toBeGreaterThan(0);
    expect(emptiedAgain).toEqual({ file: rewritten.file, bytes: 0 });
  });
});

test('counters of a finished transaction may linger, and pg_stat_force_next_flush clears them', async () => {
  await withSession('postgres', async (session) => {
    await session.execute(
      'create table t (id int); insert into t values (1); select pg_stat_force_next_flush()',
    );
    await session.execute('delete from t');
    await session.execute('select pg_stat_force_next_flush()');
    expect(await deleted(session, 't')).toBe(0);
  });
});
