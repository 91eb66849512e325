/** Which statements a rename question decides about: those on what vanished and on what appeared. */
import type { Node } from 'libpg-query';
import { child, list, namesOf, nodeOf } from '../parse-tree.ts';
import { treesOf } from '../statements.ts';
import { droppedBy, relationOf } from './dropped.ts';
import type { RenameQuestion } from './look.ts';

/** Postgres' parser is loaded already: the statements have just been cut by it. */
export async function aboutQuestions(
  questions: readonly RenameQuestion[],
): Promise<(sql: string) => boolean> {
  const names = new Set(questions.flatMap(({ from, to }) => [...from, to]));
  if (names.size === 0) return () => false;
  return (sql) => {
    const trees = treesOf(sql);
    return trees?.some((tree) => namesTouched(tree).some((name) => names.has(name))) === true;
  };
}

/** Qualified as questions name them: `public.users`, `public.users.full_name`, a role or schema by its name. */
function namesTouched(tree: Node): string[] {
  const node = nodeOf(tree);
  if (node === null) return [];
  const { tag, fields } = node;
  const dropped = droppedBy([tree]).map(({ name, owner }) => [
    name,
    ...(owner.length > 0 ? [owner.join('.')] : []),
  ]);
  switch (tag) {
    case 'AlterTableStmt': {
      const table = relationOf(fields.relation).join('.');
      const columns = list(fields.cmds).flatMap((command) => columnsOf(child(child(command).AlterTableCmd)));
      return [table, ...columns.map((column) => `${table}.${column}`)];
    }
    case 'CreateStmt':
    case 'CreateSeqStmt':
    case 'AlterSeqStmt':
      return [relationOf(fields.relation ?? fields.sequence).join('.')];
    case 'IndexStmt': {
      const table = relationOf(fields.relation).join('.');
      const columns = list(fields.indexParams).map((item) => child(child(item).IndexElem).name);
      return [table, ...columns.map((column) => `${table}.${String(column)}`)];
    }
    case 'CreatePolicyStmt':
    case 'AlterPolicyStmt': {
      const table = relationOf(fields.table).join('.');
      return [table, `${table}.${String(fields.policy_name)}`];
    }
    case 'ViewStmt':
      return [relationOf(fields.view).join('.')];
    case 'CreateTableAsStmt':
      return [relationOf(child(child(fields.into).IntoClause).rel ?? child(fields.into).rel).join('.')];
    case 'CreateEnumStmt':
    case 'AlterEnumStmt': {
      const parts = namesOf(fields.typeName);
      return [(parts.length === 1 ? ['public', ...parts] : parts).join('.')];
    }
    case 'CreateSchemaStmt':
      return [String(fields.schemaname)];
    case 'CreateRoleStmt':
      return [String(fields.role)];
    default:
      return dropped.flat();
  }
}

/** Of one command of ALTER TABLE: the column it names, defines, or puts a constraint on. */
function columnsOf(command: ReturnType<typeof child>): string[] {
  const own = typeof command.name === 'string' ? [command.name] : [];
  const definition = child(command.def);
  const { colname } = child(definition.ColumnDef);
  const { keys, fk_attrs } = child(definition.Constraint);
  const inConstraint = [...namesOf(keys ?? []), ...namesOf(fk_attrs ?? [])];
  return [...own, ...(typeof colname === 'string' ? [colname] : []), ...inConstraint];
}
