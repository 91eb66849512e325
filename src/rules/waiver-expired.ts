/** waiver-expired: an exemption past the day it was given for. */
import type { ChangeRule } from './rule.ts';

export const waiverExpired: ChangeRule = {
  meta: {
    id: 'waiver-expired',
    title: 'A waiver is past its date',
    category: 'house',
    severity: 'error',
    configurable: true,
    waivable: false,
    firesWhen: 'The day a waiver names with `until` is before today (UTC). It holds through that day.',
    effect: 'The waiver silences nothing any more, and what it accepted counts again.',
    remedy: 'Mend what it accepted and remove it, or agree on a later date.',
    silentWhen:
      'A comment of `rls.sql` that the base has too and a waiver in the config file are standing debt: listed, never blocking. Comments of base migrations are not read.',
  },
  scope: 'change',
  // Waivers are met only when findings are judged: src/findings/waiver-faults.ts makes these findings.
  check: () => [],
};
