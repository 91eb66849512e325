/** Stand-ins for the environment variables that a Drizzle config asks for: it is loaded, and nothing is connected to. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type ImportsAndNames, readModule } from './module.ts';

export interface DummiesRequest {
  /** Both relative to the repository root. */
  readonly config: string;
  readonly workingDirectory: string;
}

/** A config imports a handful of files; who imports the whole application is asked for names as they are missed. */
const mostFiles = 60;

/** Of all that the config, what it imports inside the repository and the committed examples of a `.env` name. */
export function dummies(copy: string, { config, workingDirectory }: DummiesRequest): Map<string, string> {
  const examples = readExamples(copy, [...new Set([workingDirectory, posix.dirname(config), '.'])]);
  const environment = new Map<string, string>();
  for (const name of [...namesReadFrom(copy, config, workingDirectory), ...examples.keys()]) {
    const value = dummyFor(name, examples.get(name));
    if (value !== null) environment.set(name, value);
  }
  return environment;
}

/** Fit for its name; null where code decides by whether it is set. */
export function dummyFor(name: string, example?: string): string | null {
  if (leftAlone.test(name)) return null;
  if (/(?:UR[LI]|DSN|CONNECTION_STRING|CONN_STR)(?:_|$)/.test(name) || /^(?:DATABASE|POSTGRES)$/.test(name)) {
    if (/REDIS/.test(name)) return 'redis://127.0.0.1:1';
    return webAddress.test(name) && !ofDatabase.test(name)
      ? 'http://127.0.0.1:1'
      : 'postgres://gatekeeper:gatekeeper@127.0.0.1:1/postgres';
  }
  // What somebody wrote for others to copy passes the project's own checks, as no word of ours could.
  if (example !== undefined && example !== '') return example;
  if (/PORT$/.test(name)) return '5432';
  if (/HOST(?:NAME)?$/.test(name)) return '127.0.0.1';
  if (/(?:_MS|_SECONDS|TIMEOUT|_MAX|_MIN|LIMIT|COUNT|SIZE|TTL)$/.test(name)) return '10';
  if (/(?:SSL|TLS|ENABLED?|DISABLED?)$/.test(name)) return 'false';
  if (/EMAIL$/.test(name)) return 'gatekeeper@example.invalid';
  // Long enough for whoever checks the length of a secret.
  if (/(?:SECRET|KEY|TOKEN|SALT)$/.test(name)) return 'gatekeeper-has-no-secret-and-stands-in-0123456789';
  return 'gatekeeper';
}

/** Names that say where code runs, or that switch something: set to anything, they would change what it does. */
const leftAlone =
  /^(?:NODE_|npm_|CI$|DEBUG|VERCEL|NETLIFY|RENDER$|RAILWAY|FLY_|TURBO|NX_|JEST|VITEST|TEST|GITHUB_|ACTIONS_|RUNNER_|INPUT_|AWS_LAMBDA|K_SERVICE|NEXT_(?:RUNTIME|PHASE|MANUAL)|SKIP_|DISABLE_|ENABLE_|USE_|IS_|PATH$|HOME$|TMPDIR$|PWD$|USER$|SHELL$|TERM$|TZ$|LANG|LC_|EDGE_|BUN_|DENO_|CLOUDFLARE_ENV|CF_PAGES)/;
const webAddress =
  /(?:SUPABASE|SITE|APP|BASE|API|AUTH|PUBLIC|WEB|SERVER|FRONTEND|BACKEND|CLIENT|CALLBACK|HOOK)/;
const ofDatabase = /(?:DATABASE|POSTGRES|DB|DIRECT|POOL|PG|SQL|CONN|DRIZZLE|MIGRAT)/;

function readExamples(copy: string, directories: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const directory of directories) {
    for (const name of entriesOf(join(copy, directory))) {
      if (!/^\.env\..*(?:example|template|sample|dist|defaults?)$/.test(name)) continue;
      const text = readFileSync(join(copy, directory, name), 'utf8');
      for (const line of text.split(/\r?\n/)) {
        const [, key, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
        if (key !== undefined && !found.has(key)) found.set(key, unquoted(value ?? ''));
      }
    }
  }
  return found;
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1/.exec(value);
  return quoted?.[2] ?? value.replace(/\s+#.*$/, '').trim();
}

function namesReadFrom(copy: string, config: string, workingDirectory: string): Set<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const waiting = [config];
  for (let file = waiting.shift(); file !== undefined && seen.size < mostFiles; file = waiting.shift()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const read = moduleAt(join(copy, file));
    if (read === null) continue;
    for (const name of read.names) names.add(name);
    for (const wanted of read.imports) {
      const found = resolveInside(copy, { from: file, wanted, workingDirectory });
      if (found !== null) waiting.push(found);
    }
  }
  return names;
}

function moduleAt(file: string): ImportsAndNames | null {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return null;
  try {
    return readModule(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

const endings = ['', '.ts', '.tsx', '.js', '.mjs', '.cjs', '.mts', '.cts', '/index.ts', '/index.js'];

/** Good enough for names: what is not found here is missed later, and then added. */
function resolveInside(
  copy: string,
  { from, wanted, workingDirectory }: { from: string; wanted: string; workingDirectory: string },
): string | null {
  const alias = /^[@~#]\/(.+)$/.exec(wanted)?.[1];
  const bases = wanted.startsWith('.')
    ? [posix.join(posix.dirname(from), wanted)]
    : alias !== undefined
      ? ['src', '.', 'app'].map((folder) => posix.join(workingDirectory, folder, alias))
      : [];
  for (const base of bases) {
    if (base.startsWith('..')) continue;
    for (const stem of [base, base.replace(/\.([cm]?)js$/, '.$1ts')]) {
      for (const ending of endings) {
        const file = stem + ending;
        if (existsSync(join(copy, file)) && statSync(join(copy, file)).isFile()) return file;
      }
    }
  }
  return null;
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
