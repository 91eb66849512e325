/** Which pushes go to a database that is not local; over 300 lines because every case is a repository as somebody might have it. */
import { afterAll, describe, expect, test } from 'vitest';
import { openRepository } from '../../src/history/git.ts';
import { unsafePushes } from '../../src/history/push/push-scripts.ts';
import { type Files, makeRepository } from '../repository.ts';

const repository = makeRepository();
afterAll(() => repository.remove());
const opened = await openRepository(repository.directory);
afterAll(() => opened.close());

const config = (url: string, dialect = 'postgresql') =>
  `import { defineConfig } from 'drizzle-kit';
export default defineConfig({ dialect: '${dialect}', schema: './s.ts', dbCredentials: { url: ${url} } });
`;
const neutral = { 'drizzle.config.ts': config('process.env.DATABASE_URL!') };
const scripts = (own: Readonly<Record<string, string>>, name = 'app') =>
  `${JSON.stringify({ name, scripts: own }, null, 2)}\n`;
const bin = (own: Readonly<Record<string, string>>): Files => ({ ...neutral, 'package.json': scripts(own) });

let files: string[] = [];
/** Exactly these files. */
function commit(next: Files): string {
  const gone = Object.fromEntries(files.filter((file) => !(file in next)).map((file) => [file, null]));
  files = Object.keys(next);
  return repository.commit({ ...gone, ...next });
}

async function found(head: Files, { base = {}, directory = '.' }: { base?: Files; directory?: string } = {}) {
  const before = opened.tree(commit({ 'README.md': 'x\n', ...base }));
  const after = opened.tree(commit({ 'README.md': 'x\n', ...head }));
  return await unsafePushes({ mergeBase: before, base: before, head: after }, directory);
}

async function places(head: Files, directory = '.'): Promise<string[]> {
  return (await found(head, { directory })).map(({ object, line }) => `${object}:${line}`);
}

describe('scripts of package.json that reach a database which is not local', () => {
  test.each<readonly [string, Files, readonly string[]]>([
    [
      'a config whose name says prod',
      bin({ 'db:push:prod': 'drizzle-kit push --config=drizzle-prod.config.ts' }),
      ['package.json#db:push:prod:4'],
    ],
    [
      'a config that is called by another script, with the argument handed on',
      bin({
        'db:push': 'drizzle-kit push',
        ship: 'bun run db:push --config=drizzle-prod.config.ts && bun run db:rls',
      }),
      ['package.json#ship:5'],
    ],
    [
      'an environment file of production',
      bin({ push: 'dotenv -e .env.production -- npx drizzle-kit push --force' }),
      ['package.json#push:4'],
    ],
    [
      'a variable of production',
      bin({ push: 'drizzle-kit push --dialect=postgresql --schema=./s.ts --url=$PROD_DATABASE_URL' }),
      ['package.json#push:4'],
    ],
    ['the build of a host', bin({ build: 'pnpm drizzle-kit push && next build' }), ['package.json#build:4']],
    [
      'the build of a host, by way of the script for developers',
      bin({ 'db:push': 'drizzle-kit push', 'vercel-build': 'npm run db:push && next build' }),
      ['package.json#vercel-build:5'],
    ],
    [
      'another machine',
      bin({ remote: "ssh app@example.com 'cd /srv/app && npm run db:push'", 'db:push': 'drizzle-kit push' }),
      ['package.json#remote:4'],
    ],
    [
      'a host in the config',
      {
        'package.json': scripts({ 'db:push': 'drizzle-kit push:pg' }),
        'drizzle.config.ts': config("'postgresql://postgres:secret@db.abcdefgh.supabase.co:5432/postgres'"),
      },
      ['package.json#db:push:4'],
    ],
    [
      'a variable of production in the config',
      {
        'package.json': scripts({ 'db:push': 'bunx --bun drizzle-kit push' }),
        'drizzle.config.ts': config('process.env.PROD_DIRECT_URL'),
      },
      ['package.json#db:push:4'],
    ],
    [
      'a shell script that sets the address',
      {
        ...bin({ sync: 'bash scripts/sync.sh' }),
        'scripts/sync.sh':
          "#!/bin/sh\n# don't panic\nexport DATABASE_URL=postgres://u:p@db.example.com/app\npnpm exec drizzle-kit push\n",
      },
      ['package.json#sync:4'],
    ],
  ])('%s', async (_, head, expected) => {
    expect(await places(head)).toEqual(expected);
  });
});

