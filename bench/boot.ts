/** How long a database takes to be there: cold (empty cache), warm (from the cache), and what the warm time is made of. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { MajorVersion } from '../src/database/database.ts';
import { type OpenRequest, openServer } from '../src/database/open.ts';
import { selfTest } from '../src/database/self-test.ts';
import { median } from './median.ts';

const coldRuns = 3;
const warmRuns = 15;

const request: OpenRequest = {
  // 15, 16 and 18 measure the fetch from the registry too when they are cold.
  majorVersion: Number(process.argv[2] ?? 17) as MajorVersion,
  platform: 'supabase',
  dataApiGrants: 'explicit',
  exposedSchemas: ['public', 'graphql_public'],
  ensureRls: false,
  extensions: [],
  postgres: 'embedded',
  image: null,
};

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function medianMs(values: readonly number[]): string {
  return `${median(values).toFixed(0)} ms`;
}

async function boot(env: NodeJS.ProcessEnv): Promise<{ bootMs: number; testMs: number; stopMs: number }> {
  const start = performance.now();
  const { server } = await openServer({ ...request, env });
  const bootMs = performance.now() - start;
  // Once more, by itself: it is part of every boot.
  const superuser = await server.connect('supabase_admin');
  const migrations = await server.connect('postgres');
  const testMs = await timed(() => selfTest(superuser, migrations, request));
  return { bootMs, testMs, stopMs: await timed(() => server.stop()) };
}

const caches: string[] = [];
try {
  const cold: number[] = [];
  for (let run = 0; run < coldRuns; run += 1) {
    const cache = mkdtempSync(join(tmpdir(), 'gatekeeper-bench-'));
    chmodSync(cache, 0o755);
    caches.push(cache);
    cold.push((await boot({ ...process.env, GATEKEEPER_CACHE: cache })).bootMs);
  }
  const [cache = ''] = caches;
  const warm = [];
  const copies: number[] = [];
  const prepared = readdirSync(cache).find((name) => name.startsWith('prepared-')) ?? '';
  for (let run = 0; run < warmRuns; run += 1) {
    warm.push(await boot({ ...process.env, GATEKEEPER_CACHE: cache }));
    const copy = join(cache, 'copy');
    copies.push(await timed(() => execFileSync('cp', ['-R', '--', join(cache, prepared), copy])));
    rmSync(copy, { recursive: true });
  }
  const rows: [string, string][] = [
    [`cold, median of ${coldRuns}`, medianMs(cold)],
    [`warm, median of ${warmRuns}`, medianMs(warm.map(({ bootMs }) => bootMs))],
    ['  of that: copy of the data directory', medianMs(copies)],
    ['  of that: self-test', medianMs(warm.map(({ testMs }) => testMs))],
    ['stop', medianMs(warm.map(({ stopMs }) => stopMs))],
  ];
  console.log(`Postgres ${request.majorVersion}, embedded, Node ${process.version}`);
  for (const [what, time] of rows) console.log(`${what.padEnd(44)}${time.padStart(8)}`);
} finally {
  for (const cache of caches) rmSync(cache, { recursive: true, force: true });
}
