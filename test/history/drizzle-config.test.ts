import { afterEach, describe, expect, it } from 'vitest';
import { readDrizzleConfig } from '../../src/history/config-files.ts';
import { openRepository } from '../../src/history/git.ts';
import { type Files, makeRepository, type TestRepository } from '../repository.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

async function read(files: Files, drizzleConfig?: string, workingDirectory = '.') {
  const repository = makeRepository(files);
  repositories.push(repository);
  const opened = await openRepository(repository.directory);
  const { head } = await opened.resolveCommits({ base: 'main' });
  return await readDrizzleConfig(opened.tree(head), { workingDirectory, drizzleConfig });
}

const ts = (text: string) => read({ 'drizzle.config.ts': text });

describe('readDrizzleConfig', () => {
  it('reads what drizzle-kit reads, from defineConfig', async () => {
    const config = await ts(`
      import { defineConfig } from 'drizzle-kit';
      export default defineConfig({
        dialect: 'postgresql', schema: ['./src/a.ts', './src/b.ts'], out: './supabase/migrations/',
        migrations: { table: 'history', schema: 'public', prefix: 'supabase' }, breakpoints: false,
        dbCredentials: { url: process.env.DATABASE_URL! },
      });`);
    expect(config).toEqual({
      file: 'drizzle.config.ts',
      line: 3,
      out: 'supabase/migrations',
      absolute: null,
      schema: ['./src/a.ts', './src/b.ts'],
      hasSchema: true,
      casing: null,
      credentials: ['process.env.DATABASE_URL'],
      dialect: 'postgresql',
      migrations: { table: 'history', schema: 'public', prefix: 'supabase', isLiteral: true },
      breakpoints: false,
    });
  });

  it.each([
    ['satisfies', "export default { out: 'x' } satisfies Config;"],
    ['as', "export default { out: 'x' } as Config;"],
    ['a constant', "const config: Config = { out: 'x' };\nexport default config;"],
    [
      'constants inside',
      "const dir = 'x' as const;\nexport const config = { out: dir };\nexport default defineConfig(config);",
    ],
    [
      'a spread of a constant',
      "const base = { out: 'y', dialect: 'postgresql' };\nexport default { ...base, out: 'x' };",
    ],
    ['a template without expressions', 'export default { out: `x` };'],
    ['a fallback of the environment', "export default { out: process.env.OUT ?? 'x' };"],
    ['an older fallback', "export default { out: process.env['OUT'] || 'x' };"],
    ['a member in quotes', "export default { 'out': 'x' };"],
    ['module.exports', "module.exports = { out: 'x' };"],
    ['export =', "export = { out: 'x' };"],
    ['what TypeScript makes of it', "exports.__esModule = true;\nexports.default = { out: 'x' };"],
    [
      'a constant that is shown and looked into',
      "const config = { out: 'x', dbCredentials: { url: u } };\nif (!config.dbCredentials.url) throw 1;\nconsole.log(config);\nexport default config;",
    ],
    [
      'a constant that others begin with',
      "const config = { out: 'x' };\nexport const dev = { ...config, schema: 's' };\nconnect(config.out);\nexport default config;",
    ],
    [
      'the folder of the file in a module',
      "import path from 'node:path';\nimport { fileURLToPath } from 'node:url';\nconst __dirname = path.dirname(fileURLToPath(import.meta.url));\nexport default { out: path.join(__dirname, 'x') };",
    ],
    ['a name space', "import * as kit from 'drizzle-kit';\nexport default kit.defineConfig({ out: './x' });"],
  ])('reads %s', async (_, text) => {
    expect((await ts(text))?.out).toBe('x');
  });

  it.each([
    ['an expression', 'export default { out: "x" + y };'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a config
    ['a template with an expression', 'export default { out: `x${y}` };'],
    ['the environment alone', 'export default { out: process.env.OUT };'],
    ['a let', "let out = 'x';\nexport default { out };"],
    ['another function', "export default withDefaults({ out: 'x' });"],
    ['an unreadable spread after it', "export default { out: 'x', ...other };"],
    ['an unreadable spread without it', 'export default { ...other };'],
    ['a computed member', "export default { [key]: 'x' };"],
    ['a getter', "export default { get out() { return 'x'; } };"],
    ['a fallback of something else', "export default { out: other ?? 'x' };"],
    ['what is changed later', "const c = { out: 'x' };\nc.out = 'y';\nexport default c;"],
    [
      'what is changed by another name',
      "const c = { out: 'x' };\nconst d = c;\nd.out = 'y';\nexport default c;",
    ],
    ['what is handed on', "const c = { out: 'x' };\nObject.assign(c, { out: 'y' });\nexport default c;"],
    ['what is changed in between', "const c = { out: 'x' };\nconst d = change(c);\nexport default c;"],
    ['what a member is deleted from', "const c = { out: 'x' };\ndelete c.out;\nexport default c;"],
    [
      'what is taken apart into',
      "const c = { out: 'x' };\n({ out: c.out } = { out: 'y' });\nexport default c;",
    ],
    ['what calls itself', "const c = { out: 'x', f() { this.out = 'y'; } };\nc.f();\nexport default c;"],
    ['what is exported twice', "module.exports = { out: 'x' };\nmodule.exports = { out: 'y' };"],
    ['an export that is changed', "module.exports = { out: 'x' };\nmodule.exports.out = 'y';"],
    ['both kinds of export', "export default { out: 'x' };\nif (1) module.exports = { out: 'y' };"],
    ['another folder to start from', "process.chdir('y');\nexport default { out: 'x' };"],
    [
      'a defineConfig of its own',
      "const defineConfig = (c) => ({ ...c, out: 'y' });\nexport default defineConfig({ out: 'x' });",
    ],
    [
      'a defineConfig of somebody else',
      "import { defineConfig } from './own';\nexport default defineConfig({ out: 'x' });",
    ],
    ['a join of its own', "function join() { return 'y'; }\nexport default { out: join('x') };"],
    ['a __dirname of its own', "const __dirname = '/y';\nexport default { out: path.join(__dirname, 'x') };"],
    ['constants in a circle', 'const a = b;\nconst b = a;\nexport default { out: a };'],
  ])('does not guess %s', async (_, text) => {
    expect((await ts(text))?.out).toBeNull();
  });

  it('never runs the config', async () => {
    expect((await ts("throw new Error('ran');\nexport default { out: 'x' };"))?.out).toBe('x');
  });

  it('knows the default, and takes out as relative to the working directory', async () => {
    expect((await ts("export default { dialect: 'postgresql' };"))?.out).toBe('drizzle');
    const files = { 'apps/api/config/drizzle.ts': "export default { out: '../../db/migrations' };" };
    expect((await read(files, 'config/drizzle.ts', 'apps/api'))?.out).toBe('db/migrations');
  });

  it('reads JavaScript and JSON', async () => {
    expect((await read({ 'drizzle.config.mjs': "export default { out: 'x' };" }))?.out).toBe('x');
    expect((await read({ 'drizzle.config.js': "module.exports = { out: 'x' };" }))?.out).toBe('x');
    expect((await read({ 'drizzle.config.json': '{ "out": "x" }' }))?.out).toBe('x');
  });

  it('takes another name when it is the only one, or all agree on the folder', async () => {
    const dev = "export default { out: 'x', dialect: 'postgresql' };";
    expect((await read({ 'drizzle-dev.config.ts': dev, 'drizzle.prod.config.ts': dev }))?.out).toBe('x');
    const sqlite = "export default { out: 'y', dialect: 'sqlite' };";
    expect((await read({ 'drizzle-dev.config.ts': dev, 'drizzle-edge.config.ts': sqlite }))?.out).toBe('x');
    expect(await read({ 'other.config.ts': dev, 'src/drizzle-x.config.ts': dev })).toBeNull();
    const other = "export default { out: 'z', dialect: 'postgresql' };";
    await expect(
      read({ 'drizzle-dev.config.ts': dev, 'drizzle-prod.config.ts': other }),
    ).rejects.toMatchObject({
      code: 'drizzle-config-ambiguous',
      message: expect.stringContaining('drizzle-dev.config.ts, drizzle-prod.config.ts'),
    });
  });

  it.each([
    ['another dialect', "export default { dialect: 'mysql' };", 'drizzle-dialect-unsupported'],
    ['an out outside of the repository', "export default { out: '../drizzle' };", 'path-outside-repository'],
    ['an out that is a number', 'export default { out: 1 };', 'drizzle-config-unreadable'],
    ['a syntax error', 'export default {\n out: ;', 'drizzle-config-unreadable'],
    ['no default export', "export const out = 'x';", 'drizzle-config-unreadable'],
    ['a huge file', `// ${'x'.repeat(300_000)}\nexport default {};`, 'file-too-large'],
  ])('refuses %s', async (_, text, code) => {
    await expect(ts(text)).rejects.toMatchObject({ code });
  });

  it('gives the line of a syntax error', async () => {
    await expect(ts('export default {\n out: ;')).rejects.toMatchObject({
      message: 'drizzle.config.ts:2: Unexpected token.',
    });
  });
});
