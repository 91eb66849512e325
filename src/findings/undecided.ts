/** Failures of the new SQL that leave nothing to judge, so that the verdict is `error` whatever else was found. */
import { failure, type GatekeeperError } from '../errors.ts';
import type { Replay } from '../replay/record.ts';
import { neededFromBase } from '../rules/migration-failed.ts';

/** SQL that never ends, SQL that needs what the base history could not make here, and SQL that is no SQL; else null. */
export function whyUndecided({ failed, gaps, headRls }: Replay): GatekeeperError | null {
  const statement = failed ?? headRls?.failed ?? null;
  if (statement === null || statement.error === null) return null;
  const { file, line, node } = statement;
  const { sqlstate, message, deadline } = statement.error;
  const where = `${file}:${line}`;
  if (deadline) return failure('statement-deadline', { where });
  const missing = neededFromBase(statement, gaps);
  if (missing !== null) return failure('base-incomplete', { where, missing, gaps: gaps.length });
  // The server agrees with the parser that this is no SQL (a newer grammar than the parser's would have run).
  if (node === null && sqlstate === '42601') return failure('sql-unparsable', { where, message });
  return null;
}
