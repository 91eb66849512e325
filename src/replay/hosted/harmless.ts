/** What may stand beside a helped statement in one block: it reads Postgres' catalogs and calls nothing of the user's. */
import { child, list, namesOf, type Tree, textOf } from '../../history/parse-tree.ts';
import { treesOf } from '../../history/statements.ts';
import { isServiceSchema, policyTable } from './managed-tables.ts';

/** Functions of Postgres, as they are called without a schema. */
const functions = new Set([
  'array_agg',
  'array_length',
  'array_position',
  'btrim',
  'concat',
  'count',
  'current_database',
  'current_schema',
  'current_setting',
  'format',
  'has_schema_privilege',
  'has_table_privilege',
  'left',
  'length',
  'lower',
  'max',
  'min',
  'now',
  'obj_description',
  'pg_get_userbyid',
  'quote_ident',
  'quote_literal',
  'replace',
  'right',
  'starts_with',
  'string_agg',
  'string_to_array',
  'to_regclass',
  'to_regnamespace',
  'to_regprocedure',
  'to_regrole',
  'upper',
]);

const types = new Set([
  'bool',
  'date',
  'json',
  'jsonb',
  'name',
  'oid',
  'record',
  'refcursor',
  'regclass',
  'regnamespace',
  'regprocedure',
  'regrole',
  'text',
  'timestamptz',
  'uuid',
]);

export function isHarmlessType(name: string): boolean {
  const trees = treesOf(`select null::${name}`);
  return trees !== null && trees.length === 1 && isHarmless(trees);
}

/** An expression or an assignment: `x := lower(y)` reads like an argument with a name. */
export function isHarmlessExpression(sql: string): boolean {
  const trees = treesOf(`select ${sql}`) ?? treesOf(`select pg_catalog.format(${sql})`);
  return trees !== null && trees.length === 1 && isHarmless(trees);
}

/** A query on the catalogs, or a policy or trigger of a table that is none of the services'. */
export function isHarmlessStatement(tag: string, fields: Tree): boolean {
  if (tag === 'SelectStmt') return isHarmless(fields);
  const path = policyTable(tag, fields);
  // Without a schema it is what the search path finds first, which a hosted project would help with or refuse alike.
  return path !== null && path.length === 2 && typeof path[0] === 'string' && !isServiceSchema(path[0]);
}

function isHarmless(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isHarmless);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([tag, inner]) => isHarmlessNode(tag, child(inner)) && isHarmless(inner),
  );
}

function isHarmlessNode(tag: string, fields: Tree): boolean {
  switch (tag) {
    case 'FuncCall': {
      const names = namesOf(fields.funcname);
      const [schema, name] = names.length === 1 ? ['pg_catalog', names[0]] : names;
      return names.length <= 2 && schema === 'pg_catalog' && functions.has(name ?? '');
    }
    case 'A_Expr':
    case 'SubLink': {
      const operator = [...list(fields.name), ...list(fields.operName)];
      return operator.length <= 1 || textOf(operator[0]) === 'pg_catalog';
    }
    case 'typeName':
    case 'TypeName': {
      const names = namesOf(fields.names);
      return names.length === 1 ? types.has(names[0] ?? '') : names.length === 2 && names[0] === 'pg_catalog';
    }
    case 'RangeVar':
      return isCatalog(fields);
    case 'intoClause':
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return false;
    default:
      return true;
  }
}

function isCatalog({ schemaname, relname }: Tree): boolean {
  if (typeof schemaname === 'string')
    return schemaname === 'pg_catalog' || schemaname === 'information_schema';
  return typeof relname === 'string' && catalogs.has(relname);
}

/** What is read of Postgres' catalogs without their schema: a view of the project's may be called `pg_anything`. */
const catalogs = new Set([
  'pg_attribute',
  'pg_available_extensions',
  'pg_class',
  'pg_constraint',
  'pg_database',
  'pg_description',
  'pg_event_trigger',
  'pg_extension',
  'pg_foreign_data_wrapper',
  'pg_indexes',
  'pg_namespace',
  'pg_policies',
  'pg_policy',
  'pg_proc',
  'pg_publication',
  'pg_publication_rel',
  'pg_publication_tables',
  'pg_roles',
  'pg_settings',
  'pg_tables',
  'pg_trigger',
  'pg_type',
  'pg_user',
  'pg_views',
]);
