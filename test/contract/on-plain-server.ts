/** A project in a database of its own on a plain server, which ends with it. */
import type { Server } from '../../src/database/database.ts';
import { GatekeeperError } from '../../src/errors.ts';
import { startPlainServer } from '../database/plain-server.ts';
import { startServer } from '../server.ts';

export async function onPlainServer(majorVersion: 15 | 17): Promise<Server | string> {
  let plain: Awaited<ReturnType<typeof startPlainServer>>;
  try {
    plain = await startPlainServer({ majorVersion });
  } catch (error) {
    // Debian's 15 or ours, and ours is not installed with us.
    if (majorVersion === 15 && error instanceof GatekeeperError) return error.message;
    throw error;
  }
  try {
    const server = await startServer({ postgres: plain.url(), majorVersion });
    return {
      ...server,
      async stop() {
        await server.stop();
        await plain.stop();
      },
    };
  } catch (error) {
    await plain.stop();
    throw error;
  }
}
