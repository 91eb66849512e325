/**
 * How long a database takes to be there and how much memory it holds, by adapter, cold (empty cache) and warm: the
 * table of docs/adapters.md. `node bench/adapters.ts`; what is not there (an engine, an image in GATEKEEPER_BENCH_IMAGE,
 * binaries of the machine) is named with its reason instead of a number.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { MajorVersion } from '../src/database/database.ts';
import { type OpenRequest, openServer } from '../src/database/open.ts';
import { startPlainServer } from '../test/database/plain-server.ts';
import { median } from './median.ts';

const warmRuns = 7;
const image = process.env.GATEKEEPER_BENCH_IMAGE ?? null;
const plain = await startPlainServer({ majorVersion: 17 });
const majors: readonly MajorVersion[] = [15, 16, 17, 18];

interface Case {
  readonly name: string;
  readonly majorVersion: MajorVersion;
  readonly postgres: string;
}

const cases: readonly Case[] = [
  ...majors.map((majorVersion) => ({ name: `embedded ${majorVersion}`, majorVersion, postgres: 'embedded' })),
  ...majors.map((majorVersion) => ({ name: `local ${majorVersion}`, majorVersion, postgres: 'local' })),
  { name: 'docker 17', majorVersion: 17, postgres: 'docker' },
  { name: 'URL 17', majorVersion: 17, postgres: plain.url() },
];

function request({ majorVersion, postgres }: Case, cache: string): OpenRequest {
  return {
    majorVersion,
    platform: 'supabase',
    dataApiGrants: 'explicit',
    exposedSchemas: ['public', 'graphql_public'],
    ensureRls: false,
    extensions: [],
    postgres,
    image: postgres === 'docker' ? image : null,
    env: { ...process.env, GATEKEEPER_CACHE: cache },
  };
}

/** Proportional set size of every process that was not there before, in megabytes; Linux, best as root. */
function memorySince(before: ReadonlySet<string>): number {
  let kilobytes = 0;
  for (const pid of processes()) {
    if (before.has(pid)) continue;
    try {
      if (!readFileSync(`/proc/${pid}/comm`, 'utf8').includes('postgres')) continue;
      const [, size = '0'] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
      kilobytes += Number(size);
    } catch {
      // It ended just now, or belongs to somebody else.
    }
  }
  return kilobytes / 1024;
}

function processes(): ReadonlySet<string> {
  return new Set(readdirSync('/proc').filter((name) => /^\d+$/.test(name)));
}

async function boot(one: Case, cache: string): Promise<{ milliseconds: number; megabytes: number }> {
  const before = processes();
  const start = performance.now();
  const { server } = await openServer(request(one, cache));
  const milliseconds = performance.now() - start;
  try {
    await Promise.all([server.connect('supabase_admin'), server.connect('postgres')]);
    return { milliseconds, megabytes: memorySince(before) };
  } finally {
    await server.stop();
  }
}

process.stdout.write(
  `| adapter | cold | warm, median of ${warmRuns} | memory of the server |\n| --- | --- | --- | --- |\n`,
);
for (const one of cases) {
  const cache = mkdtempSync(join(tmpdir(), 'gatekeeper-bench-'));
  chmodSync(cache, 0o755);
  try {
    const cold = await boot(one, cache);
    // What that wrote would be on its way to the disk beside what is measured.
    execFileSync('sync');
    const warm = [];
    for (let run = 0; run < warmRuns; run += 1) warm.push(await boot(one, cache));
    const warmMs = median(warm.map(({ milliseconds }) => milliseconds));
    const megabytes = median(warm.map((run) => run.megabytes));
    process.stdout.write(
      `| ${one.name} | ${(cold.milliseconds / 1000).toFixed(1)} s | ${warmMs.toFixed(0)} ms | ${megabytes.toFixed(0)} MB |\n`,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stdout.write(`| ${one.name} | not here: ${why.replaceAll('|', '/')} | | |\n`);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}
await plain.stop();
