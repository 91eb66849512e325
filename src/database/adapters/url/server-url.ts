/** What a `postgres://` URL says, by the rules of WHATWG and of Postgres' own clients. The password leaves it in one field only. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../../errors.ts';

export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

export interface ServerAddress {
  /** A name or an address; null where `socket` stands. */
  readonly host: string | null;
  /** Path of a Unix socket. */
  readonly socket: string | null;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  readonly sslMode: SslMode;
  /** Certificates that are trusted instead of the system's. */
  readonly rootCertificate: string | null;
  /** For messages: host and port, or the socket. */
  readonly where: string;
}

/** Parameters that other clients know and that change nothing here. */
const withoutEffect = new Set([
  'application_name',
  'channel_binding',
  'client_encoding',
  'connect_timeout',
  'fallback_application_name',
  'gssencmode',
  'keepalives',
  'keepalives_count',
  'keepalives_idle',
  'keepalives_interval',
  'schema',
  'target_session_attrs',
  'tcp_user_timeout',
]);
const understood = ['dbname', 'host', 'password', 'port', 'sslmode', 'sslrootcert', 'user'] as const;
type Parameter = (typeof understood)[number];

/** Throws a known failure that repeats nothing of the URL in which a password could be hidden. */
export function readServerUrl(text: string, env: NodeJS.ProcessEnv): ServerAddress {
  const url = parsed(text);
  const given = parameters(url);
  const named = decoded(url.hostname.replace(/^\[(.*)\]$/, '$1'), 'the host');
  const host = given.get('host') ?? (named === noHost ? '' : named);
  const port = portOf(given.get('port') ?? url.port);
  if (host === '') throw invalid('it names no host; for a Unix socket add `?host=/path/of/its/directory`');
  if (host.includes(',')) throw invalid('it names several hosts; the gate uses one server');
  const local = host.startsWith('/');
  const socket = local ? join(host, `.s.PGSQL.${port}`) : null;
  const user = given.get('user') ?? decoded(url.username, 'the user');
  if (user === '') throw invalid('it names no user');
  const password = given.get('password') ?? decoded(url.password, 'the password');
  const database = given.get('dbname') ?? decoded(url.pathname.replace(/^\//, ''), 'the database');
  return {
    host: local ? null : host.toLowerCase(),
    socket,
    port,
    user,
    password: password === '' ? (env.PGPASSWORD ?? null) : password,
    database: database === '' ? 'postgres' : database,
    sslMode: sslModeOf(given.get('sslmode')),
    rootCertificate: rootCertificateOf(given.get('sslrootcert')),
    where: socket ?? `${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`,
  };
}

function parsed(text: string): URL {
  // Postgres' clients allow an empty host behind a user, for the parameter `host`; WHATWG does not.
  const whole = text.replace(/^(postgres(?:ql)?:\/\/[^@/?#]*@)(?=[/?]|$)/i, `$1${noHost}`);
  if (!URL.canParse(whole)) throw invalid(`it cannot be read as a URL${inPassword}`);
  const url = new URL(whole);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw invalid('it does not begin with postgres:// or postgresql://');
  }
  // What stands behind an unescaped character of a password is read as host, port or path, and would be repeated.
  if (url.hash !== '' || url.pathname.includes('@') || url.search.includes('@')) {
    throw invalid(`there is an @ or a # where none can be${inPassword}`);
  }
  return url;
}

const noHost = 'no-host.invalid';
const inPassword = '; in a password write / ? # @ : % as %2F %3F %23 %40 %3A %25';

function parameters(url: URL): ReadonlyMap<Parameter, string> {
  const given = new Map<Parameter, string>();
  for (const [name, value] of url.searchParams) {
    if (withoutEffect.has(name)) continue;
    const known = understood.find((parameter) => parameter === name);
    if (known === undefined) {
      throw invalid(`it has a parameter that the gate does not know; it knows ${understood.join(', ')}`);
    }
    if (given.has(known)) throw invalid(`it gives ${known} twice`);
    given.set(known, value);
  }
  return given;
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`${what} has a % that is followed by no two hexadecimal digits; write it as %25`);
  }
}

function portOf(text: string): number {
  const port = text === '' ? 5432 : Number(text);
  if (!/^\d*$/.test(text) || port < 1 || port > 65_535) {
    throw invalid('the port is not a number from 1 to 65535');
  }
  return port;
}

function sslModeOf(text: string | undefined): SslMode {
  if (text === undefined) return 'prefer';
  const mode = sslModes.find((known) => known === text);
  if (mode === undefined) throw invalid(`sslmode is none of ${sslModes.join(', ')}`);
  return mode;
}

/** `system` stands for the certificates that come with Node. */
function rootCertificateOf(path: string | undefined): string | null {
  if (path === undefined || path === 'system') return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw invalid(`the file of sslrootcert cannot be read (${code})`);
  }
}

function invalid(why: string): Error {
  return failure('server-url-invalid', { why });
}
