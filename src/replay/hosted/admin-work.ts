/** Which statements may run as a superuser at all: those that run no code of the project's while they run. */
import { identifier } from '../../database/quoting.ts';
import { child, namesOf, optionsOf, type Tree } from '../../history/parse-tree.ts';
import type { Work } from './administration.ts';

export type Admissible = Pick<Work, 'calls' | 'sets'> | { readonly leftOut: string };

/** Null: no superuser's rights for this one, whoever asks for them. */
export function admissible(node: string, fields: Tree, majorVersion: number): Admissible | null {
  switch (node) {
    case 'CreateEventTrigStmt':
      // Hosted skips the project's event triggers for superusers; here each new connection of the gate's would run it.
      if (fields.eventname === 'login' && majorVersion >= 17)
        return { leftOut: 'an event trigger on login would run in the connections of the gate, too' };
      return { calls: [], sets: [`${identifier(...namesOf(fields.funcname))}()`] };
    case 'CreatePublicationStmt':
    case 'AlterPublicationStmt':
      // A row filter is an expression: reading its literals can run the checks of a domain.
      return hasExpressions(fields) ? null : { calls: [], sets: [] };
    case 'CreateFdwStmt':
      return { calls: optionsOf(fields.func_options).flatMap(functionOf), sets: [] };
    case 'CreateRoleStmt':
    case 'AlterRoleStmt':
      // Roles have no code; that it is nobody's superuser, classification has seen.
      return { calls: [], sets: [] };
    default:
      return null;
  }
}

/** The validator is called with the options when the wrapper is made. */
function functionOf({ name, value }: ReturnType<typeof optionsOf>[number]): readonly string[] {
  const names = namesOf(value);
  if (names.length === 0) return [];
  const types = name === 'validator' ? 'pg_catalog.text[], pg_catalog.oid' : '';
  return [`${identifier(...names)}(${types})`];
}

const withoutCode = new Set([
  'Boolean',
  'DefElem',
  'Integer',
  'List',
  'PublicationAllObjSpec',
  'PublicationObjSpec',
  'String',
]);

/** By the tags of nodes, which begin with a capital letter as no field does. */
function hasExpressions(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasExpressions);
  return Object.entries(child(value)).some(([key, inner]) => {
    if (key === 'whereClause') return true;
    if (/^[A-Z]/.test(key) && !withoutCode.has(key)) return true;
    return typeof inner === 'object' && inner !== null && hasExpressions(inner);
  });
}
