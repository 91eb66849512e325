/** `postgres: auto`: the embedded server; docker for what that lacks; the machine's own where there is no embedded one. */
import { failure } from '../errors.ts';
import type { OwnAdapter } from './adapters/own-server.ts';
import { attempt, keep, type Tried, unlessUnavailable } from './attempt.ts';
import type { Adapter, Server } from './database.ts';
import { hostedExtensions } from './extensions/hosted.ts';
import type { Opened, OpenRequest } from './open.ts';

export interface Choice {
  readonly embedded: OwnAdapter;
  readonly docker: Adapter;
  readonly local: OwnAdapter;
}

export async function openAuto(request: OpenRequest, { embedded, docker, local }: Choice): Promise<Opened> {
  const tried: Tried[] = [];
  // An extension that hosted does not offer is no reason to look for a server that has it.
  const hosted = hostedExtensions(request.majorVersion);
  const wanted = request.extensions.filter((name) => hosted.has(name));
  for (const own of [embedded, local]) {
    const lacking = await unlessUnavailable(own, request, tried, () => own.lacking(request, wanted));
    if (lacking === null) continue;
    if (lacking.length > 0 && !tried.some(({ adapter }) => adapter === 'docker')) {
      const server = await attemptOptional(docker, request, tried);
      const chosen = `docker: the history creates ${listed(lacking)}, which ${own.name} lacks`;
      if (server !== null) return { server, chosen, tried };
    }
    const server = await attempt(own, request, tried);
    if (server !== null) return { server, chosen: `${own.name}: ${whyOwn(lacking, tried)}`, tried };
  }
  throw failure('postgres-unavailable', { tried });
}

/** Nobody asked for this one by name: whatever is wrong with it is a reason to go on without. */
async function attemptOptional(
  adapter: Adapter,
  request: OpenRequest,
  tried: Tried[],
): Promise<Server | null> {
  try {
    return await attempt(adapter, request, tried);
  } catch (error) {
    keep(tried, adapter, error);
    return null;
  }
}

function whyOwn(lacking: readonly string[], tried: readonly Tried[]): string {
  const embedded = tried.find(({ adapter }) => adapter === 'embedded');
  const place = embedded === undefined ? [] : [`embedded cannot be had (${embedded.reason})`];
  const content = lacking.length === 0 ? [] : [`it lacks ${listed(lacking)}, and docker cannot be had`];
  const reasons = [...place, ...content];
  return reasons.length === 0 ? 'it has everything this history needs' : reasons.join('; ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
