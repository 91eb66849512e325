/** What a module imports and which environment variables it reads, as far as its text tells. */
import { parse } from '@babel/parser';
import type { Node } from '@babel/types';

export interface ImportsAndNames {
  readonly imports: readonly string[];
  /** Names of environment variables. */
  readonly names: readonly string[];
}

/** As variables are called; a module that reads one by a computed name has the name somewhere as a string. */
const variableName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** @throws {Error} when it is no module that Babel can read */
export function readModule(text: string): ImportsAndNames {
  const imports: string[] = [];
  const names = new Set<string>();
  const file = parse(text, {
    sourceType: 'unambiguous',
    plugins: ['typescript', 'jsx'],
    errorRecovery: true,
    allowReturnOutsideFunction: true,
  });
  const readsComputed = /\benv\b/.test(text);
  visit(file.program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (node.source != null) imports.push(node.source.value);
        break;
      case 'CallExpression': {
        const [first] = node.arguments;
        const isImport =
          node.callee.type === 'Import' ||
          (node.callee.type === 'Identifier' && node.callee.name === 'require');
        if (isImport && first?.type === 'StringLiteral') imports.push(first.value);
        break;
      }
      case 'MemberExpression':
      case 'OptionalMemberExpression': {
        if (!isEnvironment(node.object)) break;
        if (!node.computed && node.property.type === 'Identifier') names.add(node.property.name);
        if (node.computed && node.property.type === 'StringLiteral') names.add(node.property.value);
        break;
      }
      case 'VariableDeclarator':
        if (node.id.type === 'ObjectPattern' && node.init != null && isEnvironment(node.init)) {
          for (const property of node.id.properties) {
            if (property.type === 'ObjectProperty' && property.key.type === 'Identifier')
              names.add(property.key.name);
          }
        }
        break;
      case 'StringLiteral':
        if (readsComputed && variableName.test(node.value)) names.add(node.value);
        break;
      case 'ObjectProperty':
        // The shape of a validated environment: `createEnv({ server: { DATABASE_URL: z.string() } })`.
        if (readsComputed && node.key.type === 'Identifier' && variableName.test(node.key.name))
          names.add(node.key.name);
        break;
    }
  });
  return { imports, names: [...names] };
}

/** `process.env`, `import.meta.env`, `Bun.env`, or whatever a module calls `env`. */
function isEnvironment(node: Node): boolean {
  if (node.type === 'Identifier') return /^(?:env|ENV|environment)$/.test(node.name);
  if (node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression')
    return isEnvironment(node.expression);
  const isMember = node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression';
  return isMember && node.property.type === 'Identifier' && node.property.name === 'env';
}

function visit(node: Node, look: (node: Node) => void): void {
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    look(next);
    for (const value of Object.values(next)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) waiting.push(child);
      }
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
