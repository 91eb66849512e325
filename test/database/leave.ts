/** The ways in which a program of the tests leaves a server that it has booted. */
import type { Server, Session } from '../../src/database/database.ts';

export interface Leaving {
  readonly server: Server;
  /** Those that are still open. */
  readonly sessions: readonly Session[];
  /** Runs when the end comes, and would run for long. */
  readonly busy: Promise<unknown>;
}

/** An unknown manner is none: it waits to be ended from outside. */
export async function leave(manner: string | undefined, { server, sessions, busy }: Leaving): Promise<void> {
  switch (manner) {
    case 'throw':
      throw new Error('on purpose');
    case 'exit':
      process.exit(7);
      break;
    case 'stop':
      await server.stop();
      break;
    case 'forget':
      // The connections alone would keep the process; without them only the server is left behind.
      await Promise.all(sessions.map((session) => session.close()));
      break;
    default:
      await busy;
      await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
}
