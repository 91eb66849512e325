/** Whether a module does with its literals what makes them another value than they read: the config is not run here. */
import type { File, Node } from '@babel/types';

export interface Later {
  /** Constants of the module that hold something else by the end of it. */
  readonly constants: ReadonlySet<string>;
  /** What is exported is replaced or changed, or the folder that paths are relative to. */
  readonly all: boolean;
}

interface Reading {
  /** The statement that exports. */
  readonly exported: Node;
  readonly constants: ReadonlySet<string>;
  /** Whether the expression holds an object: nothing can change a string. */
  readonly isObject: (node: Node) => boolean;
  /** Whether the call gives back what it is given and leaves it alone. */
  readonly isHarmless: (call: Node) => boolean;
}

/** What an object passes through without being changed, on its way into a constant or the export. */
const carriers = new Set([
  'ArrayExpression',
  'ConditionalExpression',
  'ExportDefaultDeclaration',
  'ExportNamedDeclaration',
  'ExportSpecifier',
  'LogicalExpression',
  'ObjectExpression',
  'ObjectProperty',
  'ParenthesizedExpression',
  'SpreadElement',
  'TSExportAssignment',
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'VariableDeclaration',
]);

export function changedLater(file: File, reading: Reading): Later {
  const { exported, constants } = reading;
  const parents = parentsIn(file);
  const changed = new Set<string>();
  /** Constant → those that hold it too: whoever changes one of them changes it. */
  const heldBy = new Map<string, Set<string>>();
  let all = false;
  for (const [node, parent] of parents) {
    if (node.type !== 'Identifier' || !isReference(node, parent, parents)) continue;
    const whole = chainOf(node, parents);
    const use = parents.get(whole);
    if (use == null) continue;
    if (node.name === 'module' || node.name === 'exports') {
      if (isWritten(whole, use, parents) && parents.get(use) !== exported && !isMark(whole)) all = true;
    } else if (node.name === 'process' && isChdir(whole)) {
      all = true;
    } else if (constants.has(node.name)) {
      if (isWritten(whole, use, parents)) changed.add(node.name);
      else if (reading.isObject(whole)) {
        const holder = holderOf(whole, parents, reading);
        if (holder === null) changed.add(node.name);
        else if (holder !== exported)
          heldBy.set(node.name, (heldBy.get(node.name) ?? new Set()).add(nameOf(holder)));
      }
    }
  }
  for (let before = -1; before !== changed.size; ) {
    before = changed.size;
    for (const [name, holders] of heldBy)
      if ([...holders].some((holder) => changed.has(holder))) changed.add(name);
  }
  return { constants: changed, all };
}

/** The declarator of a constant, or the exporting statement; null where nobody knows what becomes of it. */
function holderOf(node: Node, parents: Parents, { exported, isHarmless }: Reading): Node | null {
  let below = node;
  for (let at = parents.get(node); at != null; at = parents.get(at)) {
    if (at === exported) return at;
    if (at.type === 'VariableDeclarator') {
      const declaration = parents.get(at);
      const isConstant = declaration?.type === 'VariableDeclaration' && declaration.kind === 'const';
      return isConstant && at.id.type === 'Identifier' && at.init === below ? at : null;
    }
    const isCall = at.type === 'CallExpression';
    if (isCall && isShown(at)) return exported;
    if (isCall ? !isHarmless(at) : !carriers.has(at.type) && !isExpression(at, exported, parents))
      return null;
    below = at;
  }
  return null;
}

/** `console.log(config)`. */
function isShown(call: Node): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false;
  const { object } = call.callee;
  return object.type === 'Identifier' && object.name === 'console';
}

/** `module.exports = …`: the assignment within the exporting statement. */
function isExpression(node: Node, exported: Node, parents: Parents): boolean {
  return node.type === 'AssignmentExpression' && parents.get(node) === exported;
}

type Parents = ReadonlyMap<Node, Node | null>;

function parentsIn(file: File): Parents {
  const parents = new Map<Node, Node | null>([[file.program, null]]);
  // A map gives what is added while it is walked, too.
  for (const [node] of parents) {
    if (node.type.startsWith('TS') && !('expression' in node)) continue;
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child === 'object' && child !== null && 'type' in child && 'start' in child) {
          if (!parents.has(child)) parents.set(child, node);
        }
      }
    }
  }
  return parents;
}

/** Not the name of a member, a declaration or an import. */
function isReference(node: Node, parent: Node | null, parents: Parents): boolean {
  if (parent === null) return false;
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return parent.object === node || parent.computed;
    case 'ObjectProperty':
      return parent.value === node || parent.computed;
    case 'VariableDeclarator':
      return parent.init === node;
    case 'ExportSpecifier':
      return parent.local === node && parents.get(parent) != null;
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ObjectMethod':
      return false;
    default:
      return true;
  }
}

/** `c.migrations.table` of `c`, with the types around it. */
function chainOf(node: Node, parents: Parents): Node {
  let whole = node;
  for (let at = parents.get(node); at != null; at = parents.get(at)) {
    const isPart =
      (at.type === 'MemberExpression' || at.type === 'OptionalMemberExpression') && at.object === whole;
    if (!isPart && !/^TS.*Expression$|^ParenthesizedExpression$|^TSTypeAssertion$/.test(at.type))
      return whole;
    whole = at;
  }
  return whole;
}

function isWritten(whole: Node, use: Node, parents: Parents): boolean {
  switch (use.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return use.left === whole;
    case 'UpdateExpression':
    case 'RestElement':
    case 'ArrayPattern':
      return true;
    case 'UnaryExpression':
      return use.operator === 'delete';
    case 'ObjectProperty':
      return parents.get(use)?.type === 'ObjectPattern';
    case 'CallExpression':
      return use.callee === whole && whole.type !== 'Identifier';
    default:
      return false;
  }
}

/** What TypeScript writes on top of its CommonJS. */
function isMark(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.property.type === 'Identifier' &&
    node.property.name === '__esModule'
  );
}

function isChdir(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    (node.computed
      ? node.property.type === 'StringLiteral' && node.property.value === 'chdir'
      : node.property.type === 'Identifier' && node.property.name === 'chdir')
  );
}

function nameOf(declarator: Node): string {
  return declarator.type === 'VariableDeclarator' && declarator.id.type === 'Identifier'
    ? declarator.id.name
    : '';
}
