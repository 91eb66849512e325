/** Where npm, pnpm, yarn and bun put packages; made by hand, for no package manager has to run. */
import { describe, expect, test } from 'vitest';
import { wholeSchema } from '../../../src/history/kit/generate.ts';
import type { Files } from '../../repository.ts';
import { type Checkout, checkOut, installed, type Major, packageOf, project, schema } from './checkout.ts';

const limit = { deadlineMs: 120_000 };

/** A workspace with the schema in packages/db and a package beside it; base and head call its column differently. */
const monorepo: Files = {
  'package.json': '{ "name": "acme", "private": true, "workspaces": ["packages/*"] }\n',
  'packages/db/package.json': '{ "name": "@acme/db", "type": "module" }\n',
  'packages/db/drizzle.config.ts': `import { defineConfig } from 'drizzle-kit';
import { folder } from '@acme/columns';
export default defineConfig({ schema: './src/**/*.ts', out: folder, dialect: 'postgresql' });
`,
  'packages/db/src/schema.ts': `import { pgTable } from 'drizzle-orm/pg-core';
import { column } from '@acme/columns';
export const a = pgTable('a', { column });
`,
  'packages/columns/package.json': '{ "name": "@acme/columns", "main": "./src/index.ts" }\n',
};

function columns(name: string): Files {
  return {
    'packages/columns/src/index.ts': `import { text } from 'drizzle-orm/pg-core';
export const folder = './drizzle';
export const column = text('${name}');
`,
  };
}

function hoisted(checkout: Checkout, major: Major): void {
  for (const name of ['drizzle-kit', 'drizzle-orm'])
    checkout.link(`node_modules/${name}`, packageOf(major, name));
  checkout.link('node_modules/@acme/columns', '../../packages/columns');
}

/** pnpm, and bun with isolated installs: a store with a folder per version, and links into it. */
function isolated(store: string) {
  return (checkout: Checkout, major: Major): void => {
    for (const name of ['drizzle-kit', 'drizzle-orm']) {
      checkout.link(`node_modules/${store}/${name}@1/node_modules/${name}`, packageOf(major, name));
      checkout.link(
        `packages/db/node_modules/${name}`,
        `../../../node_modules/${store}/${name}@1/node_modules/${name}`,
      );
    }
    checkout.link(
      'packages/columns/node_modules/drizzle-orm',
      `../../../node_modules/${store}/drizzle-orm@1/node_modules/drizzle-orm`,
    );
    checkout.link('packages/db/node_modules/@acme/columns', '../../../columns');
  };
}

describe.each([
  ['npm, yarn and bun: everything at the top', hoisted, 0],
  ['npm, yarn and bun: everything at the top', hoisted, 1],
  ['pnpm: links into a store', isolated('.pnpm'), 0],
  ['bun, isolated: links into a store', isolated('.bun'), 1],
] as const)('%s', (_, install, major) => {
  test(`each commit meets its own workspace package (drizzle-kit ${major})`, async () => {
    const checkout = checkOut({ ...monorepo, ...columns('at_base') }, columns('at_head'));
    install(checkout, major);
    try {
      for (const [commit, name] of [
        ['HEAD~1', 'at_base'],
        ['HEAD', 'at_head'],
      ] as const) {
        const workspace = await checkout.open({
          commit: checkout.repository.git('rev-parse', commit),
          workingDirectory: 'packages/db',
          configFile: 'packages/db/drizzle.config.ts',
        });
        const whole = await wholeSchema(workspace, limit);
        await workspace.close();
        expect(whole).toMatchObject({ state: 'generated', sql: expect.stringContaining(`"${name}" text`) });
      }
    } finally {
      checkout.remove();
    }
  });
});

