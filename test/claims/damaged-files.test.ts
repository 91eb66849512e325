/** Claims about drizzle-orm 0.4x's migrator and Postgres: what SQL files may hold, and at which a deploy stops. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../../src/database/database.ts';
import type { Migration } from '../../src/history/migration.ts';
import { readSqlFile } from '../../src/history/statements.ts';
import { migrateWithDrizzle } from '../drizzle-migrator.ts';
import { startServer } from '../server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ platform: 'postgres' });
});
afterAll(async () => {
  await server?.stop();
});

const breakpoint = '--> statement-breakpoint';
const pulled = (between: string) =>
  `-- pulled\n/*\nCREATE TABLE "a" ("id" int);\n${between}CREATE TABLE "b" ("id" int);\n*/`;

/** Each is stamped after the one before it, in one database. */
let when = 0;
async function outcome(text: string): Promise<string> {
  when += 1;
  const file = await readSqlFile('x.sql', text, { breakpoints: true });
  const migration: Migration = { ...file, tag: `${when}_x`, state: 'new', when };
  try {
    await migrateWithDrizzle(server, { migrationsTable: null }, [migration]);
    return 'ok';
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    return `${cause?.code} ${cause?.message?.split('\n')[0]}`;
  }
}

describe("Drizzle's migrator", () => {
  it.each([
    ['an empty file', ''],
    ['a comment', '-- Custom SQL migration file, put your code below! --'],
    ['CRLF', `select 1;\r\n${breakpoint}\r\nselect 2;\r\n`],
    ['a breakpoint at the end', `select 1;${breakpoint}\n`],
    ['a breakpoint at the end of a comment line', `-- note ${breakpoint}\nselect 1;`],
    ['one comment around SQL', pulled('')],
  ])('is content with %s', async (_, text) => {
    expect(await outcome(text)).toBe('ok');
  });

  it.each([
    [
      'a breakpoint in a function body',
      `do $$ begin ${breakpoint}\nperform 1; end $$;`,
      'unterminated dollar-quoted',
    ],
    ['a breakpoint in a string', `select 'a ${breakpoint} b';`, 'unterminated quoted string'],
    ['a breakpoint in a comment', `/* ${breakpoint} */ select 1;`, 'unterminated /* comment'],
    [
      'words behind a breakpoint',
      `-- see ${breakpoint} for more\nselect 1;`,
      'syntax error at or near "for"',
    ],
    [
      'a comment with breakpoints, as drizzle-kit pull writes it',
      pulled(`${breakpoint}\n`),
      'unterminated /* comment',
    ],
    ['a byte order mark', '\uFEFFselect 1;', 'syntax error at or near "\uFEFFselect"'],
    ['a byte order mark before a comment', '\uFEFF-- nothing\n', 'syntax error at or near "\uFEFF"'],
    [
      'conflict markers',
      '<<<<<<< HEAD\nselect 1;\n=======\nselect 2;\n>>>>>>> x\n',
      'syntax error at or near "<<<<<<<"',
    ],
  ])('stops at %s', async (_, text, message) => {
    const said = await outcome(text);
    expect(said).toContain('42601');
    expect(said).toContain(message);
  });
});
