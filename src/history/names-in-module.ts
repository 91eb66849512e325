/** What the names of a module stand for, as far as its text tells: what is imported, and chains of plain members. */
import type { Node, Statement } from '@babel/types';

/** Name → the module that it comes from; null: it is made here, and may be anything. */
export type Sources = ReadonlyMap<string, string | null>;

export function importedFrom(body: readonly Statement[]): Map<string, string | null> {
  const sources = new Map<string, string | null>();
  for (const statement of body) {
    if (statement.type === 'ImportDeclaration') {
      for (const { local } of statement.specifiers) sources.set(local.name, statement.source.value);
      continue;
    }
    const made = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (made?.type === 'FunctionDeclaration' || made?.type === 'ClassDeclaration') {
      if (made.id != null) sources.set(made.id.name, null);
    } else if (made?.type === 'VariableDeclaration') {
      for (const { id, init } of made.declarations) {
        const source = made.kind === 'const' ? moduleOf(init ?? null) : null;
        for (const name of namesIn(id)) sources.set(name, source);
      }
    }
  }
  return sources;
}

/** `path` of `require('path')`; the folder of the file as modules without `__dirname` make it. */
function moduleOf(init: Node | null): string | null {
  if (init?.type !== 'CallExpression') return null;
  const [first] = init.arguments;
  if (nameOf(init.callee) === 'require') return first?.type === 'StringLiteral' ? first.value : null;
  const isFolder =
    /(?:^|\.)dirname$/.test(nameOf(init.callee)) &&
    first?.type === 'CallExpression' &&
    /(?:^|\.)fileURLToPath$/.test(nameOf(first.callee)) &&
    first.arguments[0] !== undefined &&
    nameOf(first.arguments[0]) === 'import.meta.url';
  return isFolder ? '__dirname' : null;
}

function namesIn(pattern: Node): readonly string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((one) => namesIn(one.type === 'RestElement' ? one.argument : one.value));
}

/** Whether a name is what it is called: of that module, or of no other. */
export function isFrom(node: Node, modules: readonly string[], sources: Sources): boolean {
  const [root = ''] = nameOf(node).split('.');
  const source = sources.get(root);
  return source === undefined || (source !== null && modules.includes(source));
}

/** `a.b.c` for a chain of plain members, else an empty string. */
export function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MetaProperty') return `${node.meta.name}.${node.property.name}`;
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return '';
  const property = keyOf(node.property, node.computed);
  return property === null ? '' : `${nameOf(node.object)}.${property}`;
}

export function keyOf(key: Node, computed: boolean): string | null {
  if (key.type === 'StringLiteral') return key.value;
  return key.type === 'Identifier' && !computed ? key.name : null;
}
