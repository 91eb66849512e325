/** The adapter that runs a server installed on this machine, on a copy of its files. */
import { createHash } from 'node:crypto';
import type { MajorVersion, ServerRequest } from '../database.ts';
import type { Cache } from './cache.ts';
import { copyServer, placesOf, traceOf } from './copy-server.ts';
import { type Installation, install } from './installation.ts';
import { type MachineServer, machineServers, usualPlaces } from './machine-servers.ts';
import { type OwnAdapter, ownAdapter } from './own-server.ts';

export function local(env: NodeJS.ProcessEnv, places: readonly string[] = usualPlaces): OwnAdapter {
  const look = async (major: MajorVersion): Promise<MachineServer | string> => {
    const servers = await machineServers(env.PATH ?? '', places);
    return servers.find((server) => server.major === major) ?? whyNone(major, servers);
  };
  return ownAdapter(
    {
      name: 'local',
      async unavailable({ majorVersion }) {
        const found = await look(majorVersion);
        return typeof found === 'string' ? found : null;
      },
      async install({ majorVersion }: ServerRequest, cache: Cache) {
        const found = await look(majorVersion);
        if (typeof found === 'string') throw new Error(found);
        return copied(found, majorVersion, cache);
      },
    },
    env,
  );
}

function whyNone(major: MajorVersion, servers: readonly MachineServer[]): string {
  const others = servers.map(({ programs, version, why }) => why ?? `${version} is in ${programs}`);
  const none = `there is no server of Postgres ${major} on this machine`;
  return others.length === 0 ? `${none}, nor of another version` : `${none}: ${others.join(', ')}`;
}

async function copied(
  { programs, version }: MachineServer,
  major: MajorVersion,
  cache: Cache,
): Promise<Installation> {
  const places = await placesOf(programs, major);
  if (places === null) throw new Error(`the files of the server in ${programs} are not where they should be`);
  const trace = createHash('sha256')
    .update(JSON.stringify([places, version, traceOf(places)]))
    .digest('hex')
    .slice(0, 16);
  return install(cache, `local-${major}-${trace}`, major, async (draft) => copyServer(places, draft));
}
