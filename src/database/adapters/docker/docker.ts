/** The adapter that runs a server in a container of its own, by testcontainers: `supabase/postgres` unless another image is named. */
import type { Adapter } from '../../database.ts';

export function docker(_env: NodeJS.ProcessEnv): Adapter {
  return {
    name: 'docker',
    unavailable: async () => 'the docker adapter is being written',
    start: async () => {
      throw new Error('the docker adapter is being written');
    },
  };
}
