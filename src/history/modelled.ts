/** Whether SQL changes what Drizzle's snapshots describe: then drizzle-kit has to know of it, else it will generate it once more. */
import { readBlock } from './block.ts';
import type { SqlFile, Statement } from './migration.ts';
import { child, list, namesOf, nodeOf, type Tree, textOf } from './parse-tree.ts';
import { treesOf } from './statements.ts';

/** Kinds of object that a Drizzle schema can declare. */
export type ModelledKind = 'table' | 'enum' | 'schema' | 'index' | 'sequence' | 'view' | 'policy' | 'role';

/** What the snapshots of a project hold. */
export interface Snapshotted {
  /** Tables and enums: `public.todo`. */
  readonly names: ReadonlySet<string>;
  /** Many a team writes policies, views or roles by hand and declares none: a kind that no snapshot has is its own. */
  readonly kinds: ReadonlySet<ModelledKind>;
}

export interface ModelledChange {
  readonly statement: Statement;
  readonly kind: ModelledKind;
  /** As the statement names it, with the schema it would stand in. */
  readonly object: string;
}

/**
 * The first statement that changes what the snapshots describe. Null for what Drizzle has no words for (functions,
 * triggers, grants, extensions, comments), for data, and for what does not parse.
 */
export function modelledChange(
  { statements }: Pick<SqlFile, 'statements'>,
  known: Snapshotted,
): ModelledChange | null {
  for (const statement of statements) {
    const change = changesIn(statement.sql).find((each) => isKnown(each, known));
    if (change !== undefined) return { statement, kind: change.kind, object: change.object };
  }
  return null;
}

interface Change {
  readonly kind: ModelledKind;
  readonly object: string;
  readonly isNew: boolean;
}

/** A new table or enum is taken for one of the schema's; what is altered has to stand in a snapshot. */
function isKnown({ kind, object, isNew }: Change, { names, kinds }: Snapshotted): boolean {
  return kind === 'table' || kind === 'enum' ? isNew || names.has(object) : kinds.has(kind);
}

function changesIn(sql: string): readonly Change[] {
  return (treesOf(sql) ?? []).flatMap((tree) => {
    const node = nodeOf(tree);
    // Guarded statements, as older drizzle-kits write them: EXCEPTION WHEN duplicate_object.
    if (node?.tag === 'DoStmt') {
      const statements = (readBlock(sql) ?? []).filter(({ kind }) => kind === 'statement');
      return statements.flatMap((part) => changesIn(part.sql));
    }
    return node === null ? [] : (readers[node.tag]?.(node.fields) ?? []);
  });
}

type Reader = (fields: Tree) => readonly Change[];

const made = (kind: ModelledKind, object: string): Change[] => [{ kind, object, isNew: true }];
const changed = (kind: ModelledKind, object: string): Change[] => [{ kind, object, isNew: false }];

