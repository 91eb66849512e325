/** Damage in the text of SQL files, and texts that only look like it. */
import { describe, expect, it } from 'vitest';
import { commentedOutIn } from '../../src/history/commented-out.ts';
import { damageProblems } from '../../src/history/damage.ts';
import type { Migration } from '../../src/history/migration.ts';
import { readSqlFile } from '../../src/history/statements.ts';
import { found, historyBetween } from './memory-tree.ts';
import { a, drizzle } from './project.ts';

async function migration(text: string, tag = '0001_x'): Promise<Migration> {
  const file = await readSqlFile(`drizzle/${tag}.sql`, text, { breakpoints: true });
  return { ...file, tag, state: 'new', when: 1 };
}

async function damage(text: string, breakpoints = true): Promise<string[]> {
  const problems = await damageProblems([await migration(text)], { breakpoints });
  return problems.map(({ line, evidence }) => `${evidence.damage}:${line}`);
}

const mark = '--> statement-breakpoint';

describe('conflict markers', () => {
  const conflict = '<<<<<<< HEAD\nselect 1;\n=======\nselect 2;\n>>>>>>> theirs\n';

  it.each([
    ['at the beginning', conflict, 1],
    ['after a statement', `create table b (id int);\n${conflict}`, 2],
    ['between breakpoints', `select 0;${mark}\nselect '𝄞ü';${mark}\n${conflict}`, 3],
    ['with CRLF', `select 0;\r\n${conflict.replaceAll('\n', '\r\n')}`, 2],
    ['with one end left over', 'select 1;\n>>>>>>> theirs\n', 2],
    ['beside a comment that shows some', `/*\n${conflict}*/\n${conflict}`, 8],
  ])('are found %s', async (_, text, line) => {
    expect(await damage(text)).toEqual([`holds conflict markers:${line}`]);
    expect(await damage(text, false)).toEqual([`holds conflict markers:${line}`]);
  });

  it.each([
    ['a comment', `/*\n${conflict}*/ select 1;`],
    ['a string', `insert into t values ('\n${conflict}');`],
    ['a string beside other damage', `insert into t values ('\n${conflict}'); selec 1;`],
    ['a function body', `create function f() returns text language sql as $$ select '\n${conflict}' $$;`],
    ['an operator', 'select 1\n<<<<<<<2;'],
    ['a line of equals signs in a comment', '/*\n=======\n*/ select 1;'],
  ])('belong into %s', async (_, text) => {
    expect(await damage(text)).toEqual([]);
  });
});

describe('a breakpoint inside a statement', () => {
  it.each([
    [
      'a function body',
      `create function f() returns int language plpgsql as $$ begin\n${mark}\nreturn 1; end $$;`,
      2,
    ],
    ['a string', `select 1;\ninsert into t values ('a\n${mark} b');`, 3],
    ['a comment', `/* one\n${mark}\ntwo */ select 1;`, 2],
    ['a comment to the end of the line', `select 1;\n-- see ${mark} for more\nselect 2;`, 2],
    [
      'a body, the second of two',
      `select 1;${mark}\ndo $$ begin ${mark}\nperform 1; ${mark}\nend $$;${mark}\nselect 2;`,
      2,
    ],
  ])('is found in %s', async (_, text, line) => {
    expect(await damage(text)).toEqual([`has a breakpoint inside a statement:${line}`]);
  });

  it.each([
    ['between statements', `select 1;${mark}\nselect 2;`],
    ['without semicolons', `select 1\n${mark}\nselect 2`],
    ['at the end of a comment line', `-- note ${mark}\nselect 1;`],
    ['at the end', `select 1;\n${mark}\n`],
    ['around SQL that is none for another reason', `selec 1;${mark}\nselect 2;`],
  ])('is none %s', async (_, text) => {
    expect(await damage(text)).toEqual([]);
  });

  it('does not matter to those who do not split there', async () => {
    const text = `do $$ begin\n${mark}\nend $$;`;
    const whole = await readSqlFile('sql/x.sql', text, { breakpoints: false });
    const problems = await damageProblems([{ ...whole, tag: 'x', state: 'new', when: null }], {
      breakpoints: false,
    });
    expect(problems).toEqual([]);
  });
});

