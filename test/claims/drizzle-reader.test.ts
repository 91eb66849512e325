/** Claims about drizzle-orm 0.4x: what its migrator reads from disk, and what it takes for pending. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterEach, describe, expect, it } from 'vitest';
import { decode } from '../../src/history/sql-files.ts';
import { readSqlFile } from '../../src/history/statements.ts';
import { journal } from '../repository.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(journalText: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-claim-'));
  folders.push(folder);
  mkdirSync(join(folder, 'meta'));
  writeFileSync(join(folder, 'meta/_journal.json'), journalText);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const contents: Record<string, Uint8Array> = {
  plain: Buffer.from('create table a (id int);--> statement-breakpoint\ncreate table b (id int);\n'),
  crlf: Buffer.from('create table a (id int);\r\n--> statement-breakpoint\r\nselect 1;\r\n'),
  mark: Buffer.from('\uFEFFselect 1;'),
  latin1: Buffer.from("select 'caf\u00e9'; -- na\u00efve", 'latin1'),
  dollar: Buffer.from('do $$ begin --> statement-breakpoint\nend $$;'),
  empty: Buffer.from(''),
};

describe("Drizzle's reader", () => {
  it.each(Object.entries(contents))('has the hash and the parts that we have: %s', async (tag, bytes) => {
    const [theirs] = readMigrationFiles({
      migrationsFolder: folderWith(journal({ [tag]: 1 }), { [`${tag}.sql`]: bytes }),
    });
    const ours = await readSqlFile(`${tag}.sql`, decode(tag, Buffer.from(bytes), false), {
      breakpoints: true,
    });
    expect(ours.sha256).toBe(theirs?.hash);
    // Every statement of ours lies within one of their parts, in their order.
    const parts = theirs?.sql ?? [];
    expect(parts.join('--> statement-breakpoint')).toBe(ours.text);
    let part = 0;
    for (const { sql } of ours.statements) {
      while (part < parts.length && parts[part]?.includes(sql) !== true) part += 1;
      expect(part, sql).toBeLessThan(parts.length);
    }
  });

  it('takes entries in the order of the list, whatever their idx, version and dialect', () => {
    const text = JSON.stringify({
      entries: [
        { tag: 'b', when: 5, idx: 9 },
        { tag: 'a', when: 3 },
      ],
    });
    const read = readMigrationFiles({
      migrationsFolder: folderWith(text, { 'a.sql': 'a', 'b.sql': 'b', 'c.sql': 'c' }),
    });
    expect(read.map(({ sql, folderMillis }) => [sql, folderMillis])).toEqual([
      [['b'], 5],
      [['a'], 3],
    ]);
  });

  it('stops at an entry without its file, and at a byte order mark', () => {
    const migrationsFolder = folderWith(journal({ gone: 1 }), {});
    expect(() => readMigrationFiles({ migrationsFolder })).toThrow('No file');
    expect(() => readMigrationFiles({ migrationsFolder: folderWith(`\uFEFF${journal({})}`, {}) })).toThrow(
      'JSON',
    );
  });
});

describe("Drizzle's migrator", () => {
  /** Runs it on a session that answers with a newest `created_at`; gives the SQL it would run. */
  async function pending(newest: number | null, whens: readonly number[]): Promise<string[]> {
    const ran: string[] = [];
    const record = { execute: async (query: { toQuery?: unknown }) => void ran.push(textOf(query)) };
    const session = {
      execute: async () => undefined,
      all: async () => (newest === null ? [] : [{ id: 1, hash: '', created_at: String(newest) }]),
      transaction: async (work: (tx: typeof record) => Promise<void>) => work(record),
    };
    const migrations = whens.map((when) => ({ sql: [`m${when}`], bps: true, folderMillis: when, hash: '' }));
    // The session is the part of drizzle-orm's that `migrate` calls; its class is not meant to be built by hand.
    await new PgDialect().migrate(migrations, session as never, '');
    return ran.filter((sql) => /^m\d/.test(sql));
  }

  it('compares every entry with the newest row alone: older and equal ones never run', async () => {
    expect(await pending(200, [100, 200, 150, 300, 250])).toEqual(['m300', 'm250']);
    expect(await pending(null, [100, 200, 150])).toEqual(['m100', 'm200', 'm150']);
  });
});

/** The text of a `sql.raw(…)`. */
function textOf(query: object): string {
  const chunks = 'queryChunks' in query && Array.isArray(query.queryChunks) ? query.queryChunks : [];
  return chunks
    .map((chunk: { value?: unknown }) => (Array.isArray(chunk.value) ? chunk.value.join('') : ''))
    .join('');
}