describe('scripts that are a developer’s own business', () => {
  test.each<readonly [string, Files]>([
    ['db:push alone', bin({ 'db:push': 'drizzle-kit push', 'db:push:force': 'npm run db:push -- --force' })],
    [
      'init and reset',
      bin({ 'db:init': 'drizzle-kit push && tsx seed.ts', test: 'drizzle-kit push && vitest' }),
    ],
    ['the config for development', bin({ push: 'drizzle-kit push --config=drizzle-dev.config.ts' })],
    [
      'a config with localhost',
      {
        'package.json': scripts({ build: 'drizzle-kit push && next build' }),
        'drizzle.config.ts': config("'postgres://postgres:postgres@127.0.0.1:54322/postgres'"),
      },
    ],
    [
      'a server started first',
      bin({
        start: 'docker compose up -d && drizzle-kit push && next start',
        build: 'supabase start && drizzle-kit push',
      }),
    ],
    ['a container', bin({ 'db:push:prod': 'docker compose exec app-dev drizzle-kit push' })],
    [
      'another dialect',
      bin({ 'push:prod': 'drizzle-kit push --dialect=sqlite', build: 'drizzle-kit push:mysql' }),
    ],
    [
      'a config of another dialect',
      {
        'package.json': scripts({ build: 'drizzle-kit push' }),
        'drizzle.config.ts': config('process.env.PROD_DATABASE_URL', 'turso'),
      },
    ],
    [
      'a config for production and for everybody',
      {
        'package.json': scripts({ 'db:push': 'drizzle-kit push' }),
        'drizzle.config.ts': config('process.env.PROD_DATABASE_URL ?? process.env.DATABASE_URL'),
      },
    ],
    ['words about it', bin({ deploy: 'echo "never run drizzle-kit push here" && drizzle-kit migrate' })],
    ['other commands of the kit', bin({ deploy: 'drizzle-kit generate && git push origin production' })],
    ['a script that calls itself', bin({ build: 'npm run build', push: 'npm run build && npm run push' })],
    ['no JSON', { 'package.json': '{ "scripts": <<<<<<<' }],
    ['no text', { 'package.json': { link: 'elsewhere.json' } }],
  ])('%s', async (_, head) => {
    expect(await places(head)).toEqual([]);
  });
});

const workflow = (on: string, job: string) => `name: Release
on: ${on}
jobs:
  ship:
    runs-on: ubuntu-latest
${job}`;
const step = (run: string, env = '') => `    steps:
      - uses: actions/checkout@v5
      - name: Schema
        run: ${run}
${env}`;
const inCi = (
  text: string,
  own: Readonly<Record<string, string>> = { 'db:push': 'drizzle-kit push' },
): Files => ({
  ...bin(own),
  '.github/workflows/ship.yml': text,
});
const secret = (name: string) => `        env:\n          DATABASE_URL: \${{ secrets.${name} }}\n`;

describe('workflows that reach a database which is not local', () => {
  test.each<readonly [string, Files, readonly string[]]>([
    [
      'with a secret',
      inCi(workflow('[pull_request]', step('bun run db:push', secret('DATABASE_URL')))),
      ['.github/workflows/ship.yml:9'],
    ],
    [
      'with a secret of the job, in a block',
      inCi(
        workflow(
          'workflow_dispatch',
          `    env:\n      DATABASE_URL: \${{ secrets.SUPABASE_DB_URL }}\n${step('|\n          npm ci\n          npx drizzle-kit push --force\n')}`,
        ),
      ),
      ['.github/workflows/ship.yml:13'],
    ],
    [
      'with a secret written to a file',
      inCi(
        workflow(
          'push',
          step(`|\n          echo "DATABASE_URL=\${{ secrets.DB_URL }}" >> .env\n          pnpm db:push\n`),
        ),
      ),
      ['.github/workflows/ship.yml:11'],
    ],
    [
      'on every push to main',
      inCi(workflow('\n  push:\n    branches: [main]', step('yarn db:push'))),
      ['.github/workflows/ship.yml:11'],
    ],
    [
      'on a release',
      inCi(workflow('\n  release:\n    types: [published]', step('bunx drizzle-kit push'))),
      ['.github/workflows/ship.yml:11'],
    ],
    [
      'in the environment production',
      inCi(workflow('workflow_dispatch', `    environment: production\n${step('npm run db:push')}`)),
      ['.github/workflows/ship.yml:10'],
    ],
    [
      'over ssh',
      inCi(
        workflow(
          'workflow_dispatch',
          '    steps:\n      - uses: some/ssh-action@v1\n        with:\n          script: |\n            cd app\n            npm run db:push\n',
        ),
      ),
      ['.github/workflows/ship.yml:11'],
    ],
    [
      'with a secret of production beside a service for the tests',
      inCi(
        workflow(
          'push',
          `    services:\n      db:\n        image: postgres:17\n${step('npm run db:push', secret('PROD_DATABASE_URL'))}`,
        ),
      ),
      ['.github/workflows/ship.yml:12'],
    ],
  ])('%s', async (_, head, expected) => {
    expect(await places(head)).toEqual(expected);
  });
});

