/** Server settings of a database that nobody keeps: nothing is flushed, nothing of the user's text reaches a log. */

/** Of every server that we start ourselves. */
export const throwAwaySettings: Readonly<Record<string, string>> = {
  max_connections: '20',
  shared_buffers: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  // Hosted projects run with it; publications and slots behave alike.
  wal_level: 'logical',
  max_wal_size: '1GB',
  // One transaction holds the locks of a whole history: each table with its indexes, toast and sequences.
  max_locks_per_transaction: '1024',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements and notices are the user's text: none of it goes to a log.
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** The configuration file of a server that listens on a Unix socket and on no network. */
export function serverSettings(): string {
  const settings = { ...throwAwaySettings, listen_addresses: '', temp_file_limit: '2GB' };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value}'`)
    .join('\n');
}
