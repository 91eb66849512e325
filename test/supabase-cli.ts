/**
 * The Supabase CLI's way with migrations, as its source tells it (2.109 and later): the measure of our replay, since
 * no CLI can be run here without a project to link.
 */
import type { Server, Session } from '../src/database/database.ts';
import { StatementError } from '../src/database/database.ts';

export interface CliFile {
  readonly version: string;
  readonly name: string;
  /** As the CLI cuts them: each with the comments before it. */
  readonly statements: readonly string[];
}

const table = 'supabase_migrations.schema_migrations';

/** By its first words, as the CLI tells it. */
const runsAlone =
  /^(?:CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY|DROP\s+INDEX\s+CONCURRENTLY|REINDEX\b.*\sCONCURRENTLY|VACUUM|ALTER\s+SYSTEM|CLUSTER)\b/i;
const controls = /^(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b/i;

/** One `supabase db push` of the files that are pending; the SQLSTATE of what failed, or null. */
export async function pushWithSupabase(server: Server, files: readonly CliFile[]): Promise<string | null> {
  const session = await server.connect('postgres');
  try {
    await inTransaction(session, [
      "set local lock_timeout = '4s'",
      'create schema if not exists supabase_migrations',
      `create table if not exists ${table} (version text not null primary key)`,
      `alter table ${table} add column if not exists statements text[]`,
      `alter table ${table} add column if not exists name text`,
    ]);
    for (const file of files) {
      await session.execute('reset all');
      await pushFile(session, file);
    }
    return null;
  } catch (error) {
    if (error instanceof StatementError) return error.sqlstate;
    throw error;
  } finally {
    await session.close();
  }
}

async function pushFile(session: Session, { version, name, statements }: CliFile): Promise<void> {
  const list = statements.map((statement) => `"${statement.replace(/["\\]/g, '\\$&')}"`).join(',');
  const row = `insert into ${table} (version, name, statements) values (${[version, name, `{${list}}`].map(quoted).join(', ')})`;
  if (statements.some((statement) => controls.test(withoutComments(statement)))) {
    try {
      for (const sql of [...statements, row]) await session.execute(sql);
    } catch (error) {
      await session.execute('rollback');
      throw error;
    }
    return;
  }
  let pending: string[] = [];
  for (const statement of statements) {
    if (!runsAlone.test(withoutComments(statement))) {
      pending.push(statement);
      continue;
    }
    await inTransaction(session, pending);
    pending = [];
    await session.execute(statement);
  }
  await inTransaction(session, [...pending, row]);
}

async function inTransaction(session: Session, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await session.execute('begin');
  try {
    for (const sql of [...statements, 'commit']) await session.execute(sql);
  } catch (error) {
    await session.execute('rollback');
    throw error;
  }
}

function withoutComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*\n|\/\*.*?\*\/)+/s, '');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
