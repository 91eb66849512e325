/** Which statements ran against a stand-in: by their parse tree, and on a server that has some. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../src/database/database.ts';
import type { Replay } from '../../src/replay/record.ts';
import { jobsBetween } from '../../src/replay/stand-ins/jobs.ts';
import type { Member } from '../../src/replay/stand-ins/members.ts';
import { standInsUsed } from '../../src/replay/stand-ins/uses.ts';
import { startServer } from '../server.ts';
import { replayedOn } from './project.ts';

function member(extension: string, kind: Member['kind'], path: string, more: Partial<Member> = {}): Member {
  const [name = '', schema = null] = path.split('.').reverse();
  return { extension, kind, schema, name, part: null, common: false, ...more };
}

const members: readonly Member[] = [
  member('vector', 'type', 'extensions.vector'),
  member('vector', 'function', 'extensions.cosine_distance'),
  member('vector', 'function', 'extensions.avg', { common: true }),
  member('vector', 'operator', 'extensions.<=>'),
  member('vector', 'operator', 'extensions.+', { common: true }),
  member('vector', 'access method', 'hnsw'),
  member('vector', 'operator class', 'extensions.vector_l2_ops'),
  member('vector', 'column', 'public.bee', { part: 'dance' }),
  member('pg_cron', 'schema', 'cron'),
  member('pg_cron', 'function', 'cron.schedule'),
  member('pg_cron', 'relation', 'cron.job'),
];

describe('by the parse tree', () => {
  test.each([
    ['a column', 'create table t (v vector(3))', 'vector'],
    ['an array of it, with its schema', 'alter table t add column v extensions.vector[]', 'vector'],
    ['a cast', "select '[1]'::vector", 'vector'],
    ['a function', 'create view w as select cosine_distance(a, b) from t', 'vector'],
    ['an operator', 'select a from t order by v <=> $1', 'vector'],
    ['an operator with its schema', 'select a operator(extensions.+) b', 'vector'],
    ['an access method', 'create index on t using hnsw (v)', 'vector'],
    ['an operator class', 'create index on t using btree (v extensions.vector_l2_ops)', 'vector'],
    ['an argument', 'create function f(v vector) returns int language sql as $$ select 1 $$', 'vector'],
    ['an argument in DROP', 'drop function f(extensions.vector)', 'vector'],
    ['a value for such a column', "insert into bee (id, dance) values (1, '[1]')", 'vector'],
    ['a value for every column', "insert into public.bee values (1, '[1]')", 'vector'],
    ['a new value', "update bee set dance = '[2]'", 'vector'],
    [
      'a body in SQL',
      'create function f() returns text language sql begin atomic; select cron.schedule(1); end',
      'pg_cron',
    ],
    [
      'a body in PL/pgSQL',
      "do $$ begin perform cron.schedule('a', '* * * * *', 'select 1'); end $$",
      'pg_cron',
    ],
    ['a job', "select cron.schedule('a', '* * * * *', 'select 1')", 'pg_cron'],
    ['a table of its schema', 'select * from cron.job', 'pg_cron'],
    ['a grant on its schema', 'grant usage on schema cron to anon', 'pg_cron'],
    ['two of them', "select cron.schedule('a', 'b', 'c'), '[1]'::vector", 'pg_cron vector'],
  ])('%s', async (_, sql, used) => {
    expect(await standInsUsed(sql, members)).toEqual(used.split(' '));
  });

  test.each([
    ['a type of that name in another schema', 'create table t (v app.vector)'],
    ['a function of that name in another schema', 'select app.cosine_distance(1, 2)'],
    ['a function that Postgres has too', 'select avg(price) from t'],
    ['an operator that Postgres has too', 'select a + b from t'],
    ['a table called like one of its schema', 'select * from job'],
    ['a function called like one of its schema', "select schedule('a')"],
    ['a column called like the type', 'select vector from t'],
    ['the name in a string', "insert into t (note) values ('a vector and cron.schedule')"],
    ['the name in a comment', 'select 1 /* vector */'],
    ['another column of such a table', 'update bee set id = 2'],
    ['such a table in another schema', 'insert into app.bee values (1)'],
    ['policies on such a table', 'alter table bee enable row level security'],
    ['what does not parse', 'create tabel t (v vector)'],
  ])('not %s', async (_, sql) => {
    expect(await standInsUsed(sql, members)).toEqual([]);
  });
});