describe('a byte order mark', () => {
  it('is SQL to Drizzle, and nothing to psql', async () => {
    expect(await damage('\uFEFFselect 1;')).toEqual(['begins with a byte order mark:1']);
    expect(await damage('\uFEFF-- nothing\n')).toEqual(['begins with a byte order mark:1']);
    const forPsql = await readSqlFile('sql/x.sql', '\uFEFFselect 1;', { breakpoints: false });
    const asFile = { ...forPsql, tag: 'x', state: 'new' as const, when: null };
    expect(await damageProblems([asFile], { breakpoints: false })).toEqual([]);
  });
});

describe('a whole history', () => {
  const base = drizzle({ '0000_a': a });
  const with_ = (sql: string) => historyBetween(base, drizzle({ '0000_a': a, '0001_b': [200, sql] }));

  it('names damage of new files once, and that of old ones as an edit', async () => {
    expect(found(await with_('<<<<<<< HEAD\n'))).toEqual(['journal-broken drizzle/0001_b.sql:1']);
    const edited = await historyBetween(base, { ...base, 'drizzle/0000_a.sql': '<<<<<<< HEAD\n' });
    expect(found(edited)).toEqual(['migration-edited 0000_a:1']);
  });

  it.each([
    ['empty', ''],
    ['comments alone', '-- Custom SQL migration file, put your code below! --'],
    ['white space and breakpoints', `\n${mark}\n\r\n`],
    ['with CRLF', 'create table b (\r\n  id int\r\n);\r\n'],
  ])('is content with a file that is %s', async (_, sql) => {
    expect(found(await with_(sql))).toEqual([]);
  });

  it('refuses names that only differ in case', async () => {
    await expect(
      historyBetween(base, drizzle({ '0000_a': a, '0001_b': [200, ''], '0001_B': [300, ''] })),
    ).rejects.toMatchObject({ code: 'paths-collide' });
  });
});

describe('what is commented out', () => {
  const pulled = `-- Current sql file was generated after introspecting the database
-- If you want to run this migration please uncomment this code before executing migrations
/*
CREATE TABLE "a" ("id" integer);
${mark}
CREATE INDEX "i" ON "a" ("id");
*/`;

  it('is the first migration of drizzle-kit pull, with its statements', async () => {
    const list = await commentedOutIn([await migration(pulled, '0000_a'), await migration('select 1;')]);
    expect(list).toEqual([
      {
        tag: '0000_a',
        file: 'drizzle/0000_a.sql',
        line: 3,
        sql: ['CREATE TABLE "a" ("id" integer)', 'CREATE INDEX "i" ON "a" ("id")'],
      },
    ]);
  });

  it.each([
    ['a later migration', ['select 1;', pulled]],
    ['a note in words', ['/* nothing to do here */']],
    ['an empty comment', ['/**/']],
    ['a comment beside SQL', ['/* create table b (id int); */ select 1;']],
    ['a line comment', ['-- create table b (id int);']],
  ])('is not %s', async (_, texts) => {
    const migrations = await Promise.all(texts.map((text) => migration(text)));
    expect(await commentedOutIn(migrations)).toEqual([]);
  });

  it('fails in production as drizzle-kit writes it, and says how it would not', async () => {
    const history = await historyBetween({}, drizzle({ '0000_a': [100, pulled] }));
    expect(found(history)).toEqual(['journal-broken drizzle/0000_a.sql:5']);
    expect(history.problems[0]?.remedy).toContain('out of the comment in drizzle/0000_a.sql');
    const long = pulled.replace('*/', `${`${mark}\nselect 1;\n`.repeat(60)}*/`);
    expect(await damage(long)).toEqual(['has a breakpoint inside a statement:5']);
  });

  it('is on record for base, and no finding for whoever adds it without breakpoints', async () => {
    const files = drizzle({ '0000_a': [100, pulled] });
    const history = await historyBetween(
      files,
      drizzle({ '0000_a': [100, pulled], '0001_b': [200, 'select 1;'] }),
    );
    expect([history.commentedOut?.map(({ file }) => file), found(history)]).toEqual([
      ['drizzle/0000_a.sql'],
      [],
    ]);
    const whole = drizzle({ '0000_a': [100, pulled.replaceAll(`${mark}\n`, '')] });
    expect(found(await historyBetween({}, whole))).toEqual([]);
  });
});
