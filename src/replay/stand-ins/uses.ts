/** Which stand-ins a statement uses, by its parse tree: what ran against one proves no behaviour. */
import { child, list, namesOf, nodeOf, optionsOf, type Tree, textOf } from '../../history/parse-tree.ts';
import { namesInText, parseSql } from '../../history/statements.ts';
import type { Member } from './members.ts';

/** Sorted names of the extensions. A text that does not parse uses none. */
export async function standInsUsed(sql: string, members: readonly Member[]): Promise<readonly string[]> {
  const lower = sql.toLowerCase();
  // Only to save the parser: a text without any of the names cannot use one.
  if (!members.some(({ name }) => lower.includes(name.toLowerCase()))) return [];
  const parsed = await parseSql(sql);
  if ('error' in parsed) return [];
  const search = new Search(members);
  for (const { tree } of parsed.statements) await search.statement(tree);
  return [...search.used].sort();
}

class Search {
  readonly used = new Set<string>();
  readonly #members: readonly Member[];
  /** Schemas that a stand-in brings along: what is in one of them is never meant without it. */
  readonly #ownSchemas: ReadonlySet<string>;

  constructor(members: readonly Member[]) {
    this.#members = members;
    this.#ownSchemas = new Set(members.filter(({ kind }) => kind === 'schema').map(({ name }) => name));
  }

  async statement(tree: unknown): Promise<void> {
    const node = nodeOf(tree);
    if (node === null) return;
    this.#writes(node.tag, node.fields);
    this.#grants(node.tag, node.fields);
    this.#walk(tree);
    for (const text of bodiesOf(node.tag, node.fields)) await this.#body(text);
  }

  /** The value of such a column is read by the stand-in, which takes what the extension would refuse. */
  #writes(tag: string, fields: Tree): void {
    const columns = columnsWritten(tag, fields);
    if (columns === null) return;
    const { relname, schemaname } = child(fields.relation);
    for (const { extension, kind, schema, name, part } of this.#members) {
      if (kind !== 'column' || name !== relname) continue;
      if (schemaname !== undefined && schemaname !== schema) continue;
      if (columns === 'all' || columns.includes(part ?? '')) this.used.add(extension);
    }
  }

  #grants(tag: string, { objtype, objects }: Tree): void {
    if (tag !== 'GrantStmt' || objtype !== 'OBJECT_SCHEMA') return;
    for (const object of list(objects)) this.#schema(textOf(object));
  }

  /** Fields of a fixed type come without their tag: things are told by the fields they have. */
  #walk(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#walk(item);
      return;
    }
    const fields = child(value);
    if (Array.isArray(fields.names)) this.#named('type', namesOf(fields.names));
    if (Array.isArray(fields.funcname)) this.#named('function', namesOf(fields.funcname));
    if (Array.isArray(fields.opclass)) this.#named('operator class', namesOf(fields.opclass));
    if (Array.isArray(fields.operName)) this.#named('operator', namesOf(fields.operName));
    if (Array.isArray(fields.objname)) {
      this.#named('function', namesOf(fields.objname));
      this.#named('operator', namesOf(fields.objname));
    }
    if (Array.isArray(child(fields.A_Expr).name)) this.#named('operator', namesOf(child(fields.A_Expr).name));
    for (const method of [fields.accessMethod, fields.access_method, fields.amname]) {
      if (typeof method === 'string') this.#named('access method', [method]);
    }
    if (typeof fields.relname === 'string' && typeof fields.schemaname === 'string')
      this.#named('relation', [fields.schemaname, fields.relname]);
    for (const inner of Object.values(fields)) this.#walk(inner);
  }

  #named(kind: Member['kind'], path: readonly string[]): void {
    const name = path.at(-1);
    const schema = path.at(-2);
    if (name === undefined) return;
    if (schema !== undefined) this.#schema(schema);
    for (const member of this.#members) {
      if (member.kind !== kind || member.name !== name) continue;
      const isMeant =
        schema === undefined
          ? !member.common && !this.#ownSchemas.has(member.schema ?? '')
          : schema === member.schema;
      if (isMeant) this.used.add(member.extension);
    }
  }

  #schema(schema: string | null): void {
    for (const { extension, kind, name } of this.#members) {
      if (kind === 'schema' && name === schema) this.used.add(extension);
    }
  }

  /** A body in another language than SQL has no tree: every name in it is taken for anything it may be. */
  async #body(text: string): Promise<void> {
    for (const path of await namesInText(text)) {
      for (const kind of ['type', 'function', 'operator', 'relation'] as const) {
        if (kind !== 'relation' || path.length > 1) this.#named(kind, path);
      }
    }
  }
}

/** Columns that a statement writes; `all` where it does not say; null where it writes none. */
function columnsWritten(tag: string, { cols, targetList, attlist }: Tree): readonly string[] | 'all' | null {
  if (tag === 'MergeStmt') return 'all';
  if (tag === 'UpdateStmt') return targets(targetList);
  if (tag === 'InsertStmt') return list(cols).length === 0 ? 'all' : targets(cols);
  if (tag === 'CopyStmt') return list(attlist).length === 0 ? 'all' : namesOf(attlist);
  return null;
}

function targets(items: unknown): readonly string[] {
  return list(items).map((item) => String(child(child(item).ResTarget).name));
}

/** What stands between the dollar quotes of DO and CREATE FUNCTION. */
function bodiesOf(tag: string, fields: Tree): readonly string[] {
  const options = tag === 'DoStmt' ? fields.args : tag === 'CreateFunctionStmt' ? fields.options : [];
  return optionsOf(options).flatMap(({ name, value }) => {
    if (name !== 'as') return [];
    const text = textOf(value);
    return text === null ? namesOf(value) : [text];
  });
}
