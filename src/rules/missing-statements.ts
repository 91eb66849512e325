/** What the statements that drizzle-kit would write have in common, where that points at one cause. */
import { plainIdentifier } from '../database/quoting.ts';
import type { MissingStatement, RenameQuestion } from '../history/kit/look.ts';
import { child, list, namesOf, nodeOf, type Tree } from '../history/parse-tree.ts';
import { treesOf } from '../history/statements.ts';

/** The tables that go, where nothing but dropping is left to do: most often they are only not exported any more. */
export function onlyDrops(missing: readonly MissingStatement[]): readonly string[] | null {
  const tables = droppedTables(missing);
  return tables.length > 0 && nodesIn(missing).every(({ tag, fields }) => goesWithTable(tag, fields))
    ? tables
    : null;
}

export function droppedTables(missing: readonly MissingStatement[]): readonly string[] {
  return nodesIn(missing).flatMap(({ tag, fields }) =>
    tag === 'DropStmt' && fields.removeType === 'OBJECT_TABLE'
      ? list(fields.objects).map((object) => named(namesOf(object)))
      : [],
  );
}

/** Nothing of it makes what code could be waiting for. */
export function onlyRemoves(missing: readonly MissingStatement[]): boolean {
  return nodesIn(missing).every(
    ({ tag, fields }) =>
      tag === 'DropStmt' ||
      commandsOf(tag, fields).some((type) =>
        /^AT_(DropColumn|DropConstraint|DisableRowSecurity)$/.test(type),
      ),
  );
}

/** What does not parse is a node without a tag, and no case of anything. */
function nodesIn(missing: readonly MissingStatement[]): readonly { tag: string; fields: Tree }[] {
  return missing.flatMap(({ sql }) =>
    (treesOf(sql) ?? [{}]).map((tree) => nodeOf(tree) ?? { tag: '', fields: {} }),
  );
}

/** Supabase's own tables that drizzle-kit would make: the schema exports what it should only import. */
export function supabaseTables(missing: readonly MissingStatement[]): readonly string[] {
  return missing
    .flatMap(({ sql }) => treesOf(sql) ?? [])
    .flatMap((tree) => {
      const { schemaname, relname } = child(child(child(tree).CreateStmt).relation);
      return schemaname === 'auth' || schemaname === 'storage' || schemaname === 'realtime'
        ? [named([schemaname, String(relname)])]
        : [];
    });
}

/** What comes with a dropped table: its row level security goes off first, its policies, keys and types go too. */
function goesWithTable(tag: string, fields: Tree): boolean {
  const commands = commandsOf(tag, fields);
  return (
    tag === 'DropStmt' ||
    (commands.length > 0 &&
      commands.every((type) => type === 'AT_DisableRowSecurity' || type === 'AT_DropConstraint'))
  );
}

function commandsOf(tag: string, fields: Tree): readonly string[] {
  return tag === 'AlterTableStmt'
    ? list(fields.cmds).map((command) => String(child(child(command).AlterTableCmd).subtype))
    : [];
}

function named(names: readonly string[]): string {
  return (names.length === 1 ? ['public', ...names] : names).map(plainIdentifier).join('.');
}

/** drizzle-kit 1.0 passes over `casing` of the config: then every such column looks like another one. */
export function ignoresCasing(
  kit: string,
  missing: readonly MissingStatement[],
  questions: readonly RenameQuestion[],
): boolean {
  if (!/ 1\./.test(kit)) return false;
  const asked = questions.filter(({ kind }) => kind === 'column');
  if (asked.length > 0)
    return asked.every(({ from, to }) => isCamel(lastOf(to)) && from.some((one) => isSnakeOf(one, to)));
  const { added, dropped } = columnsIn(missing);
  return added.length > 0 && added.every((name) => isCamel(name) && dropped.has(snake(name)));
}

function columnsIn(missing: readonly MissingStatement[]) {
  const commands = missing
    .flatMap(({ sql }) => treesOf(sql) ?? [])
    .flatMap((tree) => list(child(child(tree).AlterTableStmt).cmds))
    .map((command) => child(child(command).AlterTableCmd));
  const added = commands.flatMap(({ subtype, def }) => {
    const { colname } = child(child(def).ColumnDef);
    return subtype === 'AT_AddColumn' && typeof colname === 'string' ? [colname] : [];
  });
  const dropped = commands.flatMap(({ subtype, name }) =>
    subtype === 'AT_DropColumn' && typeof name === 'string' ? [name] : [],
  );
  return { added, dropped: new Set(dropped) };
}

function isSnakeOf(one: string, to: string): boolean {
  return lastOf(one) === snake(lastOf(to));
}

function isCamel(name: string): boolean {
  return snake(name) !== name;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The column's own name; one with a dot in it is none of these. */
function lastOf(object: string): string {
  return object.slice(object.lastIndexOf('.') + 1).replaceAll('"', '');
}
