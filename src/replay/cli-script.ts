/** A file as the Supabase CLI sends it: in transactions of its own, around what Postgres runs in none. */
import { endOfStatement } from '../history/blank.ts';
import type { SqlFile, Statement } from '../history/migration.ts';
import { type Command, ours, scriptOf, type Transaction, treeOf } from './script.ts';

/**
 * Since 2.109 (June 2026): statements that cannot run in a transaction stand alone between two of them; the row comes
 * last. A file that begins and ends transactions itself is sent as it stands, its row behind it. Older CLIs sent
 * every file as one pipeline, in which Postgres takes the former only as the first statement.
 */
export async function cliScriptOf(
  file: SqlFile,
  transaction: Transaction,
  row: string | null,
): Promise<readonly Command[]> {
  const last = row === null ? [] : [row];
  if (await hasTransactionsOfItsOwn(file)) {
    const asItStands = await scriptOf(file, transaction, { parts: false });
    return [...asItStands, ...last.map((sql) => ours(sql, !transaction.open))];
  }
  const commands: Command[] = [];
  let isOpen = false;
  const begin = () => {
    if (isOpen) return;
    commands.push(ours('begin', !transaction.open));
    isOpen = true;
  };
  const commit = () => {
    if (!isOpen) return;
    commands.push(ours('commit', false));
    isOpen = false;
    transaction.open = false;
  };
  for (const statement of file.statements) {
    const standsAlone = await runsInNoTransaction(statement);
    if (standsAlone) commit();
    else begin();
    const alone = standsAlone && !transaction.open;
    commands.push({ sql: statement.sql, statement, alone, ends: null });
  }
  for (const sql of last) {
    begin();
    commands.push(ours(sql, false));
  }
  commit();
  return commands;
}

/** Cut at semicolons, each with the comments before it: what the CLI writes into its table. */
export function cliStatements({ text, statements }: SqlFile): readonly string[] {
  const cut: string[] = [];
  let from = 0;
  for (const { sql } of statements) {
    const start = text.indexOf(sql, from);
    if (start === -1) return statements.map((statement) => statement.sql);
    const end = endOfStatement(text, start + sql.length);
    cut.push(text.slice(from, end));
    from = end;
  }
  return [...cut, text.slice(from)].map(trimmed).filter((statement) => statement !== '');
}

function trimmed(text: string): string {
  return text
    .replace(/;+$/, '')
    .replace(/^[;\s]+/, '')
    .trim();
}

/** The CLI's own test is by the first words; savepoints do not count. */
async function hasTransactionsOfItsOwn({ statements }: SqlFile): Promise<boolean> {
  for (const statement of statements) {
    const tree = await treeOf(statement, 'TransactionStmt');
    if (tree !== null && !savepoints.has(String(tree.kind))) return true;
  }
  return false;
}

const savepoints = new Set(['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE']);

/** As the CLI knows them, which are not all: a whole database or a partition taken off is refused by Postgres. */
async function runsInNoTransaction(statement: Statement): Promise<boolean> {
  switch (statement.node) {
    case 'AlterSystemStmt':
    case 'ClusterStmt':
      return true;
    case 'VacuumStmt':
      return (await treeOf(statement, 'VacuumStmt'))?.is_vacuumcmd === true;
    case 'IndexStmt':
    case 'DropStmt':
      return (await treeOf(statement, statement.node))?.concurrent === true;
    case 'ReindexStmt':
      return JSON.stringify((await treeOf(statement, 'ReindexStmt'))?.params ?? []).includes(
        '"concurrently"',
      );
    default:
      return false;
  }
}
