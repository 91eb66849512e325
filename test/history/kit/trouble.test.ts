/** Each way in which a config or a schema cannot be evaluated has words of its own, and a place. */
import { expect, test } from 'vitest';
import type { Files } from '../../repository.ts';
import { config, installed, type Major, project, schema } from './checkout.ts';

const good = schema("export const a = pgTable('a', { id: integer() });");

interface Case {
  readonly kits: readonly Major[];
  readonly files: Files;
  readonly file: string;
  readonly line?: number | null;
  readonly what: string | RegExp;
  readonly remedy?: string;
}

const cases: Readonly<Record<string, Case>> = {
  'the config throws': {
    kits: [0, 1],
    files: { 'drizzle.config.ts': `${config}\nthrow new Error('not today');\n` },
    file: 'drizzle.config.ts',
    line: 4,
    what: 'could not load the Drizzle config drizzle.config.ts: Error: not today',
  },
  'the config has a syntax error': {
    kits: [0, 1],
    files: { 'drizzle.config.ts': `${config}const x = {;\n` },
    file: 'drizzle.config.ts',
    line: 3,
    what: /drizzle\.config\.ts cannot be read: (?:Expected identifier|Unexpected token)/,
  },
  'the schema has a syntax error': {
    kits: [0, 1],
    files: { 'src/schema.ts': 'export const a = 1;\nexport const b = pgTable(;\n' },
    file: 'src/schema.ts',
    line: 2,
    what: /^src\/schema\.ts cannot be read: Unexpected/,
    remedy: 'Correct the syntax there.',
  },
  'the schema throws': {
    kits: [0, 1],
    files: { 'src/schema.ts': schema("export const a = 1;\nif (a === 1) throw new Error('too late');") },
    file: 'src/schema.ts',
    line: 3,
    what: /could not load the Drizzle schema: Error: too late$/,
  },
  'a package is missing': {
    kits: [0, 1],
    files: { 'src/schema.ts': "import { x } from '@acme/columns/text';\nexport const a = x;\n" },
    file: 'src/schema.ts',
    what: 'src/schema.ts imports @acme/columns/text, and the package @acme/columns is not installed where the gate runs.',
  },
  'a file is missing': {
    kits: [0, 1],
    files: { 'src/schema.ts': "import { x } from './generated';\nexport const a = x;\n" },
    file: 'src/schema.ts',
    what: 'src/schema.ts imports ./generated, which the commit does not hold.',
  },
  'no file where `schema` points': {
    kits: [0, 1],
    files: { 'src/schema.ts': null, 'src/other.ts': good },
    file: 'drizzle.config.ts',
    what: "`schema` of drizzle.config.ts names './src/schema.ts', and no file of the commit is there.",
  },
  'the dialect is missing': {
    kits: [0, 1],
    files: { 'drizzle.config.ts': config.replace(", dialect: 'postgresql'", '') },
    file: 'drizzle.config.ts',
    what: 'does not accept drizzle.config.ts: `dialect` is missing or is none it knows.',
  },
  'await at the top level': {
    kits: [0],
    files: { 'src/schema.ts': `${good}await Promise.resolve();\n` },
    file: 'src/schema.ts',
    what: 'awaits something at the top level, which drizzle-kit 0.x does not support.',
  },
  'one name twice': {
    kits: [1],
    files: { 'src/schema.ts': `${good}export const b = pgTable('a', { id: integer() });\n` },
    file: 'src/schema.ts',
    what: `There's a duplicate table name "a" in "public" schema`,
  },
  'a connection that is waited for': {
    kits: [1],
    files: { 'src/schema.ts': `${good}await fetch('http://127.0.0.1:9');\n` },
    file: 'src/schema.ts',
    what: /could not load the Drizzle schema/,
  },
  'process.exit': {
    kits: [0, 1],
    files: { 'src/schema.ts': `${good}process.exit(3);\n` },
    file: 'src/schema.ts',
    what: 'ended with exit code 3 while it loaded the Drizzle schema, and said nothing.',
  },
};