test('a job that was changed is a removed one and a new one', () => {
  const job = (name: string | null, command: string) => ({
    name,
    schedule: '* * * * *',
    command,
    active: true,
  });
  const short = jobsBetween(
    [job('a', 'select 1'), job('b', 'select 2'), job(null, 'x')],
    [job('b', 'select 3'), job('a', 'select 1'), job(null, 'x'), job(null, 'x')],
  ).map(({ name, command, state }) => `${name} ${command} ${state}`);
  expect(short).toEqual([
    'null x new',
    'null x standing',
    'a select 1 standing',
    'b select 2 removed',
    'b select 3 new',
  ]);
});

describe('on a server', () => {
  let server: Server;
  let replay: Replay;
  beforeAll(async () => {
    server = await startServer({ extensions: ['pg_cron', 'vector'] });
    replay = await replayedOn(server, {
      base: [
        'create table plain (id int);\ncreate extension vector with schema extensions;\ncreate table bee (id int primary key, dance extensions.vector(3));\ncreate table after (id int);',
        "create extension pg_cron;\nselect cron.schedule('old', '0 4 * * *', 'select 1');\nselect cron.schedule('kept', '0 5 * * *', 'select 2');",
      ],
      new: [
        "set transaction isolation level serializable;\nalter table plain add column note text;\ninsert into bee values (1, '[1,2,3]');\ncreate index on bee using hnsw (dance extensions.vector_cosine_ops);\nselect cron.unschedule('old');\nselect cron.schedule('new', '30 seconds', 'delete from bee');",
        'create extension hypopg with schema extensions;\nselect extensions.hypopg_reset();',
        'create schema lab;\ncreate extension pg_hashids with schema lab;\nselect lab.id_encode(1);\ndrop schema lab cascade;\ncreate function id_encode(int) returns text language sql return $1::text;\nselect id_encode(1);',
      ],
      headRls: 'alter table bee enable row level security;\nselect count(*) from cron.job;',
    });
  }, 240_000);
  afterAll(async () => {
    await server?.stop();
  });

  const said = (files: Replay['new']) =>
    files.map(({ statements }) =>
      statements.map(({ outcome, because, error }) => because ?? error?.message ?? outcome),
    );

  test('statements after CREATE EXTENSION are told from those before, in one transaction and in many', () => {
    expect(said(replay.base)).toEqual([
      ['executed', 'vector', 'vector', 'executed'],
      ['pg_cron', 'pg_cron', 'pg_cron'],
    ]);
    expect(said(replay.new)).toEqual([
      ['executed', 'executed', 'vector', 'vector', 'pg_cron', 'pg_cron'],
      ['hypopg', 'hypopg'],
      ['executed', 'pg_hashids', 'pg_hashids', 'executed', 'executed', 'executed'],
    ]);
    expect(
      replay.headRls?.files.flatMap(({ statements }) => statements.map(({ because }) => because)),
    ).toEqual([null, 'pg_cron']);
    expect(replay.failed).toBeNull();
  });

  test('what the SQL installed is named, and what came with the project is not', () => {
    expect(replay.standIns).toEqual(['hypopg', 'pg_cron', 'pg_hashids', 'vector']);
  });

  test('jobs are told by what became of them', () => {
    expect(replay.jobs).toEqual([
      { name: 'kept', schedule: '0 5 * * *', command: 'select 2', active: true, state: 'standing' },
      { name: 'new', schedule: '30 seconds', command: 'delete from bee', active: true, state: 'new' },
      { name: 'old', schedule: '0 4 * * *', command: 'select 1', active: true, state: 'removed' },
    ]);
  });
});
