/**
 * The base replay of a long history beside drizzle-orm's own migrator on the same server: all of it in one call, and
 * one call per migration, as production got it over the years. Prints ratios: absolute times are this machine's.
 * `node bench/long-history.ts [lengths, default 500] [rounds, default 3]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Server } from '../src/database/database.ts';
import { openServer } from '../src/database/open.ts';
import type { History } from '../src/history/history.ts';
import type { Migration } from '../src/history/migration.ts';
import { readSqlFile } from '../src/history/statements.ts';
import { replay } from '../src/replay/replay.ts';
import { type BenchMigration, benchFiles, benchHistory } from './history.ts';
import { median } from './median.ts';

const lengths = (process.argv[2] ?? '500').split(',').map(Number);
const rounds = Number(process.argv[3] ?? 3);

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

/** drizzle-orm's migrator, as a deploy script calls it, over the same socket; `folders` in turn. */
function drizzleMigrator(folders: readonly string[]): Promise<number> {
  return onFreshServer(async (server) => {
    const session = await server.connect('postgres');
    const [place] = await session.query<{ host: string; port: number }>(
      "select trim(both '\"' from current_setting('unix_socket_directories')) as host, current_setting('port')::int as port",
    );
    if (place === undefined) throw new Error('the server has no socket');
    for (const migrationsFolder of folders) {
      const client = postgres({
        ...place,
        username: 'postgres',
        database: 'postgres',
        max: 1,
        onnotice: () => {},
      });
      await migrate(drizzle(client), { migrationsFolder });
      await client.end();
    }
    await session.close();
  });
}

async function historyOf(migrations: readonly BenchMigration[]): Promise<History> {
  const base = await Promise.all(
    migrations.map(async ({ tag, when, sql }): Promise<Migration> => {
      const file = await readSqlFile(`drizzle/${tag}.sql`, sql, { breakpoints: true });
      return { ...file, tag, when, state: 'base' };
    }),
  );
  return {
    applier: 'drizzle',
    applierWhy: 'a bench',
    layout: { head: 'journal', base: 'journal' },
    moved: null,
    outOfOrder: [],
    drizzle: null,
    directory: 'drizzle',
    journalFile: 'drizzle/meta/_journal.json',
    base,
    new: [],
    skipped: [],
    rls: { base: [], head: [] },
    bootstrap: null,
    baseline: null,
    seed: null,
    migrationsTable: { schema: 'drizzle', name: '__drizzle_migrations' },
    problems: [],
    unreadable: false,
  };
}

/** Up to the base state: no rows are made up, and no catalog is read. */
function baseReplay(history: History): Promise<number> {
  return onFreshServer(async (server) => {
    const { gaps } = await replay(
      server,
      history,
      {
        platform: 'supabase',
        transaction: 'all',
        seedRows: 0,
        statementDeadlineMs: 30_000,
        overallDeadlineMs: 600_000,
      },
      async () => undefined,
    );
    if (gaps.length > 0) throw new Error(`${gaps.length} statements failed`);
  });
}

function writeFolder(directory: string, migrations: readonly BenchMigration[]): string {
  for (const [path, text] of Object.entries(benchFiles(migrations))) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return join(directory, 'drizzle');
}

for (const length of lengths) {
  const migrations = benchHistory(length);
  const history = await historyOf(migrations);
  const scratch = mkdtempSync(join(tmpdir(), 'gatekeeper-bench-'));
  try {
    const whole = writeFolder(join(scratch, 'whole'), migrations);
    const ours: number[] = [];
    const together: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await baseReplay(history));
      together.push(await drizzleMigrator([whole]));
    }
    // Each call reads the whole folder again: one round of every tenth tells enough.
    const steps = migrations.flatMap((_, index) => (index % 10 === 9 ? index + 1 : []));
    const apart = await drizzleMigrator(
      steps.map((count) => writeFolder(join(scratch, `first-${count}`), migrations.slice(0, count))),
    );
    process.stdout.write(
      `${[
        `${length} base migrations`,
        `base replay ${median(ours).toFixed(0)} ms`,
        `drizzle-orm in one call ${median(together).toFixed(0)} ms`,
        `in ${steps.length} calls ${apart.toFixed(0)} ms`,
        `base replay / drizzle-orm in one call = ${(median(ours) / median(together)).toFixed(2)}`,
      ].join(' · ')}\n`,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
