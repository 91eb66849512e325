/** How the server in a container is told to run: as one that nobody keeps, and that only the gate acts on. */

const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  port: '5432',
  hba_file: '/gatekeeper/pg_hba.conf',
  // supautils would help and refuse on its own besides our shim, and differently from image to image: verdicts are
  // the same on every adapter because one of them decides.
  session_preload_libraries: '',
  // A job that is due would change the database in the middle of a replay.
  'cron.launch_active_jobs': 'off',
  max_connections: '20',
  shared_buffers: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  wal_level: 'logical',
  max_wal_size: '1GB',
  max_locks_per_transaction: '1024',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  // Statements and notices are the user's text: none of it goes to a log.
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_checkpoints: 'off',
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
