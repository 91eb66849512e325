/** What drizzle-kit 1.0 writes and refuses, beside what is read of it here. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { found, historyBetween, what } from '../memory-tree.ts';
import { config } from '../project.ts';

const packages = {
  journal: fileURLToPath(new URL('../../../node_modules', import.meta.url)),
  folders: fileURLToPath(new URL('../../kits/v1/node_modules', import.meta.url)),
};
type Kit = keyof typeof packages;

let root: string;
/** `init`, `more` (a column and an index) and a custom one, as generated one after the other. */
let start: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gatekeeper-kit-'));
  start = project('start');
  generate(start, 'init', 'title: text()', '20260101000000');
  generate(start, 'more', 'title: text(), done: boolean()', '20260102000000');
  kit('folders', start, 'generate', '--custom', '--name', 'seed');
  settle(start, 'seed', '20260103000000');
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function project(name: string, from?: string): string {
  const directory = join(root, name);
  if (from !== undefined) cpSync(from, directory, { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(directory, 'src'), { recursive: true });
  writeFileSync(join(directory, 'drizzle.config.ts'), config);
  return directory;
}

/** Exit code, and both streams. */
function kit(major: Kit, cwd: string, ...words: string[]): { readonly code: number; readonly text: string } {
  rmSync(join(cwd, 'node_modules'), { force: true });
  symlinkSync(packages[major], join(cwd, 'node_modules'));
  const bin = join(packages[major], 'drizzle-kit/bin.cjs');
  try {
    const text = execFileSync(process.execPath, [bin, ...words], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    return { code: 0, text };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: `${stdout}${stderr}` };
  }
}

function writeSchema(directory: string, columns: string): void {
  const text = `import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';
export const todo = pgTable('todo', { id: integer().primaryKey(), ${columns} });
`;
  writeFileSync(join(directory, 'src/schema.ts'), text);
}

/** Under a second of our own: two of them made in one second would not tell their order. */
function generate(directory: string, name: string, columns: string, second: string): void {
  writeSchema(directory, columns);
  kit('folders', directory, 'generate', '--name', name);
  settle(directory, name, second);
}

function settle(directory: string, name: string, second: string): void {
  const made = readdirSync(join(directory, 'drizzle')).find((folder) => folder.endsWith(`_${name}`));
  renameSync(join(directory, 'drizzle', String(made)), join(directory, 'drizzle', `${second}_${name}`));
}

function textsOf(directory: string): Record<string, string> {
  const paths = readdirSync(join(directory, 'drizzle'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = paths.map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]);
  return { 'drizzle.config.ts': config, ...Object.fromEntries(texts) };
}

interface Read {
  readonly name: string;
  readonly hash: string;
  readonly folderMillis: number;
}

function readByDrizzle(directory: string): readonly Read[] {
  const load = createRequire(join(dirname(packages.folders), 'package.json'));
  const { readMigrationFiles }: { readMigrationFiles: (options: object) => Read[] } =
    load('drizzle-orm/migrator');
  return readMigrationFiles({ migrationsFolder: join(directory, 'drizzle') });
}

async function asRead(directory: string): Promise<readonly Read[]> {
  const { new: migrations } = await historyBetween({ 'drizzle.config.ts': config }, textsOf(directory));
  return migrations.map(({ tag, sha256, when }) => ({
    name: tag,
    hash: sha256,
    folderMillis: when ?? Number.NaN,
  }));
}

function namesAndHashes(migrations: readonly Read[]): Read[] {
  return migrations.map(({ name, hash, folderMillis }) => ({ name, hash, folderMillis }));
}

describe('what drizzle-kit 1.0 generates', () => {
  test('is read without a problem, with the names, hashes and times that drizzle-orm 1.0 records', async () => {
    const history = await historyBetween({ 'drizzle.config.ts': config }, textsOf(start));
    expect(found(history)).toEqual([]);
    const read = await asRead(start);
    expect(read.map(({ name }) => name)).toEqual([
      '20260101000000_init',
      '20260102000000_more',
      '20260103000000_seed',
    ]);
    expect(namesAndHashes(readByDrizzle(start))).toEqual(read);
  });

  test('tells its tables to whoever writes SQL by hand', async () => {
    const head = {
      ...textsOf(start),
      'drizzle/20260104000000_hand/migration.sql': 'alter table todo add column x int;\n',
    };
    expect(found(await historyBetween(textsOf(start), head))).toEqual([
      'snapshot-chain-broken 20260104000000_hand:1',
    ]);
  });

  test('sorts as drizzle-orm sorts, and is passed over where it passes over', async () => {
    const odd = project('odd', start);
    const names = [
      '20260104000000_b',
      '20260104000000_A',
      '20260104000000-c',
      '20260104000000',
      '20260104000000_ä',
      '2026010400000_short',
    ];
    for (const name of names) {
      mkdirSync(join(odd, 'drizzle', name));
      writeFileSync(join(odd, 'drizzle', name, 'migration.sql'), `select '${name}';\r\n`);
    }
    mkdirSync(join(odd, 'drizzle/meta'));
    writeFileSync(join(odd, 'drizzle/meta/0000_snapshot.json'), '{}');
    writeFileSync(join(odd, 'drizzle/0000_loose.sql'), 'select 1;');
    rmSync(join(odd, 'drizzle/20260103000000_seed/migration.sql'));
    expect(await asRead(odd)).toEqual(namesAndHashes(readByDrizzle(odd)));
    writeFileSync(join(odd, 'drizzle/meta/_journal.json'), '{}');
    expect(() => readByDrizzle(odd)).toThrow('old drizzle-kit migration folders');
  });
});

describe('what drizzle-kit 1.0 checks', () => {
  /** A branch from `init` beside `more`. */
  async function checked(name: string, columns: string) {
    const branch = project(name, start);
    const drizzle = join(branch, 'drizzle');
    for (const folder of ['20260102000000_more', '20260103000000_seed'])
      rmSync(join(drizzle, folder), { recursive: true });
    generate(branch, 'branch', columns, '20260104000000');
    cpSync(join(start, 'drizzle'), drizzle, { recursive: true });
    const { code, text } = kit('folders', branch, 'check');
    return { code, text, branch, history: await historyBetween(textsOf(start), textsOf(branch)) };
  }

  test('a fork of two columns is none', async () => {
    const { code, history } = await checked('apart', 'title: text(), note: text()');
    expect([code, found(history)]).toEqual([0, []]);
  });

  test('one column added on both branches is a conflict', async () => {
    const { code, text, history } = await checked('meeting', 'title: text(), done: text()');
    expect([code, found(history)]).toEqual([1, ['snapshot-chain-broken 20260104000000_branch:-']]);
    expect(text).toContain('add_column: done on todo table (20260104000000_branch)');
    expect(what(history)).toContain(
      '20260104000000_branch (add column public.todo.done) and 20260102000000_more (add column public.todo.done) conflict',
    );
  });

  test.each<[string, (drizzle: string) => void, string]>([
    [
      'a first snapshot that is gone',
      (drizzle) => rmSync(join(drizzle, '20260101000000_init/snapshot.json')),
      'snapshot-chain-broken 20260101000000_init:-',
    ],
    [
      'one that is no JSON',
      (drizzle) => writeFileSync(join(drizzle, '20260102000000_more/snapshot.json'), '{'),
      'journal-broken drizzle/20260102000000_more/snapshot.json:1',
    ],
    [
      'a parent that sorts after its child',
      (drizzle) => renameSync(join(drizzle, '20260102000000_more'), join(drizzle, '20260105000000_more')),
      'snapshot-chain-broken 20260103000000_seed:-',
    ],
    [
      'two first migrations',
      (drizzle) => {
        const file = join(drizzle, '20260102000000_more/snapshot.json');
        const first = join(drizzle, '20260101000000_init/snapshot.json');
        const { id } = JSON.parse(readFileSync(file, 'utf8'));
        writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(first, 'utf8')), id }));
      },
      'snapshot-chain-broken 20260102000000_more:-',
    ],
    [
      'a format of before',
      (drizzle) => {
        const file = join(drizzle, '20260103000000_seed/snapshot.json');
        const { deltas: _, footprints: __, type: ___, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
        writeFileSync(file, JSON.stringify({ ...rest, version: '8', ddl: [], renames: [] }));
      },
      'snapshot-chain-broken 20260103000000_seed:-',
    ],
    [
      'a journal beside the folders',
      (drizzle) => {
        mkdirSync(join(drizzle, 'meta'));
        writeFileSync(join(drizzle, 'meta/_journal.json'), '{"entries":[]}');
      },
      'journal-broken drizzle/meta/_journal.json:-',
    ],
  ])('%s stops it, and is told', async (name, breakIt, problem) => {
    const broken = project(name.replaceAll(' ', '-'), start);
    breakIt(join(broken, 'drizzle'));
    expect(kit('folders', broken, 'check').code).toBe(1);
    expect(found(await historyBetween(textsOf(start), textsOf(broken)))).toContain(problem);
  });
});

test('drizzle-kit up turns a journal of 0.x into folders that have all of it', async () => {
  const old = project('old');
  writeSchema(old, 'title: text()');
  kit('journal', old, 'generate', '--name', 'init');
  writeSchema(old, 'title: text(), done: boolean()');
  kit('journal', old, 'generate', '--name', 'more');
  const journalFile = join(old, 'drizzle/meta/_journal.json');
  const journal: { entries: { when: number }[] } = JSON.parse(readFileSync(journalFile, 'utf8'));
  for (const [index, entry] of journal.entries.entries()) entry.when = 1_767_225_600_123 + index * 86_400_000;
  writeFileSync(journalFile, JSON.stringify(journal));
  const before = textsOf(old);
  expect(kit('folders', old, 'up').code).toBe(0);
  const history = await historyBetween(before, textsOf(old));
  expect(history.layout).toEqual({ head: 'folders', base: 'journal' });
  expect(history.base.map(({ tag }) => tag)).toEqual(['0000_init', '0001_more']);
  expect(history.new).toEqual([]);
  expect(found(history)).toEqual([]);
  expect(readByDrizzle(old).map(({ name }) => name)).toEqual(['20260101000000_init', '20260102000000_more']);
});
