/** One try to get a server from one adapter; what did not work is kept with its reason. */
import { GatekeeperError } from '../errors.ts';
import type { Adapter, PostgresSource, Server, ServerRequest } from './database.ts';

export interface Tried {
  readonly adapter: PostgresSource;
  readonly reason: string;
}

/** null, with the reason in `tried`, when there is no server to be had that way. A known failure is thrown on. */
export function attempt(adapter: Adapter, request: ServerRequest, tried: Tried[]): Promise<Server | null> {
  return unlessUnavailable(adapter, request, tried, () => adapter.start(request));
}

/** The same for something else than a server that the adapter is asked for. */
export async function unlessUnavailable<Result>(
  adapter: Adapter,
  request: ServerRequest,
  tried: Tried[],
  ask: () => Promise<Result>,
): Promise<Result | null> {
  try {
    const reason = await adapter.unavailable(request);
    if (reason === null) return await ask();
    keep(tried, adapter, reason);
  } catch (error) {
    if (error instanceof GatekeeperError) throw error;
    keep(tried, adapter, error);
  }
  return null;
}

/** The reason stands in the middle of a sentence of the report. */
export function keep(tried: Tried[], { name }: Adapter, reason: unknown): void {
  const text = reason instanceof Error ? reason.message : String(reason);
  tried.push({ adapter: name, reason: text.trim().replace(/\.$/, '') });
}