const rows = Object.entries(cases).flatMap(([title, one]) =>
  one.kits.map((kit) => [kit, title, one] as const),
);

test.each(rows)('drizzle-kit %i, %s', async (major, _, { files, ...wanted }) => {
  const checkout = installed(major, { ...project, 'src/schema.ts': good, ...files });
  try {
    const { look, close } = await checkout.look();
    await close();
    expect(look).toMatchObject({
      state: 'unreadable',
      file: wanted.file,
      what:
        typeof wanted.what === 'string'
          ? expect.stringContaining(wanted.what)
          : expect.stringMatching(wanted.what),
      atBase: true,
      ...(wanted.line === undefined ? {} : { line: wanted.line }),
      ...(wanted.remedy === undefined ? {} : { remedy: wanted.remedy }),
    });
    expect(JSON.stringify(look)).not.toMatch(/gatekeeper-|\/tmp|\/dev\/shm|\\n/);
  } finally {
    checkout.remove();
  }
});

test('what base could still evaluate is the fault of this pull request', async () => {
  const checkout = installed(0, { ...project, 'src/schema.ts': good }, { 'src/schema.ts': 'throw 1;\n' });
  const { look, close } = await checkout.look();
  await close();
  checkout.remove();
  expect(look).toMatchObject({ state: 'unreadable', file: 'src/schema.ts', atBase: false });
});

const needed = `const need = (...parts: string[]) => {
  const name = parts.join('_');
  if (!process.env[name]) throw new Error(name + ' is not set');
  return process.env[name];
};
`;

test('a variable that nobody could see is given when it is missed', async () => {
  const checkout = installed(0, {
    ...project,
    'drizzle.config.ts': `${needed}need('DIRECT', 'URL');\nneed('AUTH', 'SECRET');\n${config}`,
    'src/schema.ts': good,
  });
  const { look, close } = await checkout.look();
  await close();
  checkout.remove();
  expect(look).toMatchObject({ state: 'drift' });
});

test('a module for servers only is one of a server', async () => {
  const checkout = installed(0, { ...project, 'src/schema.ts': `import 'server-only';\n${good}` });
  checkout.repository.write({
    'node_modules/server-only/package.json':
      '{ "name": "server-only", "exports": { "react-server": "./empty.js", "default": "./index.js" } }',
    'node_modules/server-only/empty.js': '',
    'node_modules/server-only/index.js':
      "throw new Error('This module cannot be imported from a Client Component module.');",
  });
  const { look, close } = await checkout.look();
  await close();
  checkout.remove();
  expect(look).toMatchObject({ state: 'drift' });
});

test('an alias of tsconfig.json leads into the copy', async () => {
  for (const major of [0, 1] as const) {
    const checkout = installed(major, {
      ...project,
      'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"] } } }',
      'src/names.ts': "export const name = 'aliased';\n",
      'src/schema.ts': `import { name } from '@/names';\n${schema('export const a = pgTable(name, { id: integer() });')}`,
    });
    const looked = await checkout.look();
    expect(await looked.sql('head')).toContain('"aliased"');
    await looked.close();
    checkout.remove();
  }
});

test('a broken snapshot is not the fault of the schema', async () => {
  for (const [major, folder] of [
    [0, { 'drizzle/meta/_journal.json': '{}', 'drizzle/meta/0000_snapshot.json': '{ "tables":' }],
    [0, { 'drizzle/meta/_journal.json': '{}', 'drizzle/meta/0000_snapshot.json': '{ "version": "7" }' }],
    [1, { 'drizzle/20260101000000_a/snapshot.json': '{ "version": "8", "dialect": "postgres" }' }],
  ] as const) {
    const checkout = installed(major, { ...project, ...folder, 'src/schema.ts': good });
    const { look, close } = await checkout.look();
    await close();
    checkout.remove();
    expect(look).toMatchObject({
      state: 'unchecked',
      prominent: true,
      why: expect.stringContaining('snapshot'),
    });
  }
});
