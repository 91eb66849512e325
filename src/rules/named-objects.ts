/** The existing or coming object that a statement is about, with its schema, as far as the statement names one. */
import { child, list, namesOf, nodeOf, type Tree, textOf } from '../history/parse-tree.ts';

export interface NamedObject {
  readonly schema: string;
  /** null: the schema itself. */
  readonly name: string | null;
}

/** Qualified names only: whose a bare one is, only the search path knows. */
export function namedObjects(tag: string, fields: Tree): readonly NamedObject[] {
  const ofSchema = schemaOf(tag, fields);
  if (ofSchema !== null) return [{ schema: ofSchema, name: null }];
  const relations = [
    fields.relation,
    fields.table,
    fields.view,
    fields.sequence,
    fields.typevar,
    child(fields.into).rel,
  ];
  const names = [
    fields.funcname,
    fields.typeName,
    fields.domainname,
    fields.defnames,
    fields.conversion_name,
  ];
  const paths = [
    ...relations.map(relationPath),
    ...names.map(namesOf),
    ...[child(fields.func), fields.object, ...list(fields.objects)].map(objectPath),
    ...list(fields.relations).map(relationPath),
  ];
  // Of a trigger, a policy or a column: the table is what has an owner.
  const own = isPart(tag, fields) ? 1 : 0;
  return paths.flatMap((path) => {
    const [schema, name] = path.slice(0, path.length - (path.length > 2 ? own : 0)).slice(-2);
    return path.length < 2 || schema === undefined || name === undefined ? [] : [{ schema, name }];
  });
}

const parts = new Set([
  'OBJECT_COLUMN',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
]);

function isPart(tag: string, { objtype, removeType }: Tree): boolean {
  const kind = tag === 'DropStmt' ? removeType : tag === 'CommentStmt' ? objtype : null;
  return typeof kind === 'string' && parts.has(kind);
}

function schemaOf(tag: string, fields: Tree): string | null {
  switch (tag) {
    case 'DropStmt':
      return fields.removeType === 'OBJECT_SCHEMA' ? textOf(list(fields.objects)[0]) : null;
    case 'CommentStmt':
      return fields.objtype === 'OBJECT_SCHEMA' ? textOf(fields.object) : null;
    case 'AlterOwnerStmt':
      return fields.objectType === 'OBJECT_SCHEMA' ? textOf(fields.object) : null;
    case 'RenameStmt':
      return fields.renameType === 'OBJECT_SCHEMA' && typeof fields.subname === 'string'
        ? fields.subname
        : null;
    default:
      return null;
  }
}

/** A RangeVar, with its tag or without. */
function relationPath(value: unknown): readonly string[] {
  const inner = nodeOf(value);
  const { schemaname, relname } = inner?.tag === 'RangeVar' ? inner.fields : child(value);
  return [schemaname, relname].filter((name) => typeof name === 'string');
}

/** A list of names, a type, or a function with its arguments. */
function objectPath(value: unknown): readonly string[] {
  const { ObjectWithArgs, TypeName } = child(value);
  if (ObjectWithArgs !== undefined) return namesOf(child(ObjectWithArgs).objname);
  if (TypeName !== undefined) return namesOf(child(TypeName).names);
  if (child(value).objname !== undefined) return namesOf(child(value).objname);
  return namesOf(value);
}
