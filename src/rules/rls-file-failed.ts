/** rls-file-failed: the hand-written rls.sql does not apply after the migrations. */
import { gapsAtBase, neededFromBase } from '../replay/needed-from-base.ts';
import type { StatementFailure, StatementRecord } from '../replay/record.ts';
import { type FailureWords, failureWords } from './failure-words.ts';
import { privilegeWords } from './privilege-words.ts';
import { existsAlready, repeatGuard } from './repeat-guard.ts';
import type { ChangeRule } from './rule.ts';
import { isStanding } from './standing-failure.ts';
import { oneLine } from './wording.ts';

export const rlsFileFailed: ChangeRule = {
  meta: {
    id: 'rls-file-failed',
    title: 'rls.sql does not apply after the migrations',
    category: 'applying',
    severity: 'error',
    configurable: false,
    waivable: true,
    firesWhen: "A statement of head's `rls.sql` fails after the new migrations.",
    effect:
      'Everything below the failing statement is not applied: tables whose protection stands there stay as open as the migrations left them.',
    remedy:
      'Correct the statement as the finding says; the remedies are those of `migration-failed`. Guard what may be absent with IF EXISTS.',
    silentWhen:
      "The base's `rls.sql` fails at the same statement on the base history: that is standing debt, listed and not blocking. Or it needs an object that the base history should have made and could not: then the verdict is `error`. Or it needs rights that migrations do not have: that is `privileged-statement`.",
  },
  scope: 'change',
  check: (evidence) => {
    const { replay } = evidence;
    const failed = replay?.headRls?.failed ?? null;
    const error = failed?.error ?? null;
    if (replay === null || failed === null || error === null) return [];
    if (privilegeWords(failed, evidence) !== null) return [];
    const standing = isStanding(failed, replay);
    if (!standing && neededFromBase(failed, gapsAtBase(replay)) !== null) return [];
    const { why, remedy } = wordsFor(failed, error);
    const effect = standing
      ? 'It fails like this at base already; what stands below it was tried all the same, as it is taken to be in production.'
      : 'Everything below it is not applied, so what it should protect stays open.';
    return [
      {
        object: failed.file,
        file: failed.file,
        line: failed.line,
        title: `${failed.file} does not apply: ${oneLine(error.message, 140)}`,
        detail: why === null ? effect : `${why} ${effect}`,
        remedy,
        fix: null,
        evidence: { sqlstate: error.sqlstate, message: error.message, statement: oneLine(failed.sql, 300) },
        standing,
      },
    ];
  },
};

/** A migration runs once, this file after every deploy: what it makes has to bear being there. */
function wordsFor(failed: StatementRecord, error: StatementFailure): FailureWords {
  if (!existsAlready(error.sqlstate)) return failureWords(failed, error);
  return {
    why: 'It exists already, from an earlier run of this file or from a migration; the file is applied after every deploy.',
    remedy: repeatGuard(error.sqlstate, error.message),
  };
}
