/** The first session on a server that was just started: tried until it answers, or ends, or takes too long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../database.ts';

/** A server that may not take connections yet. */
export interface Starting {
  hasExited(): boolean;
  /** The last of what it printed, on one line. */
  messages(): string;
}

export interface Patience {
  readonly timeoutMs: number;
  readonly pollMs: number;
}

export async function firstSession(
  server: Starting,
  open: () => Promise<Session>,
  { timeoutMs, pollMs }: Patience,
): Promise<Session> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  for (;;) {
    if (server.hasExited()) {
      throw new Error(`its server did not start: ${server.messages() || 'it said nothing'}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`its server did not answer within ${timeoutMs / 1000} s (${last})`);
    }
    try {
      return await open();
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
      await sleep(pollMs);
    }
  }
}
