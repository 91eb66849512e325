/** What a user gave, before it is read: one raw text per option and where it came from. */
import { failure } from '../errors.ts';
import { nearest } from './nearest.ts';
import { isOptionName, type OptionName, optionNames } from './options.ts';

export type GivenSource = 'input' | 'flag' | 'config';

export interface GivenValue {
  readonly raw: string;
  readonly source: GivenSource;
  /** For messages: `input fail-on`, `flag --fail-on`, `"fail-on" in gatekeeper.json:3`. */
  readonly where: string;
}

export type Given = ReadonlyMap<OptionName, GivenValue>;

/** The option of that name, or the refusal that suggests the nearest. */
export function optionNamed(name: string, source: 'input' | 'flag'): OptionName {
  if (isOptionName(name)) return name;
  throw failure('input-unknown', { source, name, nearest: nearest(name, optionNames), valid: optionNames });
}
