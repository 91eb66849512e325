/** The first of three sources: the inputs that GitHub's runner puts into the environment. */
import { type Given, type GivenValue, optionNamed } from './given.ts';
import type { Option } from './kinds.ts';
import { type OptionName, type Options, optionTable } from './options.ts';

const prefix = 'INPUT_';
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The runner sets `INPUT_` + the upper-case name with its dashes, for every `with:` entry and every default
 * of action.yml; it only warns about a name that action.yml does not know, so refusing is up to us.
 * An input that is empty was not given: that is what an unset `${{ }}` expression becomes.
 */
export function readActionInputs(env: Environment): Given {
  const given = new Map<OptionName, GivenValue>();
  for (const variable of Object.keys(env).sort()) {
    if (!variable.startsWith(prefix)) continue;
    const name = optionNamed(variable.slice(prefix.length).toLowerCase(), 'input');
    const raw = env[variable]?.trim() ?? '';
    if (raw !== '') given.set(name, { raw, source: 'input', where: `input ${name}` });
  }
  return given;
}

/** Where and how a run is to answer. */
export type AnswerOptions = Pick<
  Options,
  'mode' | 'working-directory' | 'github-token' | 'comment' | 'report-dir'
>;

/** For a run whose inputs are refused, which has to say so: each that can be read, for the others the default. */
export function readAnswerOptions(env: Environment): AnswerOptions {
  const read = <Value, Default>(name: OptionName, option: Option<Value, Default>) =>
    option.parse(env[`${prefix}${name.toUpperCase()}`]?.trim() ?? '') ?? option.default;
  return {
    mode: read('mode', optionTable.mode),
    'working-directory': read('working-directory', optionTable['working-directory']),
    'github-token': read('github-token', optionTable['github-token']),
    comment: read('comment', optionTable.comment),
    'report-dir': read('report-dir', optionTable['report-dir']),
  };
}
