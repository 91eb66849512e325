/** What a statement would have made: the objects later statements miss when it fails. */

import { readFileSync } from 'node:fs';
import type { Session } from '../database/database.ts';
import { plainIdentifier } from '../database/quoting.ts';
import { child, list, type Tree } from '../history/parse-tree.ts';
import { parseSql } from '../history/statements.ts';

export interface Made {
  readonly kind:
    | 'relation'
    | 'type'
    | 'function'
    | 'schema'
    | 'extension'
    | 'column'
    | 'policy'
    | 'trigger'
    | 'constraint';
  readonly schema: string;
  /** The table's, for what lives in a table. */
  readonly name: string;
  /** Name inside the table; null for what stands alone. */
  readonly part: string | null;
}

/** By the parser; unqualified names are taken to be in `public`. */
export async function madeBy(sql: string): Promise<readonly Made[]> {
  const parsed = await parseSql(sql);
  if ('error' in parsed) return [];
  // The parser's trees are JSON; every field is checked before it is used.
  return parsed.statements.flatMap(({ node, tree }) => made(node, (tree as Tree)[node] as Tree));
}

/** Columns whose type a statement would have changed, named as users write them. */
export async function retypedBy(sql: string): Promise<readonly string[]> {
  const parsed = await parseSql(sql);
  if ('error' in parsed) return [];
  return parsed.statements.flatMap(({ node, tree }) =>
    node === 'AlterTableStmt' ? retyped((tree as Tree)[node] as Tree).map(nameOf) : [],
  );
}

/** Those that are not in the database. */
export async function missingAmong(observer: Session, objects: readonly Made[]): Promise<readonly boolean[]> {
  if (objects.length === 0) return [];
  const query = readFileSync(new URL('./queries/missing-objects.sql', import.meta.url), 'utf8');
  const rows = await observer.query<{ missing: boolean }>(query, [JSON.stringify(objects)]);
  return rows.map(({ missing }) => missing);
}

export function nameOf(object: Made): string {
  if (object.kind === 'schema' || object.kind === 'extension')
    return `${object.kind} ${plainIdentifier(object.name)}`;
  const parts = [object.schema, object.name, ...(object.part === null ? [] : [object.part])];
  return parts.map(plainIdentifier).join('.');
}

function made(node: string, tree: Tree): Made[] {
  switch (node) {
    case 'CreateStmt':
      return relation(tree.relation);
    case 'CreateForeignTableStmt':
      return relation(child(tree.base).relation);
    case 'ViewStmt':
      return relation(tree.view);
    case 'CreateTableAsStmt':
      return relation(child(tree.into).rel);
    case 'CreateSeqStmt':
      return relation(tree.sequence);
    case 'IndexStmt':
      return relation({ ...child(tree.relation), relname: tree.idxname });
    case 'CreateEnumStmt':
    case 'CreateRangeStmt':
      return named('type', tree.typeName);
    case 'CreateDomainStmt':
      return named('type', tree.domainname);
    case 'CompositeTypeStmt':
      return relation(tree.typevar).map((object) => ({ ...object, kind: 'type' as const }));
    case 'CreateFunctionStmt':
      return named('function', tree.funcname);
    case 'CreateSchemaStmt':
      return alone('schema', tree.schemaname);
    case 'CreateExtensionStmt':
      return alone('extension', tree.extname);
    case 'CreatePolicyStmt':
      return inTable('policy', tree.table, tree.policy_name);
    case 'CreateTrigStmt':
      return inTable('trigger', tree.relation, tree.trigname);
    case 'AlterTableStmt':
      return list(tree.cmds).flatMap((cmd) => added(tree.relation, child(child(cmd).AlterTableCmd)));
    default:
      return [];
  }
}

function added(table: unknown, command: Tree): Made[] {
  const definition = child(command.def);
  if (command.subtype === 'AT_AddColumn') {
    return inTable('column', table, child(definition.ColumnDef).colname);
  }
  if (command.subtype === 'AT_AddConstraint') {
    return inTable('constraint', table, child(definition.Constraint).conname);
  }
  return [];
}

function retyped({ relation: table, cmds }: Tree): Made[] {
  return list(cmds).flatMap((cmd) => {
    const { subtype, name } = child(child(cmd).AlterTableCmd);
    return subtype === 'AT_AlterColumnType' ? inTable('column', table, name) : [];
  });
}

function relation(value: unknown): Made[] {
  const { relname, schemaname } = child(value);
  if (typeof relname !== 'string') return [];
  return [{ kind: 'relation', schema: schemaOr(schemaname), name: relname, part: null }];
}

function inTable(kind: Made['kind'], table: unknown, part: unknown): Made[] {
  if (typeof part !== 'string') return [];
  return relation(table).map((object) => ({ ...object, kind, part }));
}

function named(kind: Made['kind'], names: unknown): Made[] {
  const path = list(names).map((name) => child(child(name).String).sval);
  const name = path.at(-1);
  if (typeof name !== 'string') return [];
  return [{ kind, schema: schemaOr(path.at(-2)), name, part: null }];
}

function alone(kind: 'schema' | 'extension', name: unknown): Made[] {
  return typeof name === 'string' ? [{ kind, schema: '', name, part: null }] : [];
}

function schemaOr(schema: unknown): string {
  return typeof schema === 'string' ? schema : 'public';
}
