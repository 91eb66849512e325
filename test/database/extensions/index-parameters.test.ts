import { describe, expect, test } from 'vitest';
import { withoutIndexParameters } from '../../../src/database/extensions/index-parameters.ts';

const columns = 'on public.documents using hnsw (embedding vector_cosine_ops)';

describe('pgvector’s parameters are taken out of CREATE INDEX', () => {
  test.for([
    [`create index i ${columns} with (m = 16, ef_construction = 64)`, 'create index i', columns],
    [`create index ${columns} WITH (m = '24') where id > 0`, columns, 'where id > 0'],
    [
      'create index concurrently "with (" on t using ivfflat (v) with (lists = 100) tablespace t',
      '"with ("',
      'tablespace t',
    ],
    [
      `create /* naïve with (m = 3) */ index ${columns} with -- ä\n ( m = 16 ) where x = 'with (m = 3)'`,
      '/* naïve with (m = 3) */',
      "where x = 'with (m = 3)'",
    ],
  ])('%s', async ([sql = '', ...kept]) => {
    const cut = await withoutIndexParameters(sql);
    expect(cut).not.toBe(sql);
    expect(cut.length).toBe(sql.length);
    for (const text of kept) expect(cut.indexOf(text)).toBe(sql.indexOf(text));
    expect(cut).not.toMatch(/= '?(16|24|100|64)/);
  });

  test.for([
    `create index ${columns}`,
    `create index ${columns} with (fillfactor = 70)`,
    `create index ${columns} with (m = 16, lists = 3)`,
    `create index ${columns} with (m = 1)`,
    `create index ${columns} with (m = 'many')`,
    'create index on t using btree (a) with (fillfactor = 70)',
    'create index on t using gin (a) with (m = 16)',
    'create table t (a int) with (fillfactor = 70)',
    `select 'create index ${columns} with (m = 16)'`,
    `create index ${columns} with (m = 16); drop table t`,
    'create index on t using hnsw (v) with (m = 16',
  ])('left as it is: %s', async (sql) => {
    expect(await withoutIndexParameters(sql)).toBe(sql);
  });
});
