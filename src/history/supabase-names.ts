/** What in SQL is Supabase's, or is there for its Data API: schemas, roles, policies; read from the parser's trees. */
import { child, list, namesOf, type Tree, textOf } from './parse-tree.ts';
import { parseSql } from './statements.ts';

const schemas = ['auth', 'storage', 'realtime'];
const roles = ['anon', 'authenticated', 'service_role'];

/**
 * For people, after the place it was found at: `names the role anon`. Null when there is nothing of the kind.
 * `own`: schemas of these names that the project makes itself.
 */
export async function supabaseNamed(sql: string, own: readonly string[]): Promise<string | null> {
  const parsed = await parseSql(sql);
  if ('error' in parsed) return namedInText(sql, own);
  for (const { tree } of parsed.statements) {
    const named = namedIn(tree, own);
    if (named !== null) return named;
  }
  return null;
}

function namedIn(value: unknown, own: readonly string[]): string | null {
  if (typeof value === 'string') return /supabase/i.test(value) ? 'names Supabase' : null;
  if (typeof value !== 'object' || value === null) return null;
  const found = Array.isArray(value) ? qualified(value, own) : ofNode(child(value), own);
  if (found !== null) return found;
  for (const [key, below] of Object.entries(value)) {
    // `auth.role` may be a column of a table or alias of that name; `auth.users.id` and `auth.uid()` are not.
    const named = key === 'ColumnRef' && list(child(below).fields).length < 3 ? null : namedIn(below, own);
    if (named !== null) return named;
  }
  return null;
}

function ofNode(node: Tree, own: readonly string[]): string | null {
  if ('CreatePolicyStmt' in node) return 'makes a policy';
  const { subtype, schemaname, rolename, priv_name, defname } = node;
  if (subtype === 'AT_EnableRowSecurity' || subtype === 'AT_ForceRowSecurity') {
    return 'turns row level security on';
  }
  const { role } = child(node.CreateRoleStmt);
  const { name, args } = child(node.VariableSetStmt);
  const { objtype, objects } = child(node.GrantStmt);
  const body = defname === 'as' ? [textOf(node.arg), ...namesOf(node.arg)] : [];
  return (
    schemaNamed(schemaname, own) ??
    roleNamed(rolename) ??
    roleNamed(priv_name) ??
    roleNamed(role) ??
    (name === 'role' ? roleNamed(child(child(child(list(args)[0]).A_Const).sval).sval) : null) ??
    (objtype === 'OBJECT_SCHEMA' ? firstOf(namesOf(objects), (each) => schemaNamed(each, own)) : null) ??
    firstOf(body, (text) => (text === null ? null : namedInText(text, own)))
  );
}

function qualified(items: readonly unknown[], own: readonly string[]): string | null {
  const [first, second] = items;
  return textOf(second) === null ? null : schemaNamed(textOf(first), own);
}

function schemaNamed(name: unknown, own: readonly string[]): string | null {
  if (typeof name !== 'string' || !schemas.includes(name) || own.includes(name)) return null;
  return `names the schema ${name}`;
}

function roleNamed(name: unknown): string | null {
  return typeof name === 'string' && roles.includes(name) ? `names the role ${name}` : null;
}

/** Bodies of functions are no trees. A comment in them that fits counts too: then access is judged, which is safe. */
function namedInText(text: string, own: readonly string[]): string | null {
  const schema = [...text.matchAll(/\b(auth|storage|realtime)"?\s*\.\s*"?\w/gi)]
    .map((match) => match[1]?.toLowerCase() ?? '')
    .find((name) => !own.includes(name));
  const role =
    /\bto\s+"?(anon|authenticated)\b/i.exec(text)?.[1] ?? /\b(service_role)\b/i.exec(text)?.[1] ?? null;
  if (schema !== undefined) return schemaNamed(schema, own);
  if (role !== null) return roleNamed(role.toLowerCase());
  if (/\bsupabase/i.test(text)) return 'names Supabase';
  return /\brow\s+level\s+security\b|\bcreate\s+policy\b/i.test(text) ? 'uses row level security' : null;
}

function firstOf<Item>(items: readonly Item[], look: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}

/** For git: files in which `supabaseNamed` may find something. More than that is no harm, fewer would be. */
export const sqlExpressions: readonly string[] = [
  'supabase',
  '(auth|storage|realtime)"?[[:space:]]*\\.',
  'schema[[:space:]]+"?(auth|storage|realtime)',
  'anon|authenticated|service_role',
  'row[[:space:]]+level|policy',
];
