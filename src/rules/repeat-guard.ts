/** How a statement of rls.sql is written so that a second run finds everything done; each kind of object has its own guard. */

const taken = new Set(['42701', '42710', '42723', '42P06', '42P07']);

/** Postgres says that what the statement makes is there already. */
export function existsAlready(sqlstate: string): boolean {
  return taken.has(sqlstate);
}

export function repeatGuard(sqlstate: string, message: string): string {
  const policy = /policy ("(?:[^"]|"")*") for table ("(?:[^"]|"")*")/.exec(message);
  if (sqlstate === '42710' && policy !== null) {
    return `Write \`drop policy if exists ${policy[1]} on ${policy[2]};\` above the statement.`;
  }
  if (sqlstate === '42710') return 'Drop it with IF EXISTS above the statement, or guard it with a DO block.';
  if (sqlstate === '42P07') return 'Write IF NOT EXISTS; for a view write CREATE OR REPLACE VIEW.';
  if (sqlstate === '42723') return 'Write CREATE OR REPLACE FUNCTION.';
  if (sqlstate === '42704' || sqlstate === '42P01') return 'Write IF EXISTS: the first run has removed it.';
  return 'Write it so that a second run finds everything done: drop by name before creating, OR REPLACE, IF NOT EXISTS.';
}
