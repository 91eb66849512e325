/** Claims about Postgres: what `%I`, `%L` and their functions put into a text is one name or one value, whatever it is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server, Session } from '../../src/database/database.ts';
import { list, nodeOf } from '../../src/history/parse-tree.ts';
import { parseSql } from '../../src/history/statements.ts';
import { startServer } from '../server.ts';

const hostile = [
  'plain',
  'With Capitals',
  'select',
  `p" on storage.objects; drop table t; --`,
  `p' on storage.objects; drop table t; --`,
  "''; drop table t; --",
  '"',
  "'",
  '\\',
  `\\'; drop table t; --`,
  '-- \n drop table t',
  '/* */ ; drop table t',
  '$$; drop table t; $$',
  'U&"x"',
  'E\\n',
];

let server: Server;
let postgres: Session;

beforeAll(async () => {
  server = await startServer();
  postgres = await server.connect('postgres');
});

afterAll(async () => {
  await server.stop();
});

async function made(expression: string, name: string): Promise<string> {
  const [row] = await postgres.query<{ text: string }>(
    `select ${expression} as text from (select $1::text as n) x`,
    [name],
  );
  return row?.text ?? '';
}

/** The only statement of a text, as its node. */
async function onlyStatement(sql: string) {
  const parsed = await parseSql(sql);
  if ('error' in parsed) throw new Error(`${parsed.error}: ${sql}`);
  expect(parsed.statements).toHaveLength(1);
  return nodeOf(parsed.statements[0]?.tree);
}

describe.each(hostile)('%j', (name) => {
  test.each([
    "format('drop policy %I on storage.objects', n)",
    "'drop policy ' || quote_ident(n) || ' on storage.objects'",
  ])('as a name in %s', async (expression) => {
    const node = await onlyStatement(await made(expression, name));
    expect(node?.tag).toBe('DropStmt');
    const names = list(node?.fields.objects).flatMap((object) => list(nodeOf(object)?.fields.items));
    expect(names.map((item) => nodeOf(item)?.fields.sval)).toEqual(['storage', 'objects', name]);
  });

  test.each(["format('select %L', n)", "'select ' || quote_literal(n)"])(
    'as a value in %s',
    async (expression) => {
      const node = await onlyStatement(await made(expression, name));
      expect(JSON.stringify(node?.fields.targetList)).toContain(JSON.stringify({ sval: name }));
    },
  );
});