const readers: Readonly<Record<string, Reader>> = {
  CreateStmt: ({ relation, partbound }) =>
    // Partitions are no part of a Drizzle schema, and what is temporary is gone before anybody looks.
    partbound !== undefined || child(relation).relpersistence === 't'
      ? []
      : made('table', relationOf(relation)),
  AlterTableStmt: ({ relation, objtype, cmds }) =>
    list(cmds).flatMap((command) => {
      const { subtype, def } = child(child(command).AlterTableCmd);
      if (subtype === 'AT_EnableRowSecurity' || subtype === 'AT_DisableRowSecurity') {
        return changed('policy', relationOf(relation));
      }
      if (objtype === 'OBJECT_VIEW' || objtype === 'OBJECT_MATVIEW')
        return changed('view', relationOf(relation));
      if (objtype !== 'OBJECT_TABLE' || typeof subtype !== 'string' || !modelledCommands.has(subtype))
        return [];
      // Drizzle knows no exclusion constraints.
      const isExclusion = child(child(def).Constraint).contype === 'CONSTR_EXCLUSION';
      return isExclusion ? [] : changed('table', relationOf(relation));
    }),
  RenameStmt: ({ renameType, relationType, relation, object }) => {
    const isPart = renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_TABCONSTRAINT';
    if (isPart && relationType === 'OBJECT_VIEW') return changed('view', relationOf(relation));
    if (isPart || renameType === 'OBJECT_TABLE') return changed('table', relationOf(relation));
    if (renameType === 'OBJECT_TYPE') return changed('enum', qualified(namesOf(object)));
    const kind = kindOf(renameType);
    return kind === null ? [] : changed(kind, relationOf(relation));
  },
  AlterObjectSchemaStmt: ({ objectType, relation, object }) => {
    if (objectType === 'OBJECT_TYPE') return changed('enum', qualified(namesOf(object)));
    const kind = kindOf(objectType);
    return kind === null ? [] : changed(kind, relationOf(relation));
  },
  DropStmt: ({ removeType, objects }) => {
    const kind = kindOf(removeType);
    if (kind === null) return [];
    return list(objects).flatMap((object) => {
      const names = removeType === 'OBJECT_TYPE' ? typeNamesOf(object) : droppedNamesOf(object);
      return changed(kind, kind === 'policy' ? qualified(names.slice(0, -1)) : qualified(names));
    });
  },
  CreateEnumStmt: ({ typeName }) => made('enum', qualified(namesOf(typeName))),
  AlterEnumStmt: ({ typeName }) => changed('enum', qualified(namesOf(typeName))),
  CreateSchemaStmt: ({ schemaname }) => made('schema', String(schemaname ?? '')),
  IndexStmt: ({ relation }) => made('index', relationOf(relation)),
  CreateSeqStmt: ({ sequence }) => made('sequence', relationOf(sequence)),
  AlterSeqStmt: ({ sequence }) => changed('sequence', relationOf(sequence)),
  ViewStmt: ({ view }) => made('view', relationOf(view)),
  CreateTableAsStmt: ({ into, objtype }) =>
    // A copy of rows (CREATE TABLE … AS) is nothing that a schema declares.
    objtype === 'OBJECT_MATVIEW' ? made('view', relationOf(child(into).rel)) : [],
  CreatePolicyStmt: ({ table }) => made('policy', relationOf(table)),
  AlterPolicyStmt: ({ table }) => changed('policy', relationOf(table)),
  CreateRoleStmt: ({ role }) => made('role', String(role ?? '')),
  AlterRoleStmt: ({ role }) => changed('role', String(child(role).rolename ?? '')),
  DropRoleStmt: () => changed('role', ''),
};

const modelledCommands = new Set([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_AddConstraint',
  'AT_DropConstraint',
  'AT_AddIdentity',
  'AT_SetIdentity',
  'AT_DropIdentity',
  'AT_SetExpression',
  'AT_DropExpression',
]);

function kindOf(objectType: unknown): ModelledKind | null {
  return typeof objectType === 'string' ? (kinds[objectType] ?? null) : null;
}

const kinds: Readonly<Record<string, ModelledKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_TYPE: 'enum',
  OBJECT_SCHEMA: 'schema',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_POLICY: 'policy',
  OBJECT_ROLE: 'role',
};

function relationOf(value: unknown): string {
  const { schemaname, relname } = child(value);
  return `${typeof schemaname === 'string' ? schemaname : 'public'}.${String(relname ?? '')}`;
}

/** Drizzle's own spelling: what names no schema stands in `public`. */
function qualified(names: readonly string[]): string {
  return names.length === 1 ? `public.${names[0]}` : names.slice(-2).join('.');
}

function droppedNamesOf(object: unknown): readonly string[] {
  const name = textOf(object);
  return name === null ? namesOf(object) : [name];
}

function typeNamesOf(object: unknown): readonly string[] {
  return namesOf(child(child(object).TypeName).names);
}
