/** The severity each rule has in this repository: its own, or what the config file says. */
import { failure } from '../errors.ts';
import type { ConfigFile, SeveritySetting } from '../inputs/config-file.ts';
import { nearest } from '../inputs/nearest.ts';
import type { RuleMeta } from '../rules/rule.ts';

/** By rule id; every rule is in it. */
export type Severities = ReadonlyMap<string, SeveritySetting>;

/** Refuses settings for rules there are not, and for those no verdict can be trusted without. */
export function readSeverities(
  config: Pick<ConfigFile, 'file' | 'severities'> | null,
  rules: readonly { readonly meta: RuleMeta }[],
): Severities {
  const severities = new Map<string, SeveritySetting>(rules.map(({ meta }) => [meta.id, meta.severity]));
  const fixed = new Set(rules.filter(({ meta }) => !meta.configurable).map(({ meta }) => meta.id));
  if (config === null) return severities;
  for (const [rule, { severity, line }] of config.severities) {
    if (!severities.has(rule)) {
      const where = line === null ? config.file : `${config.file}:${line}`;
      throw failure('rule-unknown', { rule, where, nearest: nearest(rule, severities.keys()) });
    }
    // Saying what holds anyway changes nothing.
    if (fixed.has(rule) && severity !== severities.get(rule)) {
      throw failure('rule-not-configurable', { rule, file: config.file, line });
    }
    severities.set(rule, severity);
  }
  return severities;
}
