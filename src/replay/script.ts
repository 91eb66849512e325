/** A file as the commands its applier would send: BEGIN and COMMIT written in the SQL itself are followed, not fought. */
import type { SqlFile, Statement } from '../history/migration.ts';
import { fieldsOf, type Tree } from '../history/parse-tree.ts';
import { parseSql } from '../history/statements.ts';
import type { Place } from './record.ts';

export interface Command {
  readonly sql: string;
  /** null: not in the file; sent by the applier, or by us to keep its meaning. */
  readonly statement: Statement | null;
  /** No transaction is open when it starts. */
  readonly alone: boolean;
  /** What becomes of everything since the transaction began; null: it stays open. */
  readonly ends: 'commit' | 'rollback' | null;
}

/** Follows from file to file whether a transaction is open, as long as nothing fails. */
export interface Transaction {
  open: boolean;
}

/** What drizzle-orm's migrator splits a file on. */
const breakpoint = '--> statement-breakpoint';

/**
 * Drizzle's migrator sends a file in parts, and Postgres runs the statements of one part as one transaction when
 * no other is open. That shows only after a COMMIT in the file, and then CREATE INDEX CONCURRENTLY is refused in
 * a part that holds anything else: the implicit transaction is made explicit here, so that it is refused too.
 */
export async function scriptOf(
  file: SqlFile,
  transaction: Transaction,
  options: { readonly parts: boolean },
): Promise<readonly Command[]> {
  const commands: Command[] = [];
  const matters = !transaction.open || file.statements.some(({ node }) => node === 'TransactionStmt');
  const parts = options.parts && matters ? partsOf(file) : file.statements.map((statement) => [statement]);
  for (const part of parts) {
    let implicit = false;
    for (const [index, statement] of part.entries()) {
      const control = await transactionControl(statement);
      if (!transaction.open && part.length > 1 && control === null) {
        commands.push(ours('begin', true));
        transaction.open = true;
        implicit = true;
      }
      commands.push({
        sql: statement.sql,
        statement,
        alone: !transaction.open,
        ends: control === 'begin' || !transaction.open ? null : control,
      });
      if (control !== null) {
        transaction.open = control === 'begin';
        implicit = false;
      }
      if (implicit && index === part.length - 1) {
        commands.push(ours('commit', false));
        transaction.open = false;
      }
    }
  }
  return commands;
}

/** A command of the applier's own. */
export function ours(sql: string, alone: boolean): Command {
  return { sql, statement: null, alone, ends: sql === 'commit' ? sql : null };
}

/** The BEGIN whose transaction the last command leaves open, as far as the files go by themselves. */
export async function leftOpen<File extends SqlFile>(
  files: readonly File[],
  script: (file: File, transaction: Transaction) => Promise<readonly Command[]> = asItStands,
): Promise<Place | null> {
  const transaction = { open: false };
  let begun: Place | null = null;
  for (const file of files) {
    for (const { statement, alone } of await script(file, transaction)) {
      if (alone && statement?.node === 'TransactionStmt') begun = { file: file.file, line: statement.line };
    }
  }
  return transaction.open ? begun : null;
}

function asItStands(file: SqlFile, transaction: Transaction): Promise<readonly Command[]> {
  return scriptOf(file, transaction, { parts: false });
}

/** null for everything that neither opens nor closes a transaction, savepoints included. */
async function transactionControl(statement: Statement): Promise<'begin' | 'commit' | 'rollback' | null> {
  const tree = await treeOf(statement, 'TransactionStmt');
  if (tree === null) return null;
  const kind = String(tree.kind);
  if (tree.chain === true) return 'begin';
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return 'begin';
  if (kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_PREPARE') return 'commit';
  return kind === 'TRANS_STMT_ROLLBACK' ? 'rollback' : null;
}

/** CONCURRENTLY and what may commit by itself cannot run inside a transaction that we open to look at locks. */
export async function mayBeWrapped(statement: Statement): Promise<boolean> {
  const { node } = statement;
  if (node === null || !plain.has(node)) return false;
  if (node !== 'IndexStmt' && node !== 'DropStmt' && node !== 'AlterTableStmt') return true;
  const tree = await treeOf(statement, node);
  if (tree === null || tree.concurrent === true) return false;
  // ALTER TABLE … DETACH PARTITION … CONCURRENTLY keeps its flag inside the command.
  return !JSON.stringify(tree.cmds ?? []).includes('"concurrent":true');
}

const plain = new Set([
  'AlterDefaultPrivilegesStmt',
  'AlterDomainStmt',
  'AlterEnumStmt',
  'AlterFunctionStmt',
  'AlterObjectSchemaStmt',
  'AlterOwnerStmt',
  'AlterPolicyStmt',
  'AlterSeqStmt',
  'AlterTableStmt',
  'CommentStmt',
  'CompositeTypeStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateFunctionStmt',
  'CreatePolicyStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateStmt',
  'CreateTableAsStmt',
  'CreateTrigStmt',
  'DeleteStmt',
  'DropStmt',
  'GrantStmt',
  'IndexStmt',
  'InsertStmt',
  'MergeStmt',
  'RefreshMatViewStmt',
  'RenameStmt',
  'RuleStmt',
  'SelectStmt',
  'TruncateStmt',
  'UpdateStmt',
  'ViewStmt',
]);

/** The fields of a statement's tree; null when it is another kind of statement. */
export async function treeOf(statement: Statement, node: string): Promise<Tree | null> {
  if (statement.node !== node) return null;
  const parsed = await parseSql(statement.sql);
  const first = 'statements' in parsed ? parsed.statements[0] : undefined;
  return first === undefined ? null : fieldsOf(first.tree, node);
}

function partsOf(file: SqlFile): readonly (readonly Statement[])[] {
  const parts: Statement[][] = [];
  let next = 0;
  for (const text of file.text.split(breakpoint)) {
    const part: Statement[] = [];
    let from = 0;
    for (let statement = file.statements[next]; statement !== undefined; statement = file.statements[next]) {
      const at = text.indexOf(statement.sql, from);
      if (at === -1) break;
      part.push(statement);
      from = at + statement.sql.length;
      next += 1;
    }
    parts.push(part);
  }
  const rest = file.statements.slice(next);
  return rest.length === 0 ? parts : [...parts, ...rest.map((statement) => [statement])];
}
