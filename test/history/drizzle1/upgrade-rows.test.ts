/** What drizzle-orm 1.0 makes of the rows of 0.x, beside what is said of it before. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../../src/database/database.ts';
import { migrateFolder } from '../../drizzle-migrator.ts';
import { startServer } from '../../server.ts';
import { historyBetween, what } from '../memory-tree.ts';
import { drizzle } from '../project.ts';
import { folders } from './folders.ts';

let server: Server;
let root: string;
beforeAll(async () => {
  server = await startServer();
  root = mkdtempSync(join(tmpdir(), 'gatekeeper-upgrade-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const second = 1_767_225_600_000;
const day = 86_400_000;

/** Journal → what has run; folders → what runs at the first deploy with 1.0, by a table of their own. */
const cases: readonly (readonly [
  string,
  Record<string, readonly [number, string]>,
  Record<string, string>,
])[] = [
  [
    'as up leaves it',
    { '0000_a': [second + 123, 'select 1;'], '0001_b': [second + day + 456, 'select 2;'] },
    { '20260101000000_a': 'select 1;', '20260102000000_b': 'select 2;', '20260103000000_c': 'select 3;' },
  ],
  [
    'other names and bytes of one second',
    { '0000_a': [second + 123, 'select 1;'] },
    { '20260101000000_x': 'select 9;' },
  ],
  [
    'another second with the bytes',
    { '0000_a': [second + 123, 'select 1;'] },
    { '20260109000000_x': 'select 1;' },
  ],
  [
    'two of one second',
    { '0000_a': [second + 1, 'select 1;'], '0001_b': [second + 2, 'select 2;'] },
    { '20260101000000_a': 'select 1;', '20260101000000_b': 'select 2;' },
  ],
  [
    'two of one second with one text',
    { '0000_a': [second + 1, 'select 1;'], '0001_b': [second + 2, 'select 1;'] },
    { '20260101000000_a': 'select 1;', '20260101000000_b': 'select 1;' },
  ],
  [
    'one without a folder',
    { '0000_a': [second + 1, 'select 1;'], '0001_b': [second + day, 'select 2;'] },
    { '20260101000000_a': 'select 1;' },
  ],
  [
    'two of one second, one edited',
    { '0000_a': [second + 1, 'select 1;'], '0001_b': [second + 2, 'select 2;'] },
    { '20260101000000_a': 'select 1;', '20260101000000_b': 'select 3;' },
  ],
];

test.each(cases)('%s', async (name, journal, after) => {
  const migrationsTable = { schema: name, name: 'rows' };
  const head = folders(after);
  const history = await historyBetween(drizzle(journal), head);
  await migrateFolder(server, { migrationsTable }, write(`${name}-0`, drizzle(journal)), 'journal');
  const session = await server.connect('supabase_admin');
  try {
    const told = what(history);
    const upgrade = migrateFolder(server, { migrationsTable }, write(`${name}-1`, head), 'folders');
    if (told.includes('and throws')) {
      await expect(upgrade).rejects.toThrow('do not match any local migration');
      return;
    }
    await upgrade;
    const rows = await session.query<{ name: string }>(
      `select name from "${name}".rows where applied_at is not null order by id`,
    );
    expect(rows.map((row) => row.name)).toEqual(history.new.map(({ tag }) => tag));
  } finally {
    await session.close();
  }
});

function write(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name, 'drizzle');
}
