/** waiver-unused: an exemption from nothing. */
import type { ChangeRule } from './rule.ts';

export const waiverUnused: ChangeRule = {
  meta: {
    id: 'waiver-unused',
    title: 'A waiver silences nothing',
    category: 'house',
    severity: 'warning',
    configurable: true,
    waivable: false,
    firesWhen:
      'No finding has the rule, the object and, for a SQL comment, the statement of a waiver; or the waiver names a rule there is not, that is off, or that cannot be waived; or a comment that looks like a waiver cannot be read.',
    effect:
      'What was meant to be accepted still counts, or the waiver waits to hide something that nobody has looked at.',
    remedy:
      'Name the rule and the object as the finding has them, on the line above the statement; remove the waiver when nothing is left to accept.',
    silentWhen:
      'Something was not tried, so that the waiver may still be needed. A comment of `rls.sql` that the base has too and a waiver in the config file are standing debt: listed, never blocking.',
  },
  scope: 'change',
  // Waivers are met only when findings are judged: src/findings/waiver-faults.ts makes these findings.
  check: () => [],
};
