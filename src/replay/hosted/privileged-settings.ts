/** Parameters that a hosted project lets `postgres` set for a session or a role, though Postgres asks for a superuser. */

/** Granted in parameters.sql; a grant holds for ALTER DATABASE too, which the hosted project does not help with. */
const names: ReadonlySet<string> = new Set([
  'deadlock_timeout',
  'log_lock_waits',
  'log_min_duration_statement',
  'log_min_messages',
  'log_replication_commands',
  'log_statement',
  'log_temp_files',
  'safeupdate.enabled',
  'session_replication_role',
  'track_functions',
  'track_io_timing',
  'wal_compression',
]);

const prefixes = ['auto_explain', 'pg_net', 'pg_stat_statements', 'pgaudit', 'pgrst'];

export function isPrivilegedSetting(name: string): boolean {
  const lower = name.toLowerCase();
  return names.has(lower) || prefixes.some((prefix) => lower.startsWith(`${prefix}.`));
}
