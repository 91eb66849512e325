/** What the statements of a generated migration drop, by kind and qualified name. */
import type { Node } from 'libpg-query';
import { child, list, namesOf, nodeOf, roleOf, type Tree } from '../parse-tree.ts';
import type { RenameQuestion } from './look.ts';

export interface Dropped {
  readonly kind: RenameQuestion['kind'];
  /** Schema and table that a column or policy belongs to; empty for the rest. */
  readonly owner: readonly string[];
  /** Qualified by schema, and by table where it belongs to one. */
  readonly name: string;
}

const kinds: Readonly<Record<string, RenameQuestion['kind']>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_TYPE: 'enum',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_POLICY: 'policy',
  OBJECT_INDEX: 'other',
};

export function droppedBy(statements: readonly Node[]): Dropped[] {
  return statements.flatMap((tree) => {
    const node = nodeOf(tree);
    switch (node?.tag) {
      case 'DropStmt':
        return list(node.fields.objects).flatMap((object) =>
          objectOf(String(node.fields.removeType), object),
        );
      case 'AlterTableStmt':
        return list(node.fields.cmds).flatMap((command) => columnOf(node.fields, command));
      case 'DropRoleStmt':
        return list(node.fields.roles).flatMap((role) => {
          const name = roleOf(role);
          return name === null ? [] : [{ kind: 'role', owner: [], name } as const];
        });
      default:
        return [];
    }
  });
}

function objectOf(removeType: string, object: unknown): Dropped[] {
  const kind = kinds[removeType];
  if (kind === undefined) return [];
  const typeName = child(child(object).TypeName).names;
  const sval = child(child(object).String).sval;
  const names = typeof sval === 'string' ? [sval] : namesOf(typeName ?? object);
  if (names.length === 0) return [];
  if (kind === 'schema' || kind === 'role') return [{ kind, owner: [], name: names.join('.') }];
  const own = kind === 'policy' ? qualified(names.slice(0, -1)) : [];
  const name = kind === 'policy' ? [...own, names.at(-1)] : qualified(names);
  return [{ kind, owner: own, name: name.join('.') }];
}

function columnOf(statement: Tree, command: unknown): Dropped[] {
  const { subtype, name } = child(child(command).AlterTableCmd);
  if (subtype !== 'AT_DropColumn' || typeof name !== 'string') return [];
  const owner = relationOf(statement.relation);
  return [{ kind: 'column', owner, name: [...owner, name].join('.') }];
}

/** Schema and name of a RangeVar; what has no schema is in public, as drizzle-kit writes it. */
export function relationOf(value: unknown): string[] {
  const { RangeVar: inner } = child(value);
  const { schemaname, relname } = inner === undefined ? child(value) : child(inner);
  return qualified([schemaname, relname].flatMap((name) => (typeof name === 'string' ? [name] : [])));
}

function qualified(names: readonly string[]): string[] {
  return names.length === 1 ? ['public', ...names] : [...names];
}
