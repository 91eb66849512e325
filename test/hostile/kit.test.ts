/** Code of a pull request that drizzle-kit loads, and what it may make of the gate that waits for it. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { wholeSchema } from '../../src/history/kit/generate.ts';
import { installed, project, schema } from '../history/kit/checkout.ts';

const temporary = mkdtempSync(join(tmpdir(), 'gatekeeper-hostile-kit-'));
beforeAll(() => {
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

const ofTheRun = `
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
const out = readdirSync('.').find((name) => /^\\.gatekeeper-\\d+$/.test(name))!;`;
const table = `export const a = pgTable('a', { id: integer() });`;

describe('the folder that drizzle-kit writes into', () => {
  it('with links in circles and out of it: none is followed', async () => {
    const elsewhere = join(temporary, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, '0001_secret.sql'), 'select 42;');
    const links = `
for (const name of ['a', 'b', 'c', 'd']) symlinkSync('.', out + '/' + name);
symlinkSync(${JSON.stringify(elsewhere)}, out + '/x');`;
    const checkout = installed(0, { ...project, 'src/schema.ts': schema(ofTheRun + links + table) });
    try {
      const looked = await checkout.look();
      const sql = await looked.sql('head');
      await looked.close();
      expect(sql).toContain('CREATE TABLE "a"');
      expect(sql).not.toContain('42');
    } finally {
      checkout.remove();
    }
  });
});

it.each([
  [
    'puts a file in the place of its copy',
    `const copy = process.cwd(); rmSync(copy, { recursive: true }); writeFileSync(copy, '');`,
    'the copy that drizzle-kit runs in cannot be used (ENOTDIR)',
  ],
  [
    'writes more SQL than a parser can hold',
    `writeFileSync(out + '/0001_x.sql', 'select 1;\\n'.repeat(600_000));`,
    'MiB of SQL, and the gate reads up to 4',
  ],
])('that %s leaves no answer, and no stack trace', async (_, body, why) => {
  const checkout = installed(0, { ...project, 'src/schema.ts': schema(ofTheRun + body + table) });
  const workspace = await checkout.open();
  try {
    expect(await wholeSchema(workspace, { deadlineMs: 120_000 })).toEqual({
      state: 'refused',
      why: expect.stringContaining(why),
    });
  } finally {
    await workspace.close();
    checkout.remove();
  }
});

it('is not given what nobody committed as something that was built', async () => {
  const manifest = {
    main: './.env/x.js',
    module: './.git/x.js',
    exports: { '.': './secret.txt/x.js', './b': './dist/x.js' },
  };
  const checkout = installed(0, { ...project, 'package.json': JSON.stringify(manifest) });
  checkout.repository.write({ '.env': 'A=b\n', 'secret.txt': 'c\n', 'dist/x.js': '' });
  const workspace = await checkout.open();
  try {
    const own = ['.env', '.git', 'dist', 'secret.txt'].filter((name) =>
      existsSync(join(workspace.copy, name)),
    );
    expect(own).toEqual(['dist']);
  } finally {
    await workspace.close();
    checkout.remove();
  }
});
