/** The first of three sources: the inputs that GitHub's runner puts into the environment. */
import { type Given, type GivenValue, optionNamed } from './given.ts';
import type { OptionName } from './options.ts';

const prefix = 'INPUT_';

/**
 * The runner sets `INPUT_` + the upper-case name with its dashes, for every `with:` entry and every default
 * of action.yml; it only warns about a name that action.yml does not know, so refusing is up to us.
 * An input that is empty was not given: that is what an unset `${{ }}` expression becomes.
 */
export function readActionInputs(env: Readonly<Record<string, string | undefined>>): Given {
  const given = new Map<OptionName, GivenValue>();
  for (const variable of Object.keys(env).sort()) {
    if (!variable.startsWith(prefix)) continue;
    const name = optionNamed(variable.slice(prefix.length).toLowerCase(), 'input');
    const raw = env[variable]?.trim() ?? '';
    if (raw !== '') given.set(name, { raw, source: 'input', where: `input ${name}` });
  }
  return given;
}
