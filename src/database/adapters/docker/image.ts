/** The image to run: which one when none is named, getting it, and what it says of itself. */
import { createInterface } from 'node:readline';
import type { MajorVersion } from '../../database.ts';
import { engineStatus, engineWords } from './engine.ts';
import type { Engine, ImageFacts } from './testcontainers.ts';

/** Exact tags that are published; as of 2026-11. Supabase publishes no image for 16 and 18. */
const published: Readonly<Partial<Record<MajorVersion, string>>> = {
  15: 'supabase/postgres:15.8.1.085',
  17: 'supabase/postgres:17.6.1.136',
};

/** Null where Supabase publishes none. */
export function publishedImage(majorVersion: MajorVersion): string | null {
  return published[majorVersion] ?? null;
}

/** How to start its server, as the image itself would. */
export interface ServerImage {
  readonly name: string;
  readonly command: readonly string[];
  readonly dataDirectory: string;
  /** Starts as root and steps down, as images made after Docker's own `postgres` do. */
  readonly root: boolean;
}

/** The engine sends a line at least this often while it makes progress. */
const stallMs = 300_000;

/** Gets it unless the engine has it. Throws an Error with the reason. */
export async function serverImage(engine: Engine, name: string): Promise<ServerImage> {
  const facts = (await present(engine, name)) ?? (await pulled(engine, name));
  const { Entrypoint, Cmd, Env, User } = facts.Config;
  // An image may leave each of them out, whatever the types say.
  const entrypoint: string[] = entries(Entrypoint);
  const command: string[] = entries(Cmd);
  const program = command[0]?.split('/').at(-1);
  if (program !== 'postgres') {
    const runs = [...entrypoint, ...command].join(' ');
    throw new Error(
      `the image ${name} is not one of a Postgres server: it would run ${runs === '' ? 'nothing' : runs.slice(0, 200)}`,
    );
  }
  const data = entries(Env).find((variable) => variable.startsWith('PGDATA='));
  return {
    name,
    command: [...entrypoint, ...command],
    dataDirectory: data?.slice('PGDATA='.length) ?? '/var/lib/postgresql/data',
    root: User === '' || User === undefined || /^(root|0)(:|$)/.test(User),
  };
}

function entries(value: string | string[] | null | undefined): string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

async function present(engine: Engine, name: string): Promise<ImageFacts | null> {
  try {
    return await engine.image(name);
  } catch (error) {
    if (engineStatus(error) === 404) return null;
    throw new Error(`the engine does not say whether it has the image ${name}: ${engineWords(error)}`, {
      cause: error,
    });
  }
}

async function pulled(engine: Engine, name: string): Promise<ImageFacts> {
  try {
    await follow(await engine.pull(name));
    return await engine.image(name);
  } catch (error) {
    throw new Error(`the image ${name} cannot be had: ${pullReason(engineWords(error))}`, { cause: error });
  }
}

/** A pull that fails after it began ends like one that succeeds; only its last lines tell. */
async function follow(progress: NodeJS.ReadableStream): Promise<void> {
  let stalled = false;
  const stop = () => {
    stalled = true;
    if ('destroy' in progress && typeof progress.destroy === 'function') progress.destroy();
  };
  let timer = setTimeout(stop, stallMs);
  try {
    for await (const line of createInterface({ input: progress })) {
      clearTimeout(timer);
      timer = setTimeout(stop, stallMs);
      const problem = errorIn(line);
      if (problem !== null) throw new Error(problem);
    }
    if (stalled) throw new Error(`the engine made no progress for ${stallMs / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
}

function errorIn(line: string): string | null {
  try {
    const said: unknown = JSON.parse(line);
    if (typeof said === 'object' && said !== null && 'error' in said) return String(said.error);
  } catch {
    // Half a line, when the engine went away.
  }
  return null;
}

/** The engine's own words, and the next step. */
function pullReason(words: string): string {
  const lower = words.toLowerCase();
  const says = (...parts: string[]) => parts.some((part) => lower.includes(part));
  if (
    says('no such host', 'dial tcp', 'i/o timeout', 'connection refused', 'network is unreachable', 'tls')
  ) {
    return `the engine does not reach the registry (${words}); pull the image while there is a network, or name one that the engine has`;
  }
  if (says('toomanyrequests', 'rate limit')) {
    return `the registry has had too many requests (${words}); log in to it with docker login, or try later`;
  }
  if (says('manifest unknown', 'manifest for', 'not found: manifest')) {
    return `the registry has no such tag (${words}); correct the image`;
  }
  if (says('denied', 'unauthorized', 'authentication required', 'no basic auth')) {
    return `it does not exist, or is private (${words}); correct the name, or log in with docker login before this step`;
  }
  return words;
}
