/** Opens a server: the adapter that was asked for, or the one that fits best; if there is none, every reason. */
import { failure } from '../errors.ts';
import { docker } from './adapters/docker/docker.ts';
import { embedded } from './adapters/embedded.ts';
import { local } from './adapters/local.ts';
import { byUrl } from './adapters/url/url.ts';
import { attempt, type Tried } from './attempt.ts';
import { openAuto } from './auto.ts';
import type { Adapter, Server, ServerRequest } from './database.ts';

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

export async function openServer(request: OpenRequest): Promise<Opened> {
  const env = request.env ?? process.env;
  switch (request.postgres) {
    case 'auto':
      return openAuto(request, { embedded: embedded(env), docker: docker(env), local: local(env) });
    case 'embedded':
      return openNamed(embedded(env), request);
    case 'docker':
      return openNamed(docker(env), request);
    case 'local':
      return openNamed(local(env), request);
    default:
      return openNamed(byUrl(request.postgres, env), request);
  }
}

/** Who names an adapter gets that one or none: another server could judge otherwise. */
async function openNamed(adapter: Adapter, request: OpenRequest): Promise<Opened> {
  const tried: Tried[] = [];
  const server = await attempt(adapter, request, tried);
  if (server === null) throw failure('postgres-unavailable', { tried });
  return { server, chosen: `${adapter.name}: named by the option postgres`, tried };
}
