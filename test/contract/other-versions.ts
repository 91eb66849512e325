/** Embedded servers that are not installed with us: without a registry they cannot be had. */
import type { MajorVersion, Server } from '../../src/database/database.ts';
import { GatekeeperError } from '../../src/errors.ts';
import { startServer } from '../server.ts';

export async function startOther(request: { readonly majorVersion: MajorVersion }): Promise<Server | string> {
  try {
    return await startServer(request);
  } catch (error) {
    if (error instanceof GatekeeperError) return error.message;
    throw error;
  }
}
