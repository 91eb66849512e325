/** rls-file-not-idempotent: running rls.sql a second time fails or changes something. */
import type { Change } from '../catalog/change.ts';
import { repeatGuard } from './repeat-guard.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { listed, oneLine } from './wording.ts';

type Case = Pick<Finding, 'title' | 'detail' | 'remedy' | 'line' | 'evidence'> & { readonly file: string };

export const rlsFileNotIdempotent: ChangeRule = {
  meta: {
    id: 'rls-file-not-idempotent',
    title: 'rls.sql cannot be run twice',
    category: 'applying',
    severity: 'error',
    configurable: true,
    waivable: true,
    firesWhen:
      "Head's `rls.sql`, run once more right after its first run, fails or leaves another catalog than before.",
    effect:
      'It is applied after every deploy. The next one stops at this statement, and what stands below it is not applied any more; or each run piles something up.',
    remedy:
      'Write each policy as `drop policy if exists …; create policy …;`, functions and views with OR REPLACE, indexes with IF NOT EXISTS.',
    silentWhen:
      'The file is the same at base, byte for byte: that is standing debt, listed and not blocking.',
  },
  scope: 'change',
  check: (evidence) => {
    const found = secondFailure(evidence) ?? secondChange(evidence);
    if (found === null) return [];
    return [{ object: found.file, ...found, fix: null, standing: isUntouched(evidence) }];
  },
};

function secondFailure({ replay }: Evidence): Case | null {
  const failed = replay?.headRlsAgain?.failed ?? null;
  const error = failed?.error ?? null;
  if (failed === null || error === null) return null;
  return {
    file: failed.file,
    line: failed.line,
    title: `${failed.file} fails the second time: ${oneLine(error.message, 140)}`,
    detail:
      'It is applied after every deploy. The next one would stop at this statement, and nothing below it would be applied any more.',
    remedy: repeatGuard(error.sqlstate, error.message),
    evidence: { sqlstate: error.sqlstate, message: error.message, statement: oneLine(failed.sql, 300) },
  };
}

function secondChange({ replay, rlsChanges, history, place }: Evidence): Case | null {
  const [first] = rlsChanges;
  if (first === undefined) return null;
  const objects = [...new Set(rlsChanges.map(({ object }) => object))];
  const where = place(first.object);
  const own = where !== null && replay?.headRls?.files.some(({ file }) => file === where.file) === true;
  const file = own ? where.file : (history.rls.head[0]?.file ?? '');
  return {
    file,
    line: own ? where.line : null,
    title: `${file} changes the database again when it is run again: ${listed(objects)}`,
    detail: 'It is applied after every deploy, and each time it leaves something else behind.',
    remedy:
      'Write it so that a second run finds everything done: drop by name before creating, OR REPLACE, IF NOT EXISTS, names that do not depend on the moment.',
    evidence: { changes: rlsChanges.slice(0, 10).map(brief), more: Math.max(0, rlsChanges.length - 10) },
  };
}

function brief({ kind, change, object }: Change) {
  return { kind, change, object };
}

function isUntouched({ history }: Evidence): boolean {
  const before = new Map(history.rls.base.map(({ file, sha256 }) => [file, sha256]));
  return (
    history.rls.head.length === history.rls.base.length &&
    history.rls.head.every(({ file, sha256 }) => before.get(file) === sha256)
  );
}
