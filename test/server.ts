/** A server of its own for each test that wants one: booted from the cache, gone afterwards. */
import type { LoginRole, MajorVersion, Row, Server, Session } from '../src/database/database.ts';
import { type OpenRequest, openServer } from '../src/database/open.ts';
import { GatekeeperError } from '../src/errors.ts';

/** A Supabase project on Postgres 17 as it is created today. */
export const freshProject: OpenRequest = {
  majorVersion: 17,
  platform: 'supabase',
  dataApiGrants: 'explicit',
  exposedSchemas: ['public', 'graphql_public'],
  ensureRls: false,
  extensions: [],
  postgres: 'embedded',
  image: null,
};

export async function startServer(request: Partial<OpenRequest> = {}): Promise<Server> {
  const { server } = await openServer({ ...freshProject, ...request });
  return server;
}

/** One of this major version; null, with the reason, which is also printed, where it cannot be had. */
export async function startIfThere(
  majorVersion: MajorVersion,
): Promise<{ readonly server: Server | null; readonly missing: string }> {
  try {
    return { server: await startServer({ majorVersion }), missing: '' };
  } catch (error) {
    // Only 17 is installed with us; without a registry the others cannot be had here.
    if (majorVersion === 17 || !(error instanceof GatekeeperError)) throw error;
    console.warn(`Postgres ${majorVersion} not tried: ${error.message}`);
    return { server: null, missing: error.message };
  }
}

/** Boots, lends, stops. */
export async function withServer<Result>(
  use: (server: Server) => Promise<Result>,
  request: Partial<OpenRequest> = {},
): Promise<Result> {
  const server = await startServer(request);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Boots, connects as `role`, stops. */
export function withSession<Result>(
  role: LoginRole,
  use: (session: Session) => Promise<Result>,
  request: Partial<OpenRequest> = {},
): Promise<Result> {
  return withServer(async (server) => use(await server.connect(role)), request);
}

/** The only value of the only row. */
export async function single(session: Session, sql: string): Promise<unknown> {
  const rows = await session.query<Row>(sql);
  const [row] = rows;
  if (rows.length !== 1 || row === undefined) throw new Error(`${rows.length} rows instead of one: ${sql}`);
  return Object.values(row)[0];
}