describe('workflows with a database of their own', () => {
  const local = '        env:\n          DATABASE_URL: postgres://postgres:postgres@localhost:5432/test\n';
  const main = '\n  push:\n    branches: [main]';
  test.each<readonly [string, Files]>([
    ['a local URL', inCi(workflow(main, step('npm run db:push', local)))],
    [
      'a service',
      inCi(
        workflow(
          main,
          `    services:\n      postgres:\n        image: postgres:17\n${step('npm run db:push', secret('DATABASE_URL'))}`,
        ),
      ),
    ],
    [
      'supabase start',
      inCi(workflow(main, step('|\n          supabase start\n          npm run db:push\n'))),
    ],
    [
      'an address that names a service',
      inCi(
        workflow(
          main,
          step(
            'npm run db:push',
            '        env:\n          DATABASE_URL: postgres://u:p@postgres:5432/test\n',
          ),
        ),
      ),
    ],
    ['a secret for tests', inCi(workflow(main, step('npm run db:push', secret('TEST_DATABASE_URL'))))],
    [
      'a branch of the database made by a step before',
      inCi(
        workflow(
          '[pull_request]',
          step(
            'npm run db:push',
            `        env:\n          DATABASE_URL: \${{ steps.branch.outputs.db_url }}\n`,
          ),
        ),
      ),
    ],
    ['a workflow for pull requests too', inCi(workflow('[push, pull_request]', step('npm run db:push')))],
    ['migrate', inCi(workflow(main, step('npx drizzle-kit migrate', secret('DATABASE_URL'))))],
    [
      'a config with a local address to fall back on',
      {
        ...inCi(workflow(main, step('npm run db:push'))),
        'drizzle.config.ts': config("process.env.DATABASE_URL ?? 'postgres://localhost:5432/app'"),
      },
    ],
    ['no YAML', inCi('jobs: [\n')],
    [
      'aliases of aliases',
      inCi(
        `on: push\nx: &a [1,1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\njobs: {}\n`,
      ),
    ],
  ])('%s', async (_, head) => {
    expect(await places(head)).toEqual([]);
  });
});

describe('what is whose', () => {
  const unsafe = bin({ 'db:push': 'drizzle-kit push --config=drizzle-prod.config.ts' });

  test('a push that the base has too is standing, wherever its line has gone', async () => {
    const head = bin({ lint: 'biome', 'db:push': 'drizzle-kit push --config=drizzle-prod.config.ts' });
    const [problem] = await found(head, { base: unsafe });
    expect(problem).toMatchObject({ atBase: true, line: 5 });
  });

  test('a push that is turned to production is introduced', async () => {
    const [problem] = await found(unsafe, { base: bin({ 'db:push': 'drizzle-kit push' }) });
    expect(problem).toMatchObject({ atBase: false, object: 'package.json#db:push' });
    expect(problem?.what).toBe(
      'In package.json the script db:push runs `drizzle-kit push`, and `drizzle-prod.config.ts` says prod',
    );
  });

  test('what the base branch threw away meanwhile is gone after the merge', async () => {
    const before = opened.tree(commit(unsafe));
    const base = opened.tree(commit(neutral));
    expect(await unsafePushes({ mergeBase: before, base, head: before }, '.')).toEqual([]);
  });

  test('no password reaches a message', async () => {
    const head = bin({ 'db:push': 'drizzle-kit push --url=postgres://me:hunter2@db.example.com/app' });
    const [problem] = await found(head);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    expect(problem?.what).toContain('db.example.com');
  });

  test('in a monorepo the pushes of this project count, whoever calls them, and no others', async () => {
    const monorepo = {
      'package.json': scripts({
        'push:web': 'pnpm --filter @acme/web db:push:prod',
        'push:server': 'pnpm --filter @acme/server db:push --config=drizzle-prod.config.ts',
      }),
      'apps/server/package.json': scripts({ 'db:push': 'drizzle-kit push' }, '@acme/server'),
      'apps/server/drizzle.config.ts': config('process.env.DATABASE_URL'),
      'apps/web/package.json': scripts({ 'db:push:prod': 'drizzle-kit push' }, '@acme/web'),
      'apps/web/drizzle.config.ts': config('process.env.DATABASE_URL'),
      '.github/workflows/ship.yml': workflow(
        'push',
        `    defaults:\n      run:\n        working-directory: apps/server\n${step('npx drizzle-kit push', secret('DATABASE_URL'))}`,
      ),
    };
    expect(await places(monorepo, 'apps/server')).toEqual([
      'package.json#push:server:5',
      '.github/workflows/ship.yml:12',
    ]);
    expect(await places(monorepo, 'apps/web')).toEqual(['apps/web/package.json#db:push:prod:4']);
  });
});
