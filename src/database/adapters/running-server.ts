/** A server that runs, whatever its adapter: its sessions end with it, it ends once, and then nobody connects. */
import { type LoginRole, type Server, type Session, StatementError } from '../database.ts';

/** What an adapter knows of a server that it has started and tested. */
export interface Running extends Omit<Server, 'connect' | 'stop'> {
  open(role: LoginRole): Promise<Session>;
  /** Stops the server and removes what was made; called once, after every session was closed. */
  end(): Promise<void>;
}

export function runningServer({ open, end, ...facts }: Running): Server {
  const sessions = new Set<Session>();
  let stopped: Promise<void> | null = null;

  async function stop(): Promise<void> {
    // What does not close in peace ends with the server.
    await Promise.allSettled([...sessions].map((session) => session.close()));
    await end();
  }

  return {
    ...facts,
    async connect(role) {
      refuseAfter(stopped);
      const session = await open(role);
      if (stopped !== null) await session.close();
      refuseAfter(stopped);
      sessions.add(session);
      return session;
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function refuseAfter(stopped: Promise<void> | null): void {
  if (stopped !== null) throw new StatementError('08006', 'The server is stopped.');
}
