/** Statements of this change that were left out, each with what it is about and whether it may hide a loss. */
import { fieldsOf } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';
import { losesNothing } from '../replay/hosted/blocks.ts';
import type { StatementRecord } from '../replay/record.ts';
import { extensionOf, isLeftOut } from '../replay/stand-ins/left-out.ts';
import type { Evidence } from './rule.ts';

export interface Untried extends StatementRecord {
  /** What a finding is about: the extension, or the migration. */
  readonly object: string;
  readonly extension: string | null;
  readonly because: string;
  readonly standing: boolean;
  /** It could take tables, columns, rows or protection along, and nobody would see it here. */
  readonly mayHideLoss: boolean;
}

export function untried({ replay, history }: Evidence): readonly Untried[] {
  if (replay === null) return [];
  const atBase = new Set(
    replay.baseRls?.files.flatMap(({ statements }) => statements.filter(isLeftOut).map(({ sql }) => sql)),
  );
  const tags = new Map(history.new.map(({ file, tag }) => [file, tag]));
  const rls = replay.headRls?.files ?? [];
  return [...replay.new, ...rls].flatMap(({ file, statements }) =>
    statements.filter(isLeftOut).map((statement) => {
      const extension = extensionOf(statement);
      return {
        ...statement,
        because: statement.because ?? '',
        extension,
        standing: !tags.has(file) && atBase.has(statement.sql),
        object: extension ?? tags.get(file) ?? file,
        mayHideLoss: mayHideLoss(statement),
      };
    }),
  );
}

function mayHideLoss({ sql, node }: StatementRecord): boolean {
  if (node === 'DoStmt') return !losesNothing(sql);
  // Without CASCADE it is refused as long as anything of the project's needs the extension.
  const [tree] = node === 'DropStmt' ? (treesOf(sql) ?? []) : [];
  return fieldsOf(tree, 'DropStmt').behavior === 'DROP_CASCADE';
}
