/** Evaluates the literals of a TypeScript module without running it: objects, constants, spreads. */
import { type ParserPlugin, parse } from '@babel/parser';
import type { Expression, File, Node, ObjectExpression, Statement } from '@babel/types';

/** Stands for whatever only running the code would tell. */
export const unknown: unique symbol = Symbol('not a literal');

export interface ModuleValue {
  /** The default export. */
  readonly value: unknown;
  /** First line of it. */
  readonly line: number;
}

export interface ModuleMistake {
  readonly mistake: string;
  readonly line: number | null;
}

/** Deep enough for any config; stops constants that refer to each other. */
const deepest = 50;
/** Constants that name others twice each double the work with every level. */
const mostNodes = 10_000;

/** The default export of a module, or `module.exports`; `unknown` where it is not literal. */
export function readDefaultExport(text: string, isTypeScript: boolean): ModuleValue | ModuleMistake {
  const plugins: ParserPlugin[] = isTypeScript ? ['typescript'] : ['jsx'];
  let file: File;
  try {
    file = parse(text, { sourceType: 'unambiguous', plugins, allowReturnOutsideFunction: true });
  } catch (error) {
    // Babel's errors carry a `loc` that its types do not declare.
    const { loc, message } = error as Error & { loc?: { line: number } };
    return { mistake: message.replace(/ \(\d+:\d+\)$/, '').replace(/\.$/, ''), line: loc?.line ?? null };
  }
  const { body } = file.program;
  const exported = body.map(exportedBy).find((node) => node !== null) ?? null;
  if (exported === null) return { mistake: 'it has no default export', line: null };
  const scope = new Map(body.flatMap(constantsOf));
  const budget = { left: mostNodes };
  const value = evaluate(exported, scope, 0, budget);
  if (budget.left < 0) return { mistake: 'it refers to itself too often to be read', line: null };
  return { value, line: exported.loc?.start.line ?? 1 };
}

function exportedBy(statement: Statement): Node | null {
  if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
  if (statement.type === 'TSExportAssignment') return statement.expression;
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression')
    return null;
  const { left, right } = statement.expression;
  if (left.type !== 'MemberExpression' || left.computed) return null;
  const path = `${nameOf(left.object)}.${nameOf(left.property)}`;
  return path === 'module.exports' || path === 'exports.default' ? right : null;
}

/** Only `const`: another value may be assigned to the rest. */
function constantsOf(statement: Statement): (readonly [string, Expression])[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return [];
  return declaration.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && init != null ? [[id.name, init] as const] : [],
  );
}

type Scope = ReadonlyMap<string, Expression>;

function evaluate(node: Node | null, scope: Scope, depth: number, budget: { left: number }): unknown {
  budget.left -= 1;
  if (node === null || depth > deepest || budget.left < 0) return unknown;
  const next = (inner: Node | null) => evaluate(inner, scope, depth + 1, budget);
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? unknown) : unknown;
    case 'ArrayExpression':
      return node.elements.map((element) => (element === null ? unknown : next(element)));
    case 'ObjectExpression':
      return evaluateObject(node, next);
    case 'Identifier':
      if (node.name === 'undefined') return undefined;
      return next(scope.get(node.name) ?? null);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return next(node.expression);
    case 'CallExpression': {
      // `defineConfig` gives back what it is given; no other function is known.
      const isDefineConfig = nameOf(node.callee).split('.').at(-1) === 'defineConfig';
      return isDefineConfig ? next(node.arguments[0] ?? null) : unknown;
    }
    case 'LogicalExpression':
      // The environment is not known here: the literal beside it is what everybody without it gets.
      return node.operator !== '&&' && isEnvironment(node.left) ? next(node.right) : unknown;
    default:
      return unknown;
  }
}

/**
 * Members that are not literal are `unknown`. An object that takes in something unreadable has the key `unknown`
 * itself: any member it does not name may still be there.
 */
function evaluateObject(node: ObjectExpression, next: (inner: Node | null) => unknown): unknown {
  let members: Record<string | symbol, unknown> = {};
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const spread = next(property.argument);
      // What an unreadable spread holds may replace everything before it.
      members =
        typeof spread === 'object' && spread !== null ? { ...members, ...spread } : { [unknown]: true };
      continue;
    }
    const key = keyOf(property.key, property.computed);
    if (key === null) members = { [unknown]: true };
    else members[key] = property.type === 'ObjectProperty' ? next(property.value) : unknown;
  }
  return members;
}

function keyOf(key: Node, computed: boolean): string | null {
  if (key.type === 'StringLiteral') return key.value;
  return key.type === 'Identifier' && !computed ? key.name : null;
}

function isEnvironment(node: Node): boolean {
  return /^(?:process\.env|import\.meta\.env)\.\w+$/.test(nameOf(node));
}

/** `a.b.c` for a chain of plain members, else an empty string. */
function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MetaProperty') return `${node.meta.name}.${node.property.name}`;
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return '';
  const property = keyOf(node.property, node.computed);
  return property === null ? '' : `${nameOf(node.object)}.${property}`;
}
