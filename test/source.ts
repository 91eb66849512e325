/** Reads our own TypeScript as a tree, for the house rules. */
import { parse } from '@babel/parser';

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Every module a file names: import, export … from, import() as an expression and as a type. */
export function importsOf(code: string): string[] {
  const nodes = nodesOf(
    code,
    'ImportDeclaration',
    'ExportNamedDeclaration',
    'ExportAllDeclaration',
    'ImportExpression',
    'TSImportType',
  );
  const called = nodesOf(code, 'CallExpression').filter(
    (call) => isNode(call.callee) && call.callee.type === 'Import',
  );
  const sources = [
    ...nodes.map((node) => node.source ?? node.argument),
    ...called.map((call) => (Array.isArray(call.arguments) ? call.arguments[0] : undefined)),
  ];
  return sources.flatMap((source) => stringIn(source)).sort();
}

/** All nodes of the given types, in the order of the text. */
export function nodesOf(code: string, ...types: string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    if (types.includes(value.type)) found.push(value);
    Object.values(value).forEach(visit);
  };
  visit(parse(code, { sourceType: 'module', plugins: ['typescript'] }).program);
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** A string literal's value, also inside the literal type of a type import. */
function stringIn(value: unknown): string[] {
  if (!isNode(value)) return [];
  if (value.type === 'StringLiteral' && typeof value.value === 'string') return [value.value];
  return stringIn(value.literal);
}
