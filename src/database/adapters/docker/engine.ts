/** Finds the one container engine that is meant, and says why it cannot be used; never another one instead. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, EngineAddress } from './testcontainers.ts';

type Testcontainers = typeof import('./testcontainers.ts');

const defaultSocket = '/var/run/docker.sock';
/** Generous: an engine that swaps still answers. */
const pingTimeoutMs = 15_000;

/** Those a gate is ended with, which a dependency of testcontainers takes for its own. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGALRM', 'SIGQUIT', 'SIGABRT'] as const;

let loaded: Promise<Testcontainers> | null = null;

/** Loaded when it is first wanted: the other adapters do without. */
export function testcontainers(): Promise<Testcontainers> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Testcontainers> {
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  // A signal that comes while a dependency listens would be lost with its listener.
  const held: NodeJS.Signals[] = [];
  const hold = (signal: NodeJS.Signals) => void held.push(signal);
  for (const signal of signals) process.on(signal, hold);
  // Its log would stand between our words, and tells what is in containers.
  const { DEBUG } = process.env;
  delete process.env.DEBUG;
  try {
    // Not bundled into the doors: the build lays it beside them.
    return await import(/* webpackIgnore: true */ './testcontainers.ts');
  } finally {
    if (DEBUG !== undefined) process.env.DEBUG = DEBUG;
    for (const signal of signals) {
      for (const listener of process.listeners(signal)) {
        // A dependency listens so that lock files go away, and would keep the process alive after its signal. The name
        // tells it from listeners that somebody else set while this was loading.
        const theirs = before.get(signal)?.includes(listener) === false && listener.name === 'listener';
        if (theirs) process.removeListener(signal, listener);
      }
    }
    // Listeners are called a turn after the signal came.
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    for (const signal of signals) process.removeListener(signal, hold);
    for (const signal of held.slice(0, 1)) process.kill(process.pid, signal);
  }
}

export interface FoundEngine {
  readonly engine: Engine;
  /** For messages: a path, or host and port; never what else a URL may hold. */
  readonly address: string;
}

/** The engine that answers, or the reason why there is none, with the next step. */
export async function findEngine(env: NodeJS.ProcessEnv): Promise<FoundEngine | string> {
  const { connectEngine, rootlessSocket } = await testcontainers();
  const named = env.DOCKER_HOST ?? '';
  const address = named === '' ? await usualAddress(rootlessSocket, env) : namedAddress(named, env);
  if (typeof address === 'string') return address;
  const where = address.socketPath ?? `${address.host}:${address.port}`;
  try {
    const engine = connectEngine(address);
    await engine.ping(AbortSignal.timeout(pingTimeoutMs));
    return { engine, address: where };
  } catch (error) {
    return silence(where, named !== '', error);
  }
}

async function usualAddress(
  rootlessSocket: Testcontainers['rootlessSocket'],
  env: NodeJS.ProcessEnv,
): Promise<EngineAddress | string> {
  const socket = existsSync(defaultSocket) ? defaultSocket : await rootlessSocket(env);
  if (socket !== null) return onSocket(socket);
  return `no container engine: there is no ${defaultSocket}; start Docker, or set DOCKER_HOST to where an engine listens`;
}

function namedAddress(named: string, env: NodeJS.ProcessEnv): EngineAddress | string {
  if (!URL.canParse(named)) return 'DOCKER_HOST is not a URL; set it to unix:///path or tcp://host:port';
  const url = new URL(named);
  switch (url.protocol) {
    case 'unix:':
    case 'npipe:':
      return onSocket(decodeURIComponent(url.pathname));
    case 'tcp:':
    case 'http:':
    case 'https:':
      return overNetwork(url, env);
    default:
      return `DOCKER_HOST begins with ${url.protocol}//, which is not supported; forward the engine's socket and set DOCKER_HOST to unix:///path`;
  }
}

function onSocket(socketPath: string): EngineAddress {
  const none = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  return { socketPath, protocol: 'http', ...none };
}

function overNetwork(url: URL, env: NodeJS.ProcessEnv): EngineAddress | string {
  const directory = env.DOCKER_CERT_PATH ?? '';
  const encrypted = url.protocol === 'https:' || ((env.DOCKER_TLS_VERIFY ?? '') !== '' && directory !== '');
  const place = {
    socketPath: undefined,
    host: url.hostname,
    port: url.port === '' ? (encrypted ? '2376' : '2375') : url.port,
    protocol: encrypted ? ('https' as const) : ('http' as const),
  };
  if (!encrypted || directory === '') return { ...place, ca: undefined, cert: undefined, key: undefined };
  try {
    const read = (name: string) => readFileSync(join(directory, name));
    return { ...place, ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  } catch {
    return 'ca.pem, cert.pem and key.pem cannot be read from DOCKER_CERT_PATH; correct it, or leave DOCKER_TLS_VERIFY out';
  }
}

function silence(where: string, named: boolean, error: unknown): string {
  const by = named ? 'DOCKER_HOST names' : 'there is';
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
      return `${by} ${where}, which does not exist; start the engine, or correct DOCKER_HOST`;
    case 'EACCES':
    case 'EPERM':
      return `${by} ${where}, which this user may not open (${code}); add the user to the group docker, or set DOCKER_HOST to an engine of its own`;
    case 'ECONNREFUSED':
      return `${by} ${where}, but no engine answers there (${code}); start it`;
    default:
      return `${by} ${where}, but the engine does not answer (${code ?? engineWords(error)}); see that it runs`;
  }
}

function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('name' in error && error.name === 'AbortError') return `nothing within ${pingTimeoutMs / 1000} s`;
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** What the engine itself said, on one line. */
export function engineWords(error: unknown): string {
  const said = saidBy(error);
  return said.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
}

function saidBy(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'json' in error) {
    const { json } = error;
    if (typeof json === 'object' && json !== null && 'message' in json) return String(json.message);
  }
  const said = error instanceof Error ? error.message : String(error);
  // Put before it by the client.
  return said.replace(/^\(HTTP code \d+\) [^-]+ - /, '');
}

/** The engine's status for what it refused; null when it did not answer. */
export function engineStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  return typeof error.statusCode === 'number' ? error.statusCode : null;
}
