/** The adapter for a `postgres://` URL: a database of our own, made and dropped again, on a server that the user names. */
import type { Adapter } from '../../database.ts';

export function byUrl(url: string, env: NodeJS.ProcessEnv): Adapter {
  return {
    name: 'url',
    unavailable: async () => null,
    start: async () => {
      throw new Error(
        `not built yet (${url === '' ? 'no URL' : 'a URL'}, ${Object.keys(env).length} variables)`,
      );
    },
  };
}
