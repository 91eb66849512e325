/** A server that says so when the SQL has closed the database to new sessions. */
import { readFileSync } from 'node:fs';
import { type Server, type Session, StatementError } from '../database/database.ts';
import { failure } from '../errors.ts';
import { filesOf, type History } from '../history/history.ts';

/** too_many_connections, invalid_authorization_specification and object_not_in_prerequisite_state. */
const closed = new Set(['53300', '28000', '55000']);

/** By the parser's tags: what can keep a role out, or make all that it does read-only. */
const closing = new Set(['AlterDatabaseSetStmt', 'AlterDatabaseStmt', 'AlterRoleSetStmt', 'AlterRoleStmt']);

/** Statements after which it is worth trying whether a new session can be had. */
export function mayClose(node: string | null): boolean {
  return node === null || closing.has(node) || ['CallStmt', 'DoStmt', 'SelectStmt'].includes(node);
}

export function reachable(server: Server, observer: Session, history: History): Server {
  return {
    ...server,
    async connect(role) {
      try {
        return await server.connect(role);
      } catch (error) {
        const why = error instanceof StatementError ? await whyClosed(error, observer) : null;
        if (why === null) throw error;
        throw failure('database-closed', { why, places: placesIn(history) }, error);
      }
    },
  };
}

/** A session that may only read is none for migrations: the connection is given up before it is used. */
async function whyClosed({ sqlstate, message }: StatementError, observer: Session): Promise<string | null> {
  if (closed.has(sqlstate)) return message;
  const query = readFileSync(new URL('./queries/read-only-settings.sql', import.meta.url), 'utf8');
  const rows = await observer.query(query);
  return rows.length === 0 ? null : 'default_transaction_read_only is on for new sessions';
}

/** The first few: the rest are of the same kind. */
function placesIn(history: History): readonly string[] {
  const places = filesOf(history).flatMap(({ file, statements }) =>
    statements.flatMap(({ node, line }) => (node !== null && closing.has(node) ? [`${file}:${line}`] : [])),
  );
  return [...new Set(places)].slice(0, 3);
}
