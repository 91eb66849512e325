/** Opens a server: the adapter that was asked for, or the first one that works; if none does, every reason. */

import { failure, GatekeeperError } from '../errors.ts';
import { embedded } from './adapters/embedded.ts';
import type { Adapter, PostgresSource, Server, ServerRequest } from './database.ts';

export interface OpenRequest extends ServerRequest {
  /** Names in CREATE EXTENSION of the SQL to be judged: `auto` looks for a server that has them. */
  readonly extensions: readonly string[];
  /** `auto`, `embedded`, `docker`, `local`, or the URL of a server. */
  readonly postgres: string;
  readonly image: string | null;
  /** Where caches are and how npm is set up; the process' own unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Opened {
  readonly server: Server;
  /** Why this one, in one clause for the report: `auto`'s reason, or that the user named it. */
  readonly chosen: string;
  /** The adapters that did not work, with their reasons. */
  readonly tried: readonly Tried[];
}

export interface Tried {
  readonly adapter: PostgresSource;
  readonly reason: string;
}

export async function openServer(request: OpenRequest): Promise<Opened> {
  const tried: Tried[] = [];
  for (const adapter of adaptersFor(request)) {
    const reason = await adapter.unavailable(request);
    if (reason !== null) {
      tried.push({ adapter: adapter.name, reason });
      continue;
    }
    try {
      const server = await adapter.start(request);
      const chosen =
        request.postgres === 'auto' ? 'the first that works here' : 'named by the option postgres';
      return { server, chosen, tried };
    } catch (error) {
      if (error instanceof GatekeeperError) throw error;
      tried.push({ adapter: adapter.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  throw failure('postgres-unavailable', { tried });
}

/** In the order in which they are tried. */
function adaptersFor(request: OpenRequest): readonly Adapter[] {
  const env = request.env ?? process.env;
  switch (request.postgres) {
    case 'auto':
    case 'embedded':
      return [embedded(env)];
    case 'docker':
    case 'local':
      throw failure('adapter-not-available', { adapter: request.postgres });
    default:
      // A URL may hold a password: only its kind is named.
      throw failure('adapter-not-available', { adapter: 'url' });
  }
}
