/** Histories made of SQL text, and a replay of them on a server of its own. */
import type { Server, Session } from '../../src/database/database.ts';
import type { History } from '../../src/history/history.ts';
import type { Migration } from '../../src/history/migration.ts';
import { readSqlFile } from '../../src/history/statements.ts';
import type { Replay } from '../../src/replay/record.ts';
import { type Moment, type ReplayOptions, replay } from '../../src/replay/replay.ts';
import { withServer } from '../server.ts';

/** SQL by the part it plays; migrations are numbered in order. */
export interface Texts {
  readonly base?: readonly string[];
  readonly new?: readonly string[];
  readonly baseRls?: string;
  readonly headRls?: string;
  readonly bootstrap?: string;
  readonly baseline?: string;
  readonly seed?: string;
}

const options: ReplayOptions = {
  transaction: 'all',
  platform: 'supabase',
  seedRows: 5,
  statementDeadlineMs: 20_000,
  overallDeadlineMs: 50_000,
};

export async function historyOf(texts: Texts): Promise<History> {
  const base = texts.base ?? [];
  return {
    applier: 'drizzle',
    applierWhy: 'as told by the option migrations-from',
    layout: { head: 'journal', base: 'journal' },
    moved: null,
    outOfOrder: [],
    drizzle: null,
    directory: 'drizzle',
    journalFile: 'drizzle/meta/_journal.json',
    base: await Promise.all(base.map((sql, index) => migration(sql, index, 'base'))),
    new: await Promise.all((texts.new ?? []).map((sql, index) => migration(sql, base.length + index, 'new'))),
    skipped: [],
    rls: {
      base: await plainFiles('rls.sql', texts.baseRls),
      head: await plainFiles('rls.sql', texts.headRls),
    },
    bootstrap: (await plainFiles('bootstrap.sql', texts.bootstrap))[0] ?? null,
    baseline: (await plainFiles('baseline.sql', texts.baseline))[0] ?? null,
    seed: (await plainFiles('seed.sql', texts.seed))[0] ?? null,
    migrationsTable: { schema: 'drizzle', name: '__drizzle_migrations' },
    problems: [],
    unreadable: false,
  };
}

/** The same history as Drizzle 1.0 keeps it: `20231114221320_step`, `20231114221321_step` and so on. */
export function asFolders(history: History): History {
  const named = (migration: Migration, index: number): Migration => {
    const when = 1_700_000_000_000 + index * 1000;
    const tag = `${new Date(when).toISOString().replace(/\D/g, '').slice(0, 14)}_step`;
    return { ...migration, tag, when, file: `drizzle/${tag}/migration.sql` };
  };
  return {
    ...history,
    layout: { head: 'folders', base: 'folders' },
    journalFile: null,
    base: history.base.map(named),
    new: history.new.map((migration, index) => named(migration, history.base.length + index)),
  };
}

/** `look` sees the database at each moment, as the superuser. */
export async function replayed(
  texts: Texts,
  changed: Partial<ReplayOptions> = {},
  look: (session: Session, moment: Moment) => Promise<void> = async () => undefined,
): Promise<Replay> {
  return withServer((server) => replayedOn(server, texts, changed, look));
}

export async function replayedOn(
  server: Server,
  texts: Texts,
  changed: Partial<ReplayOptions> = {},
  look: (session: Session, moment: Moment) => Promise<void> = async () => undefined,
): Promise<Replay> {
  const session = await server.connect('supabase_admin');
  try {
    return await replay(server, await historyOf(texts), { ...options, ...changed }, (moment) =>
      look(session, moment),
    );
  } finally {
    await session.close();
  }
}

/** `executed`, or the SQLSTATE, of every statement, migration by migration. */
export function outcomes(files: Replay['new']): string[][] {
  return files.map(({ statements }) => statements.map(({ outcome, error }) => error?.sqlstate ?? outcome));
}

async function migration(text: string, index: number, state: Migration['state']): Promise<Migration> {
  const tag = `${String(index).padStart(4, '0')}_step`;
  const file = await readSqlFile(`drizzle/${tag}.sql`, text, { breakpoints: true });
  return { ...file, tag, state, when: 1_700_000_000_000 + index };
}

async function plainFiles(name: string, text: string | undefined) {
  return text === undefined ? [] : [await readSqlFile(name, text, { breakpoints: false })];
}
