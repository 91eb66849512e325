/**
 * What it costs to ask the project's own drizzle-kit whether schema and migrations agree, beside the bare kit on the
 * same repository: a copy of the commit, links to the packages, an environment of its own. Prints ratios.
 * `node bench/schema-check.ts [migrations, default 500] [rounds, default 3]`
 */
import { execFileSync } from 'node:child_process';
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
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRepository } from '../src/history/git.ts';
import { lookAtSchema } from '../src/history/kit/look.ts';
import { readHistory } from '../src/history/read-history.ts';
import { median } from './median.ts';

const length = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 3);

const packages = {
  '0.x': fileURLToPath(new URL('../node_modules', import.meta.url)),
  '1.0': fileURLToPath(new URL('../test/kits/v1/node_modules', import.meta.url)),
};
type Major = keyof typeof packages;

const tables = Array.from(
  { length: 100 },
  (_, index) =>
    `export const table${index} = pgTable('table_${index}', { id: serial().primaryKey(), userId: uuid('user_id').notNull(), title: text().notNull(), note: text() }, (t) => [index('table_${index}_user').on(t.userId)]);`,
);

const files: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "bench", "private": true }\n',
  'drizzle.config.ts':
    "import { defineConfig } from 'drizzle-kit';\nexport default defineConfig({ schema: './src/schema.ts', out: './drizzle', dialect: 'postgresql' });\n",
  'src/schema.ts': `import { index, pgTable, serial, text, uuid } from 'drizzle-orm/pg-core';\n${tables.join('\n')}\n`,
};

function write(directory: string, path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

/** The kit as a developer runs it; nothing is written where schema and migrations agree. */
function kit(directory: string, major: Major, ...parameters: string[]): void {
  const bin = join(packages[major], 'drizzle-kit/bin.cjs');
  execFileSync(process.execPath, [bin, 'generate', '--config', 'drizzle.config.ts', ...parameters], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const uuid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** One real migration, and then custom ones that change nothing the schema knows: as many snapshots as migrations. */
function writeJournal(directory: string): void {
  kit(directory, '0.x', '--name', 'first');
  const snapshot = JSON.parse(readFileSync(join(directory, 'drizzle/meta/0000_snapshot.json'), 'utf8'));
  const entries = Array.from({ length }, (_, idx) => {
    const number = String(idx).padStart(4, '0');
    const tag = idx === 0 ? '0000_first' : `${number}_custom`;
    if (idx > 0) write(directory, `drizzle/${tag}.sql`, '-- Custom SQL migration file\nselect 1;\n');
    const chained = { ...snapshot, id: uuid(idx + 1), prevId: uuid(idx) };
    write(directory, `drizzle/meta/${number}_snapshot.json`, JSON.stringify(chained));
    return { idx, version: '7', when: 1_700_000_000_000 + idx, tag, breakpoints: true };
  });
  const journal = { version: '7', dialect: 'postgresql', entries };
  write(directory, 'drizzle/meta/_journal.json', JSON.stringify(journal));
}

function writeFolders(directory: string): void {
  kit(directory, '1.0', '--name', 'first');
  const [first = ''] = readdirSync(join(directory, 'drizzle'));
  const root = JSON.parse(readFileSync(join(directory, 'drizzle', first, 'snapshot.json'), 'utf8'));
  kit(directory, '1.0', '--custom', '--name', 'custom');
  const second = readdirSync(join(directory, 'drizzle')).find((name) => name !== first) ?? '';
  const custom = JSON.parse(readFileSync(join(directory, 'drizzle', second, 'snapshot.json'), 'utf8'));
  const sql = readFileSync(join(directory, 'drizzle', first, 'migration.sql'), 'utf8');
  rmSync(join(directory, 'drizzle'), { recursive: true });
  for (let index = 0; index < length; index += 1) {
    const at = new Date(Date.UTC(2024, 0, 1) + index * 3_600_000)
      .toISOString()
      .replace(/\D/g, '')
      .slice(0, 14);
    const folder = `drizzle/${at}_${index === 0 ? 'first' : 'custom'}`;
    const chained =
      index === 0 ? { ...root, id: uuid(1) } : { ...custom, id: uuid(index + 1), prevIds: [uuid(index)] };
    write(
      directory,
      `${folder}/migration.sql`,
      index === 0 ? sql : '-- Custom SQL migration file\nselect 1;\n',
    );
    write(directory, `${folder}/snapshot.json`, JSON.stringify(chained));
  }
}

async function looked(directory: string): Promise<{ read: number; look: number }> {
  const repository = await openRepository(directory);
  const { base, mergeBase, head } = await repository.resolveCommits({ base: 'HEAD' });
  const trees = {
    base: repository.tree(base),
    mergeBase: repository.tree(mergeBase),
    head: repository.tree(head),
  };
  const started = performance.now();
  const history = await readHistory({
    trees,
    workingDirectory: '.',
    migrationsFrom: 'auto',
    rlsFile: null,
    seedFile: null,
    bootstrapFile: null,
    baselineFile: null,
  });
  const read = performance.now() - started;
  const { look, close } = await lookAtSchema({
    root: repository.root,
    base: trees.base,
    head: trees.head,
    history,
    deadlineMs: 120_000,
  });
  const whole = performance.now() - started;
  await close();
  await repository.close();
  if (look.state !== 'in-sync') throw new Error(`not in sync: ${JSON.stringify(look)}`);
  return { read, look: whole - read };
}

for (const major of ['0.x', '1.0'] as const) {
  const directory = mkdtempSync(join(tmpdir(), 'gatekeeper-bench-'));
  const git = (...parameters: string[]) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.invalid', ...parameters], {
      cwd: directory,
    });
  try {
    for (const [path, text] of Object.entries(files)) write(directory, path, text);
    mkdirSync(join(directory, 'node_modules'));
    for (const name of ['drizzle-kit', 'drizzle-orm'])
      symlinkSync(join(packages[major], name), join(directory, 'node_modules', name));
    if (major === '0.x') writeJournal(directory);
    else writeFolders(directory);
    git('init', '--quiet');
    git('add', 'package.json', 'drizzle.config.ts', 'src', 'drizzle');
    git('commit', '--quiet', '--message', 'bench');
    const bare: number[] = [];
    const reads: number[] = [];
    const looks: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const started = performance.now();
      kit(directory, major);
      bare.push(performance.now() - started);
      const { read, look } = await looked(directory);
      reads.push(read);
      looks.push(look);
    }
    process.stdout.write(
      `${[
        `drizzle-kit ${major}, ${length} migrations, ${tables.length} tables`,
        `history read ${median(reads).toFixed(0)} ms`,
        `kit alone ${median(bare).toFixed(0)} ms`,
        `look ${median(looks).toFixed(0)} ms`,
        `look / kit alone = ${(median(looks) / median(bare)).toFixed(2)}`,
      ].join(' · ')}\n`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
