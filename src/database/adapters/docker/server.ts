/** How the server in a container is told to run: as one that nobody keeps, and that only the gate acts on. */
import { throwAwaySettings } from '../settings.ts';

const settings: Readonly<Record<string, string>> = {
  ...throwAwaySettings,
  listen_addresses: '127.0.0.1',
  port: '5432',
  hba_file: '/gatekeeper/pg_hba.conf',
  // supautils would help and refuse on its own besides our shim, and differently from image to image: verdicts are
  // the same on every adapter because one of them decides.
  session_preload_libraries: '',
  // A job that is due would change the database in the middle of a replay.
  'cron.launch_active_jobs': 'off',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_statement: 'none',
  temp_file_limit: '1GB',
};

/** After the image's own: the last word on the command line counts, also over its configuration files. */
export const serverArguments: readonly string[] = Object.entries(settings).flatMap(([name, value]) => [
  '-c',
  `${name}=${value}`,
]);

/** Read by the entrypoint of every image that is made after Docker's own `postgres`. */
export function serverEnvironment(password: string): string[] {
  return ['POSTGRES_USER=supabase_admin', 'POSTGRES_DB=postgres', `POSTGRES_PASSWORD=${password}`];
}
