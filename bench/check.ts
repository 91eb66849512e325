/**
 * A whole check at several history lengths, beside the two things a user would run instead on the same server:
 * plain application of the same SQL, and drizzle-orm's own migrator. Prints ratios: absolute times are this machine's.
 * `node bench/check.ts [lengths, default 10,100,500] [rounds, default 3]`
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Server } from '../src/database/database.ts';
import { openServer } from '../src/database/open.ts';
import { type BenchMigration, benchFiles, benchHistory } from './history.ts';
import { median } from './median.ts';

const lengths = (process.argv[2] ?? '10,100,500').split(',').map(Number);
const rounds = Number(process.argv[3] ?? 3);
const command = resolve(import.meta.dirname, '../dist/cli.js');

const change: readonly string[] = ['ALTER TABLE "table_0" ADD COLUMN "color" text'];

function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function git(directory: string, ...parameters: string[]): void {
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid'];
  execFileSync('git', [...author, ...parameters], { cwd: directory, stdio: 'ignore' });
}

/** A repository whose main has the history and whose HEAD adds one harmless migration. */
function makeProject(directory: string, migrations: readonly BenchMigration[]): void {
  git(directory, 'init', '--initial-branch=main');
  writeFiles(directory, {
    ...benchFiles(migrations),
    'drizzle.config.ts':
      "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n",
  });
  git(directory, 'add', '-A');
  git(directory, 'commit', '-m', 'base');
  git(directory, 'checkout', '-b', 'change');
  const last = migrations.at(-1);
  const added = { tag: '9999_new', when: (last?.when ?? 0) + 1000, sql: change.join('') };
  writeFiles(directory, benchFiles([...migrations, added]));
  git(directory, 'add', '-A');
  git(directory, 'commit', '-m', 'change');
}

interface Run {
  readonly milliseconds: number;
  readonly peakMegabytes: number;
}

/** The command as a user runs it, process start included; the peak is the Node process's own resident memory. */
async function wholeCheck(directory: string): Promise<Run> {
  const started = performance.now();
  const child = spawn(process.execPath, [command, 'check', '--base', 'main', '--postgres', 'embedded'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, RUNNER_TEMP: join(directory, '..', 'report') },
  });
  let peak = 0;
  const watch = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 20);
  const code = await new Promise((done) => child.on('exit', done));
  clearInterval(watch);
  if (code !== 0) throw new Error(`the check ended with ${code}`);
  return { milliseconds: performance.now() - started, peakMegabytes: peak / 1024 };
}

async function onFreshServer(work: (server: Server) => Promise<void>): Promise<number> {
  const { server } = await openServer({
    majorVersion: 17,
    platform: 'supabase',
    dataApiGrants: 'explicit',
    exposedSchemas: ['public'],
    ensureRls: false,
    extensions: [],
    postgres: 'embedded',
    image: null,
  });
  try {
    const started = performance.now();
    await work(server);
    return performance.now() - started;
  } finally {
    await server.stop();
  }
}

/** As `psql -1 -f` would: each file whole, in a transaction of its own. */
function plainApplication(migrations: readonly BenchMigration[]): Promise<number> {
  return onFreshServer(async (server) => {
    const session = await server.connect('postgres');
    for (const { sql } of migrations) {
      await session.execute('begin');
      await session.execute(sql);
      await session.execute('commit');
    }
    await session.close();
  });
}

/** drizzle-orm's migrator, as a deploy script calls it, over the same socket. */
function drizzleMigrator(migrationsFolder: string): Promise<number> {
  return onFreshServer(async (server) => {
    const session = await server.connect('postgres');
    const [place] = await session.query<{ host: string; port: number }>(
      "select trim(both '\"' from current_setting('unix_socket_directories')) as host, current_setting('port')::int as port",
    );
    if (place === undefined) throw new Error('the server has no socket');
    const options = { ...place, username: 'postgres', database: 'postgres', max: 1, onnotice: () => {} };
    const client = postgres(options);
    await migrate(drizzle(client), { migrationsFolder });
    await client.end();
    await session.close();
  });
}

const rows: string[] = [];
for (const length of lengths) {
  const migrations = benchHistory(length);
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-bench-'));
  const project = join(scratch, 'project');
  try {
    mkdirSync(project);
    makeProject(project, migrations);
    await wholeCheck(project); // fills the cache of prepared data directories
    const checks: Run[] = [];
    const plain: number[] = [];
    const drizzleOwn: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      checks.push(await wholeCheck(project));
      plain.push(await plainApplication(migrations));
      drizzleOwn.push(await drizzleMigrator(join(project, 'drizzle')));
    }
    const check = median(checks.map(({ milliseconds }) => milliseconds));
    const peak = Math.max(...checks.map(({ peakMegabytes }) => peakMegabytes));
    const budget = 1.5 * median(plain) + 1000;
    rows.push(
      [
        `${length} base migrations`,
        `check ${check.toFixed(0)} ms`,
        `plain ${median(plain).toFixed(0)} ms`,
        `drizzle-orm ${median(drizzleOwn).toFixed(0)} ms`,
        `check / (1.5 × plain + 1 s) = ${(check / budget).toFixed(2)}`,
        `check / drizzle-orm = ${(check / median(drizzleOwn)).toFixed(2)}`,
        `Node peak ${peak.toFixed(0)} MB`,
      ].join(' · '),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
process.stdout.write(`${rows.join('\n')}\n`);