test('a workspace package that is built finds its build in the checkout', async () => {
  const checkout = checkOut({
    ...monorepo,
    'packages/columns/package.json': '{ "name": "@acme/columns", "exports": { ".": "./dist/index.js" } }\n',
  });
  hoisted(checkout, 0);
  checkout.repository.write({
    'packages/columns/dist/index.js': `const { text } = require('drizzle-orm/pg-core');
exports.folder = './drizzle'; exports.column = text('built');\n`,
  });
  const workspace = await checkout.open({
    workingDirectory: 'packages/db',
    configFile: 'packages/db/drizzle.config.ts',
  });
  try {
    expect(await wholeSchema(workspace, limit)).toMatchObject({
      state: 'generated',
      sql: expect.stringContaining('"built" text'),
    });
  } finally {
    await workspace.close();
    checkout.remove();
  }
});

describe('configs of every kind', () => {
  const given = `{ "schema": "./src/schema.ts", "out": "./drizzle", "dialect": "postgresql" }`;
  test.each([
    [0, 'drizzle.config.json', given, '{}'],
    [1, 'drizzle.config.json', given, '{}'],
    [0, 'drizzle.config.js', `module.exports = ${given};`, '{}'],
    [1, 'drizzle.config.js', `module.exports = ${given};`, '{}'],
    [0, 'drizzle.config.js', `export default ${given};`, '{ "type": "module" }'],
    [1, 'drizzle.config.js', `export default ${given};`, '{ "type": "module" }'],
    [0, 'drizzle.config.cjs', `exports.default = ${given};`, '{ "type": "module" }'],
    [0, 'drizzle.config.mjs', `export default ${given};`, '{}'],
    [1, 'drizzle.config.mjs', `export default ${given};`, '{}'],
    [0, 'drizzle.config.ts', `export default ${given} satisfies object;`, '{ "type": "module" }'],
  ] as const)('drizzle-kit %i, %s: %s in a package %s', async (major, configFile, text, manifest) => {
    const checkout = installed(major, {
      'package.json': manifest,
      [configFile]: text,
      'src/schema.ts': schema("export const a = pgTable('a', { id: integer() });"),
    });
    const workspace = await checkout.open({ configFile });
    try {
      expect(await wholeSchema(workspace, limit)).toMatchObject({ state: 'generated' });
    } finally {
      await workspace.close();
      checkout.remove();
    }
  });
});

describe('nothing is installed', () => {
  test.each([
    ['package-lock.json', 'npm ci'],
    ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
    ['yarn.lock', 'yarn install --immutable'],
    ['bun.lock', 'bun install --frozen-lockfile'],
  ])('%s: %s', async (lockfile, command) => {
    const checkout = checkOut({ ...project, [lockfile]: '', 'src/schema.ts': schema('') });
    const { look, close } = await checkout.look();
    await close();
    checkout.remove();
    expect(look).toEqual({
      state: 'unchecked',
      kit: null,
      why: `the dependencies are not installed, so drizzle-kit cannot be asked; add \`- run: ${command}\` before the gate`,
      prominent: false,
    });
  });

  test("Yarn Plug'n'Play has no folder of packages", async () => {
    const checkout = checkOut({ ...project, '.pnp.cjs': '', 'yarn.lock': '', 'src/schema.ts': schema('') });
    const { look, close } = await checkout.look();
    await close();
    checkout.remove();
    expect(look).toMatchObject({
      state: 'unchecked',
      why: expect.stringContaining('nodeLinker: node-modules'),
    });
  });

  test('a kit of an unknown major, and one without a command', async () => {
    for (const [manifest, words] of [
      ['{ "version": "7.0.0", "bin": "x" }', 'The gate does not know how drizzle-kit 7.0.0 is asked.'],
      ['{ "version": "0.31.0" }', 'The installed drizzle-kit 0.31.0 has no command to run.'],
      ['not JSON', 'The package.json of the installed drizzle-kit cannot be read.'],
    ] as const) {
      const checkout = checkOut({ ...project, 'src/schema.ts': schema('') });
      checkout.repository.write({ 'node_modules/drizzle-kit/package.json': manifest });
      const { look, close } = await checkout.look();
      await close();
      checkout.remove();
      expect(look).toMatchObject({ state: 'unreadable', what: words, file: 'drizzle.config.ts' });
    }
  });
});
