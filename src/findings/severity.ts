/** The severities that the config file gives to rules in this repository. */
import { failure } from '../errors.ts';
import type { ConfigFile, SeveritySetting } from '../inputs/config-file.ts';
import { nearest } from '../inputs/nearest.ts';
import type { RuleMeta } from '../rules/rule.ts';

/** By rule id; a rule that is not in it weighs what it says itself, or what it says of the case. */
export type Severities = ReadonlyMap<string, SeveritySetting>;

/** Refuses settings for rules there are not, and for those no verdict can be trusted without. */
export function readSeverities(
  config: Pick<ConfigFile, 'file' | 'severities'> | null,
  rules: readonly { readonly meta: RuleMeta }[],
): Severities {
  const severities = new Map<string, SeveritySetting>();
  const metas = new Map(rules.map(({ meta }) => [meta.id, meta]));
  if (config === null) return severities;
  for (const [rule, { severity, line }] of config.severities) {
    const meta = metas.get(rule);
    if (meta === undefined) {
      const where = line === null ? config.file : `${config.file}:${line}`;
      throw failure('rule-unknown', { rule, where, nearest: nearest(rule, metas.keys()) });
    }
    if (meta.configurable) severities.set(rule, severity);
    // Saying what holds anyway changes nothing.
    else if (severity !== meta.severity) {
      throw failure('rule-not-configurable', { rule, file: config.file, line });
    }
  }
  return severities;
}
