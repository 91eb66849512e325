/** Evaluates the literals of a TypeScript module without running it: objects, constants, spreads. */
import { posix } from 'node:path';
import { type ParserPlugin, parse } from '@babel/parser';
import type { Expression, File, Node, ObjectExpression, Statement } from '@babel/types';
import { changedLater } from './changed-later.ts';
import { importedFrom, isFrom, keyOf, nameOf, type Sources } from './names-in-module.ts';

/** Stands for whatever only running the code would tell. */
export const unknown: unique symbol = Symbol('not a literal');

/** A path that starts where the file is, or where the program is run: absolute once it runs. */
export class StartedPath {
  readonly start: 'file' | 'working-directory';
  readonly path: string;

  constructor(start: StartedPath['start'], path: string) {
    this.start = start;
    this.path = path;
  }
}

export interface ModuleValue {
  /** The default export. */
  readonly value: unknown;
  /** First line of it. */
  readonly line: number;
  /**
   * What the value of a member is made from, in any order: its strings, and the names that only running the code would
   * tell (`process.env.DATABASE_URL`). Two equal lists are equal values. null: there is no such member to be seen.
   */
  sources(member: string): readonly string[] | null;
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
  const statements = body.filter((statement) => exportedBy(statement) !== null);
  const [statement] = statements;
  const exported = statement === undefined ? null : exportedBy(statement);
  if (statement === undefined || exported === null)
    return { mistake: 'it has no default export', line: null };
  const constants = new Map(body.flatMap(constantsOf));
  const sources = importedFrom(body);
  const written: Scope = { constants, sources };
  const later = changedLater(file, {
    exported: statement,
    constants: new Set(constants.keys()),
    isObject: (node) => typeof evaluate(node, written, 0, { left: mostNodes }) === 'object',
    isHarmless: (node) => node.type === 'CallExpression' && givesBack(node.callee, sources),
  });
  const scope: Scope = {
    constants: new Map([...constants].filter(([name]) => !later.constants.has(name))),
    sources,
  };
  const budget = { left: mostNodes };
  const isOther = later.all || statements.length > 1;
  const value = isOther ? unknown : evaluate(exported, scope, 0, budget);
  if (budget.left < 0) return { mistake: 'it refers to itself too often to be read', line: null };
  return {
    value,
    line: exported.loc?.start.line ?? 1,
    sources: (member) => {
      const found = memberNode(exported, member, scope, 0);
      return found === null ? null : [...sourcesOf(found, scope)].sort();
    },
  };
}

