/** What a Drizzle config says about the database it connects to: literal hosts, and the names it reads. It is not run. */
import { type ParserPlugin, parse } from '@babel/parser';
import type { Node } from '@babel/types';

export interface ConfigTarget {
  readonly file: string;
  readonly dialect: string | null;
  /** Hosts that stand there in literals. */
  readonly hosts: readonly string[];
  /** Environment variables it reads, as far as their names look like a database's address. */
  readonly variables: readonly string[];
  /** `.env.production`. */
  readonly envFiles: readonly string[];
}

/** A name that holds where a database is. */
const address =
  /^(?:PGHOST|DB|DSN)$|(?:DATABASE|DB|DIRECT|POSTGRES|PG|SUPABASE|NEON|CONNECTION|DRIZZLE).*(?:URL|URI|HOST|DSN|STRING)|(?:_URL|_URI|_DSN)$/;

export function isAddress(variable: string): boolean {
  return address.test(variable.toUpperCase());
}

/** null: it cannot be read as a module. */
export function readConfigTarget(file: string, text: string): ConfigTarget | null {
  const plugins: ParserPlugin[] = /\.m?js$/.test(file) ? ['jsx'] : ['typescript'];
  const source = file.endsWith('.json') ? `export default ${text}` : text;
  let program: Node;
  try {
    program = parse(source, { sourceType: 'unambiguous', plugins, allowReturnOutsideFunction: true }).program;
  } catch {
    return null;
  }
  const hosts: string[] = [];
  const variables: string[] = [];
  const envFiles: string[] = [];
  let dialect: string | null = null;
  for (const node of nodesOf(program)) {
    if (node.type === 'StringLiteral') {
      const host = hostOf(node.value);
      if (host !== null) hosts.push(host);
      if (/(?:^|\/)\.env(?:\.[\w.-]+)?$/.test(node.value)) envFiles.push(node.value);
    } else if (node.type === 'TemplateLiteral') {
      const host = hostOf(node.quasis.map(({ value }) => value.cooked ?? '').join('$'));
      if (host !== null && !host.includes('$')) hosts.push(host);
    } else if (node.type === 'ObjectProperty') {
      const key = node.key.type === 'Identifier' ? node.key.name : '';
      if (key === 'host' && node.value.type === 'StringLiteral') hosts.push(node.value.value);
      if (key === 'dialect' && node.value.type === 'StringLiteral') dialect = node.value.value;
    } else if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') {
      const { property } = node;
      const name =
        property.type === 'StringLiteral'
          ? property.value
          : property.type === 'Identifier'
            ? property.name
            : '';
      if (/^[A-Z][A-Z0-9_]*$/.test(name) && isAddress(name)) variables.push(name);
    }
  }
  return { file, dialect, hosts, variables: [...new Set(variables)], envFiles };
}

/** The host of a connection string; null for any other text. */
export function hostOf(text: string): string | null {
  const [, authority] = /^postgres(?:ql)?:\/\/([^/?#]*)/i.exec(text) ?? [];
  if (authority === undefined) return null;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.startsWith('[')) return host.slice(1, host.indexOf(']'));
  return host.split(',')[0]?.replace(/:\d*$/, '') ?? '';
}

const localHosts = /^(?:localhost|127(?:\.\d+){3}|::1|0\.0\.0\.0|host\.docker\.internal|.*\.localhost|)$/i;

/** A name without a dot is one of a container network; an empty one is a socket. */
export function isLocalHost(host: string): boolean {
  return localHosts.test(host) || host.startsWith('/') || /^[\w-]+$/.test(host);
}

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? value : [value]) {
      if (isNode(inner)) yield* nodesOf(inner);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
