/** Claims about drizzle-kit 0.31: which snapshots it reads, and what it makes of a broken chain. */
import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { journal } from '../repository.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const origin = '00000000-0000-0000-0000-000000000000';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const column = (name: string) => ({ name, type: 'text', primaryKey: false, notNull: false });

/** As drizzle-kit writes it, for one table `a` with these columns. */
function snapshot(id: number, prevId: number | string, columns: readonly string[], version = '7'): string {
  const uuid = (n: number | string) =>
    typeof n === 'string' ? n : `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const isNow = version === '7';
  const none = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));
  const table = {
    name: 'a',
    schema: '',
    columns: Object.fromEntries(columns.map((name) => [name, column(name)])),
    ...none(['indexes', 'foreignKeys', 'compositePrimaryKeys', 'uniqueConstraints']),
    ...(isNow ? { ...none(['policies', 'checkConstraints']), isRLSEnabled: false } : {}),
  };
  return JSON.stringify({
    id: uuid(id),
    prevId: uuid(prevId),
    version,
    dialect: 'postgresql',
    tables: { 'public.a': table },
    ...none(['enums', 'schemas', ...(isNow ? ['sequences', 'roles', 'policies', 'views'] : [])]),
    _meta: none(['columns', 'schemas', 'tables']),
  });
}

/** Runs `generate` on two migrations, of which the last made column `y`; the schema has x and y. */
async function generated(
  meta: Readonly<Record<string, string>>,
  prefix = 'index',
): Promise<{ sql: string; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'gatekeeper-claim-'));
  folders.push(folder);
  mkdirSync(join(folder, 'drizzle/meta'), { recursive: true });
  symlinkSync(modules, join(folder, 'node_modules'));
  const files = {
    'drizzle.config.ts': `export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle', migrations: { prefix: '${prefix}' } };`,
    'schema.ts':
      "import { pgTable, text } from 'drizzle-orm/pg-core';\nexport const a = pgTable('a', { x: text(), y: text() });\n",
    'drizzle/meta/_journal.json': journal({ '0000_x': 1, '0001_y': 2 }),
    ...Object.fromEntries(Object.entries(meta).map(([name, text]) => [`drizzle/meta/${name}`, text])),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const said = await new Promise<string>((resolve) => {
    const kit = spawn(
      process.execPath,
      [join(modules, 'drizzle-kit/bin.cjs'), 'generate', '--name', 'next'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let text = '';
    for (const stream of [kit.stdout, kit.stderr]) stream.on('data', (part) => (text += String(part)));
    kit.on('close', () => resolve(text));
  });
  const sql = readdirSync(join(folder, 'drizzle')).filter((name) => name.endsWith('.sql'));
  return { sql: sql.map((name) => readFileSync(join(folder, 'drizzle', name), 'utf8')).join('\n'), said };
}

const first = snapshot(1, origin, ['x']);
const second = snapshot(2, 1, ['x', 'y']);

describe.concurrent('drizzle-kit generate', () => {
  it('has nothing to do where the last snapshot is the last migration’s', async () => {
    const { sql, said } = await generated({ '0000_snapshot.json': first, '0001_snapshot.json': second });
    expect(sql).toBe('');
    expect(said).toContain('nothing to migrate');
  });

  it('goes on from the last file name, and writes again what the last migration did', async () => {
    const odd = await generated({ '0009_snapshot.json': first, '0001_snapshot.json': second });
    expect(odd.sql).toContain('ADD COLUMN "y"');
  });

  it('writes a column again whose migration has no snapshot', async () => {
    expect((await generated({ '0000_snapshot.json': first })).sql).toContain('ADD COLUMN "y"');
  });

  it('does not mind a parent that is not there', async () => {
    const { said } = await generated({
      '0000_snapshot.json': first,
      '0001_snapshot.json': snapshot(2, 9, ['x', 'y']),
    });
    expect(said).toContain('nothing to migrate');
  });

  it('refuses two of one parent, and one of an older version', async () => {
    const both = await generated({
      '0000_snapshot.json': first,
      '0001_snapshot.json': second,
      '0002_snapshot.json': snapshot(3, 1, ['x']),
    });
    expect([both.sql, both.said.includes('collision')]).toEqual(['', true]);
    const old = await generated({
      '0000_snapshot.json': first,
      '0001_snapshot.json': snapshot(2, 1, ['x'], '6'),
    });
    expect([old.sql, old.said.includes('not of the latest version')]).toEqual(['', true]);
  });

  it('takes every file without a leading _ for a snapshot', async () => {
    const stray = await generated({ '0000_snapshot.json': first, 'notes.md': 'x' });
    expect([stray.sql, stray.said.includes('JSON')]).toEqual(['', true]);
    const hidden = await generated({
      '0000_snapshot.json': first,
      '0001_snapshot.json': second,
      '_notes.md': 'x',
    });
    expect(hidden.said).toContain('nothing to migrate');
  });

  it('does not find the snapshot that `prefix: none` has made', async () => {
    expect((await generated({ '_snapshot.json': second }, 'none')).sql).toContain('CREATE TABLE "a"');
  });
});
