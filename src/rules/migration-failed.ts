/** migration-failed: production would stop at a statement of the new migrations. */
import { gapsAtBase, neededFromBase, needsExtension } from '../replay/needed-from-base.ts';
import type { StatementRecord } from '../replay/record.ts';
import { deployStops } from './deploy-stops.ts';
import { failureWords } from './failure-words.ts';
import { privilegeWords } from './privilege-words.ts';
import { existsAlready } from './repeat-guard.ts';
import type { ChangeRule, Evidence } from './rule.ts';
import { oneLine } from './wording.ts';

export const migrationFailed: ChangeRule = {
  meta: {
    id: 'migration-failed',
    title: 'A new migration does not apply',
    category: 'applying',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      'A statement of the new migrations fails on top of the base state, run by the role and in the transaction production would run it in. The first one is reported.',
    effect:
      'The deploy stops at this statement. Under Drizzle all new migrations run in one transaction, so none of them takes effect, and the new code meets the old database.',
    remedy:
      'Correct the statement as the finding says. The remedy is specific for the common SQLSTATEs: 55P04, 25001, 42501, 42883 (uuid = text), 42704, 2BP01, 42P07, 42701, 42703, 42P01, 23502, 23505, 22P02, 22001, 42601.',
    silentWhen:
      'The statement needs an object that the base history should have made and could not, or an extension that the throw-away server lacks, or did not end in time: then nothing was proved, and the verdict is `error`. It makes anew what migrations made that it replaces: that is `migration-removed`. Or it needs rights that migrations do not have: that is `privileged-statement`.',
  },
  scope: 'change',
  check: (evidence) => {
    const { replay } = evidence;
    const failed = replay?.failed ?? null;
    const error = failed?.error ?? null;
    if (replay === null || failed === null || error === null) return [];
    if (error.deadline || needsExtension(failed) || neededFromBase(failed, gapsAtBase(replay)) !== null)
      return [];
    if (privilegeWords(failed, evidence) !== null) return [];
    if (isDamaged(failed, evidence)) return [];
    if (isOfReplaced(failed, evidence)) return [];
    const migration = replay.new.find(({ file }) => file === failed.file);
    const name = migration?.tag ?? failed.file;
    const { why, remedy } = failureWords(failed, error, evidence.history.applier);
    const rest = deployStops(evidence);
    return [
      {
        object: name,
        file: failed.file,
        line: failed.line,
        title: `${name} does not apply: ${oneLine(error.message, 140)}`,
        detail: why === null ? rest : `${why} ${rest}`,
        remedy,
        fix: null,
        evidence: { sqlstate: error.sqlstate, message: error.message, statement: oneLine(failed.sql, 300) },
      },
    ];
  },
};

/** A file with conflict markers and the like is told as that, on the line that shows it. */
function isDamaged({ file, error }: StatementRecord, { history }: Evidence): boolean {
  return (
    error?.sqlstate === '42601' &&
    history.problems.some((problem) => problem.file === file && problem.evidence.damage !== undefined)
  );
}

/** Told already: what takes the place of removed migrations makes anew what production has of them. */
function isOfReplaced({ error, file }: StatementRecord, { history }: Evidence): boolean {
  const tag = history.new.find((migration) => migration.file === file)?.tag;
  return (
    error !== null &&
    existsAlready(error.sqlstate) &&
    history.problems.some(
      ({ kind, atBase, evidence: { replacedBy, renamedTo } }) =>
        kind === 'migration-removed' &&
        !atBase &&
        (typeof replacedBy === 'string' || (tag !== undefined && renamedTo === tag)),
    )
  );
}
