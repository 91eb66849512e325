/** The registry: every rule, sorted by id. A test compares it with the folder. */
import { cascadeDropped } from './cascade-dropped.ts';
import { columnDropped } from './column-dropped.ts';
import { effectUnknown } from './effect-unknown.ts';
import { journalBroken } from './journal-broken.ts';
import { migrationEdited } from './migration-edited.ts';
import { migrationFailed } from './migration-failed.ts';
import { migrationOutOfOrder } from './migration-out-of-order.ts';
import { migrationRemoved } from './migration-removed.ts';
import { migrationSkipped } from './migration-skipped.ts';
import { migrationStampedAhead } from './migration-stamped-ahead.ts';
import { migrationUnlisted } from './migration-unlisted.ts';
import { migrationsTableChanged } from './migrations-table-changed.ts';
import { migrationsTableExposed } from './migrations-table-exposed.ts';
import { policyDiffersFromSchema } from './policy-differs-from-schema.ts';
import { policyDropped } from './policy-dropped.ts';
import { policyWithoutRls } from './policy-without-rls.ts';
import { possibleRename } from './possible-rename.ts';
import { privilegedStatement } from './privileged-statement.ts';
import { pushUndoes } from './push-undoes.ts';
import { requiredColumnAdded } from './required-column-added.ts';
import { rlsDisabled } from './rls-disabled.ts';
import { rlsFileFailed } from './rls-file-failed.ts';
import { rlsFileNotIdempotent } from './rls-file-not-idempotent.ts';
import { rlsWithoutPolicy } from './rls-without-policy.ts';
import { rowsRemoved } from './rows-removed.ts';
import type { Rule } from './rule.ts';
import { schemaDrift } from './schema-drift.ts';
import { schemaUnreadable } from './schema-unreadable.ts';
import { snapshotChainBroken } from './snapshot-chain-broken.ts';
import { statementNotExecuted } from './statement-not-executed.ts';
import { tableDropped } from './table-dropped.ts';
import { tableWithoutRls } from './table-without-rls.ts';
import { unsafePush } from './unsafe-push.ts';
import { waiverExpired } from './waiver-expired.ts';
import { waiverUnused } from './waiver-unused.ts';
import { waiverWithoutReason } from './waiver-without-reason.ts';

export const rules: readonly Rule[] = [
  cascadeDropped,
  columnDropped,
  effectUnknown,
  journalBroken,
  migrationEdited,
  migrationFailed,
  migrationOutOfOrder,
  migrationRemoved,
  migrationSkipped,
  migrationStampedAhead,
  migrationUnlisted,
  migrationsTableChanged,
  migrationsTableExposed,
  policyDiffersFromSchema,
  policyDropped,
  policyWithoutRls,
  possibleRename,
  privilegedStatement,
  pushUndoes,
  requiredColumnAdded,
  rlsDisabled,
  rlsFileFailed,
  rlsFileNotIdempotent,
  rlsWithoutPolicy,
  rowsRemoved,
  schemaDrift,
  schemaUnreadable,
  snapshotChainBroken,
  statementNotExecuted,
  tableDropped,
  tableWithoutRls,
  unsafePush,
  waiverExpired,
  waiverUnused,
  waiverWithoutReason,
];
