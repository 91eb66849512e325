/** Failures of the new SQL that leave nothing to judge, so that the verdict is `error` whatever else was found. */
import { failure, type GatekeeperError } from '../errors.ts';
import { gapsAtBase, neededExtension, neededFromBase } from '../replay/needed-from-base.ts';
import type { BaseGap, Replay, StatementRecord } from '../replay/record.ts';
import { oneLine } from '../rules/wording.ts';

/**
 * SQL that never ends, SQL that needs what the base history or this server could not make, and SQL that is no SQL;
 * null when the failure, or its absence, can be judged.
 */
export function whyUndecided(replay: Replay): GatekeeperError | null {
  const statement = replay.failed ?? newRlsFailure(replay);
  if (statement === null || statement.error === null) return null;
  const { file, line, node } = statement;
  const { sqlstate, message, deadline } = statement.error;
  const where = `${file}:${line}`;
  if (deadline) return failure('statement-deadline', { where });
  const gaps = gapsAtBase(replay);
  const lacking = neededExtension(statement, gaps);
  if (lacking !== null) return failure('extension-unavailable', { where, message, ...lacking });
  const missing = neededFromBase(statement, gaps);
  if (missing !== null) {
    const atBase = gapsAtBase({ gaps: replay.gaps, baseRls: replay.baseRls });
    return failure('base-incomplete', {
      where,
      missing,
      first: firstOf(atBase, missing),
      others: atBase.length - 1,
      commentedOut: commentedOutIn(replay, missing),
    });
  }
  // The server agrees with the parser that this is no SQL (a newer grammar than the parser's would have run).
  if (node === null && sqlstate === '42601') return failure('sql-unparsable', { where, message });
  return null;
}

/** Where to begin: what should have made the missing one, else the first that failed; the rest mostly follows from it. */
function firstOf(gaps: readonly BaseGap[], missing: string): string | null {
  const [gap] = [...gaps.filter((each) => each.missing.includes(missing)), ...gaps];
  if (gap === undefined) return null;
  const { place, error } = gap;
  return `${place.file}:${place.line} failed with ${error.sqlstate} ${oneLine(error.message, 140)}`;
}

/** The file that says it in a comment, or that everything else is missing because of. */
function commentedOutIn({ gaps }: Replay, missing: string): string | null {
  const comments = gaps.filter(({ isCommentedOut }) => isCommentedOut === true);
  const own = comments.find((gap) => gap.missing.includes(missing)) ?? comments[0];
  return own?.place.file ?? null;
}

/** What failed in base's `rls.sql` already is old debt, and does not keep us from judging what is new. */
function newRlsFailure({ headRls, baseRls }: Replay): StatementRecord | null {
  const failed = headRls?.failed ?? null;
  const before = new Set(
    baseRls?.files.flatMap(({ statements }) => statements.filter(hasFailed).map(({ sql }) => sql)),
  );
  return failed === null || before.has(failed.sql) ? null : failed;
}

function hasFailed({ outcome }: StatementRecord): boolean {
  return outcome === 'failed';
}
