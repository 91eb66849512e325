import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSql, readSqlFile, sqlComments } from '../../src/history/statements.ts';

const drizzle = { breakpoints: true };
const plain = { breakpoints: false };

async function cut(text: string, options = drizzle): Promise<(string | number | null)[][]> {
  const { statements } = await readSqlFile('f.sql', text, options);
  return statements.map(({ line, sql, node }) => [line, sql, node]);
}

describe('readSqlFile', () => {
  it('cuts on breakpoints and semicolons and names the line of each statement proper', async () => {
    const text = [
      '-- head',
      'create table a (id int);--> statement-breakpoint',
      '/* about b */',
      'create table b (id int);',
      '',
      '-- about c',
      'insert into b values (1) -- tail',
    ].join('\n');
    expect(await cut(text)).toEqual([
      [2, 'create table a (id int)', 'CreateStmt'],
      [4, 'create table b (id int)', 'CreateStmt'],
      [7, 'insert into b values (1) -- tail', 'InsertStmt'],
    ]);
  });

  it('keeps lines and text right behind characters of two, three and four bytes', async () => {
    expect(await cut("-- é€😀\nselect 'é€😀'; -- ü\n\nselect '😀', 2;")).toEqual([
      [2, "select 'é€😀'", 'SelectStmt'],
      [4, "select '😀', 2", 'SelectStmt'],
    ]);
  });

  it('counts a CRLF as one line break', async () => {
    expect(await cut('-- a\r\nselect 1;\r\n--> statement-breakpoint\r\nselect 2;\r\n')).toEqual([
      [2, 'select 1', 'SelectStmt'],
      [4, 'select 2', 'SelectStmt'],
    ]);
  });

  it('splits on the marker inside a dollar quote, as production does, and keeps both halves', async () => {
    const text = 'do $$ begin\nnull; --> statement-breakpoint\nend $$;\n--> statement-breakpoint\nselect 1;';
    expect(await cut(text)).toEqual([
      [1, 'do $$ begin\nnull;', null],
      [3, 'end $$;', null],
      [5, 'select 1', 'SelectStmt'],
    ]);
    expect((await cut(text, plain)).map(([, , node]) => node)).toEqual(['DoStmt', 'SelectStmt']);
  });

  it('keeps a part that does not parse as one statement and goes on with the next', async () => {
    const text = '-- why\n\ncreat table a ();\nselect 1;\n--> statement-breakpoint\nselect 2;';
    expect(await cut(text)).toEqual([
      [3, 'creat table a ();\nselect 1;', null],
      [6, 'select 2', 'SelectStmt'],
    ]);
  });

  it('keeps what follows an unterminated comment', async () => {
    expect(await cut('\n/* never closed\nselect 1;')).toEqual([[2, '/* never closed\nselect 1;', null]]);
  });

  it('finds no statement in empty, blank and comment-only files', async () => {
    for (const text of ['', '\n \n', '-- Custom SQL migration file', '/* a\n/* nested */ */', ';;;']) {
      expect(await cut(text)).toEqual([]);
    }
  });

  it('keeps function bodies and semicolons in strings whole', async () => {
    const text =
      "create function f() returns int begin atomic select 1; select 2; end;\ninsert into a values ('x;y');";
    expect((await cut(text)).map(([line, , node]) => [line, node])).toEqual([
      [1, 'CreateFunctionStmt'],
      [2, 'InsertStmt'],
    ]);
  });

  it('gives the hash that Drizzle stores, over the text as it is', async () => {
    const text = 'select 1;\r\n-- é';
    const { sha256 } = await readSqlFile('f.sql', text, drizzle);
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('drops a byte order mark only where psql would', async () => {
    expect(await cut('\uFEFFselect 1;', plain)).toEqual([[1, 'select 1', 'SelectStmt']]);
    expect(await cut('\uFEFFselect 1;')).toEqual([[1, '\uFEFFselect 1;', null]]);
  });

  it('passes over the restrict lines of pg_dump outside of Drizzle', async () => {
    const text = '\\restrict abc\n\ncreate table a (id int);\n\\unrestrict abc\n';
    expect(await cut(text, plain)).toEqual([[3, 'create table a (id int)', 'CreateStmt']]);
    expect((await cut(text)).map(([, , node]) => node)).toEqual([null]);
  });

  it('never hides what stands behind a NUL byte', async () => {
    expect(await cut('select 1\0; drop table a')).toEqual([[1, 'select 1\0; drop table a', null]]);
  });

  it('survives nesting that overflows the parser', async () => {
    const deep = `select ${'1+'.repeat(100_000)}1`;
    expect(await cut(`${deep};--> statement-breakpoint\nselect 1`)).toEqual([
      [1, `${deep};`, null],
      [2, 'select 1', 'SelectStmt'],
    ]);
  });

  it('cuts 500 files of ten statements in well under a second', async () => {
    const text = Array.from(
      { length: 10 },
      (_, i) => `create table t${i} (id uuid primary key, b text not null);`,
    ).join('--> statement-breakpoint\n');
    await readSqlFile('f.sql', text, drizzle);
    const started = performance.now();
    for (let i = 0; i < 500; i++) await readSqlFile('f.sql', text, drizzle);
    // About 150 ms on two cores; the bound leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('parseSql', () => {
  it('gives the tree and the text range of every statement', async () => {
    const sql = '-- ü\nselect 1; update t set a = 2';
    const parsed = await parseSql(sql);
    if ('error' in parsed) throw new Error(parsed.error);
    expect(parsed.statements.map(({ node, start, end }) => [node, sql.slice(start, end)])).toEqual([
      ['SelectStmt', 'select 1'],
      ['UpdateStmt', 'update t set a = 2'],
    ]);
    expect(parsed.statements[1]?.tree).toHaveProperty('UpdateStmt.relation.relname', 't');
  });

  it('says why a text does not parse', async () => {
    expect(await parseSql('selec 1')).toEqual({ error: 'syntax error at or near "selec"' });
  });
});

describe('sqlComments', () => {
  it('finds line and block comments with their lines, and none in strings, names and bodies', async () => {
    const text = [
      'select \'-- é no\', "-- no" from a; -- gatekeeper: one',
      'do $$ -- no',
      '$$; /* two',
      'lines */',
      '-- 😀 three \\ "x"',
    ].join('\r\n');
    expect(await sqlComments(text)).toEqual([
      { line: 1, text: '-- gatekeeper: one' },
      { line: 3, text: '/* two\r\nlines */' },
      { line: 5, text: '-- 😀 three \\ "x"' },
    ]);
  });

  it('reads the other parts when a quote is left open in one', async () => {
    const text =
      "-- one\nselect 1;--> statement-breakpoint\nselect 'open;--> statement-breakpoint\n-- two\nselect 2;";
    expect(await sqlComments(text)).toEqual([
      { line: 1, text: '-- one' },
      { line: 4, text: '-- two' },
    ]);
  });
});
