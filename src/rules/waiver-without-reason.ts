/** waiver-without-reason: an exemption nobody explained. */
import type { ChangeRule } from './rule.ts';

export const waiverWithoutReason: ChangeRule = {
  meta: {
    id: 'waiver-without-reason',
    title: 'A waiver gives no reason',
    category: 'house',
    severity: 'error',
    configurable: true,
    waivable: false,
    firesWhen:
      'A waiver, in a comment of a new migration or of `rls.sql` or in the config file, has no `because "…"` (in the config file: no `reason`), or an empty one.',
    effect:
      'The waiver silences nothing. Whoever reads it later could not tell whether the danger was understood or overlooked.',
    remedy: 'Say why it is safe, where others can check it: `because "unused since v2.3, see #812"`.',
    silentWhen:
      'A comment of `rls.sql` that the base has too and a waiver in the config file are standing debt: listed, never blocking.',
  },
  scope: 'change',
  // Waivers are met only when findings are judged: src/findings/waiver-faults.ts makes these findings.
  check: () => [],
};