function exportedBy(statement: Statement): Node | null {
  if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
  if (statement.type === 'ExportNamedDeclaration' && statement.source == null) {
    for (const specifier of statement.specifiers) {
      if (specifier.type === 'ExportSpecifier' && keyOf(specifier.exported, false) === 'default')
        return specifier.local;
    }
  }
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

interface Scope {
  readonly constants: ReadonlyMap<string, Expression>;
  readonly sources: Sources;
}

function givesBack(callee: Node, sources: Sources): boolean {
  return nameOf(callee).split('.').at(-1) === 'defineConfig' && isFrom(callee, ['drizzle-kit'], sources);
}

const pathModules = ['path', 'node:path', 'path/posix', 'node:path/posix'];

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
    case 'TemplateLiteral': {
      const between = node.expressions.map(next);
      const parts = node.quasis.map(({ value }) => value.cooked ?? unknown);
      return concatenated(
        parts.flatMap((part, index) => (index === 0 ? [part] : [between[index - 1], part])),
      );
    }
    case 'BinaryExpression':
      return node.operator === '+' ? concatenated([next(node.left), next(node.right)]) : unknown;
    case 'ArrayExpression':
      return node.elements.map((element) => (element === null ? unknown : next(element)));
    case 'ObjectExpression':
      return evaluateObject(node, next);
    case 'Identifier':
      if (node.name === 'undefined') return undefined;
      return next(scope.constants.get(node.name) ?? null);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return next(node.expression);
    case 'MemberExpression': {
      const key = keyOf(node.property, node.computed);
      const object = key === null || nameOf(node) === '' ? unknown : next(node.object);
      if (typeof object !== 'object' || object === null || Object.hasOwn(object, unknown)) return unknown;
      // An own property of a plain object made from literals.
      return key !== null && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : unknown;
    }
    case 'CallExpression': {
      const name = nameOf(node.callee).split('.').at(-1) ?? '';
      if (givesBack(node.callee, scope.sources)) return next(node.arguments[0] ?? null);
      const isPath =
        (name === 'join' || name === 'resolve') && isFrom(node.callee, pathModules, scope.sources);
      return isPath ? joined(name, node.arguments, next, scope.sources) : unknown;
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

function concatenated(parts: readonly unknown[]): unknown {
  return parts.every((part) => typeof part === 'string') ? parts.join('') : unknown;
}

/** `path.join(__dirname, 'x')`, `path.resolve('x')`. */
function joined(
  name: 'join' | 'resolve',
  given: readonly Node[],
  next: (inner: Node | null) => unknown,
  sources: Sources,
): unknown {
  const [first] = given;
  const isOwn = first !== undefined && isFrom(first, ['__dirname'], sources);
  const start = first === undefined || !isOwn ? null : startOf(first);
  const parts = given.slice(start === null ? 0 : 1).map((one) => next(one));
  if (parts.length === 0 && start === null) return unknown;
  if (!parts.every((part) => typeof part === 'string')) return unknown;
  if (start === null && (name === 'join' || posix.isAbsolute(parts[0] ?? ''))) return posix.join(...parts);
  // `resolve` begins anew at an absolute part.
  if (name === 'resolve' && parts.some((part) => posix.isAbsolute(part))) return unknown;
  return new StartedPath(start ?? 'working-directory', posix.join('.', ...parts));
}

function startOf(node: Node): StartedPath['start'] | null {
  if (['__dirname', 'import.meta.dirname', 'import.meta.dir'].includes(nameOf(node))) return 'file';
  const isCwd = node.type === 'CallExpression' && nameOf(node.callee) === 'process.cwd';
  return isCwd ? 'working-directory' : null;
}

/** The expression of a member of the exported object, through constants, wrappers and spreads of constants. */
function memberNode(node: Node | null, member: string, scope: Scope, depth: number): Node | null {
  if (node === null || depth > deepest) return null;
  const next = (inner: Node | null) => memberNode(inner, member, scope, depth + 1);
  switch (node.type) {
    case 'Identifier':
      return next(scope.constants.get(node.name) ?? null);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return next(node.expression);
    case 'CallExpression':
      return next(node.arguments[0] ?? null);
    case 'ObjectExpression': {
      for (const property of [...node.properties].reverse()) {
        if (property.type === 'SpreadElement') {
          const spread = next(property.argument);
          if (spread !== null) return spread;
        } else if (keyOf(property.key, property.computed) === member) {
          return property.type === 'ObjectProperty' ? property.value : property;
        }
      }
      return null;
    }
    default:
      return null;
  }
}

/** Strings as JSON, so that none of them passes for a name. */
function sourcesOf(node: Node, scope: Scope): ReadonlySet<string> {
  const found = new Set<string>();
  const entered = new Set<Node>();
  const visit = (inner: Node): void => {
    if (entered.has(inner) || entered.size > mostNodes) return;
    entered.add(inner);
    const name = nameOf(inner);
    if (inner.type === 'Identifier' && scope.constants.has(inner.name)) {
      const constant = scope.constants.get(inner.name);
      if (constant !== undefined) visit(constant);
    } else if (name !== '') {
      found.add(name);
    } else if (inner.type === 'StringLiteral') {
      found.add(JSON.stringify(inner.value));
    } else if (inner.type === 'TemplateElement') {
      if (inner.value.raw !== '') found.add(JSON.stringify(inner.value.raw));
    } else if (inner.type === 'ObjectProperty') {
      visit(inner.value);
    } else {
      for (const child of childrenOf(inner)) visit(child);
    }
  };
  visit(node);
  return found;
}

/** Types and comments are no part of a value. */
function childrenOf(node: Node): readonly Node[] {
  if (node.type.startsWith('TS') && !('expression' in node)) return [];
  const skipped = new Set(['typeAnnotation', 'typeParameters', 'leadingComments', 'trailingComments', 'loc']);
  return Object.entries(node)
    .filter(([key]) => !skipped.has(key))
    .flatMap(([, value]: [string, unknown]) => (Array.isArray(value) ? value : [value]))
    .filter((value): value is Node => typeof value === 'object' && value !== null && 'type' in value);
}

function isEnvironment(node: Node): boolean {
  return /^(?:process\.env|import\.meta\.env)\.\w+$/.test(nameOf(node));
}
