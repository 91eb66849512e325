/** Whether `rls.sql` failed at the same statement at base already: standing debt, which blocks nobody. */
import type { Replay, StatementRecord } from '../replay/record.ts';

export function isStanding(failed: StatementRecord | null, replay: Replay | null): boolean {
  const before = replay?.baseRls?.failed ?? null;
  return (
    failed !== null &&
    before !== null &&
    failed.file === before.file &&
    failed.sql === before.sql &&
    failed.error?.sqlstate === before.error?.sqlstate
  );
}
