/** One value per option: input or flag, then config file, then default; what contradicts itself is refused. */
import { failure } from '../errors.ts';
import type { ConfigFile } from './config-file.ts';
import type { Given, GivenSource, GivenValue } from './given.ts';
import { type Option, oneOf } from './kinds.ts';
import { type OptionName, type Options, optionNames, optionTable } from './options.ts';

export type Source = GivenSource | 'default';

export interface Resolved {
  readonly options: Options;
  readonly sources: Readonly<Record<OptionName, Source>>;
}

interface Request {
  readonly given: Given;
  /** null: there is none, or it has not been read yet (`config-file` and `base` never come from it). */
  readonly config: Pick<ConfigFile, 'options'> | null;
}

export function resolveOptions({ given, config }: Request): Resolved {
  const fromFile: Given = config?.options ?? new Map();
  // All of both are read, so that a mistake in the file is said even where an input overrides it.
  for (const values of [given, fromFile]) for (const [name, value] of values) read(name, value);
  const chosen = new Map<OptionName, GivenValue>([...fromFile, ...given]);
  settleContradictions(chosen);
  const options = Object.fromEntries(
    optionNames.map((name) => {
      const value = chosen.get(name);
      return [name, value === undefined ? optionTable[name].default : read(name, value)];
    }),
  );
  const sources = Object.fromEntries(
    optionNames.map((name) => [name, chosen.get(name)?.source ?? 'default']),
  );
  // Every name of the table is there, with a value of that option's own parser or its default.
  const resolved = { options, sources } as unknown as Resolved;
  checkMode(resolved.options, given);
  return resolved;
}

/** What must be masked in logs: the secrets themselves and the passwords in URLs, as written and decoded. */
export function secretsIn(options: Options): readonly string[] {
  const urls = [options['database-url'], options.postgres].filter((one) => one?.includes('://') ?? false);
  const secrets = new Set<string>();
  for (const value of [options['github-token'], ...urls]) if (value) secrets.add(value);
  for (const url of urls) {
    const password = /^[^:]+:\/\/[^/?#]*?:([^/?#]*)@/.exec(url ?? '')?.[1];
    if (!password) continue;
    secrets.add(password);
    try {
      secrets.add(decodeURIComponent(password));
    } catch {
      // A stray % is no escape, and the password as written is in the set already.
    }
  }
  return [...secrets];
}

function read(name: OptionName, { raw, where }: GivenValue): unknown {
  const { parse, expected, secret }: Option<unknown> = optionTable[name];
  const value = parse(raw);
  if (value !== undefined) return value;
  // A URL with a slip in it still holds its password.
  const hidden = secret === true || /[:@]/.test(raw);
  throw failure('input-invalid', { where, value: hidden ? null : raw, expected });
}

interface Contradiction {
  readonly first: OptionName;
  readonly when: (raw: string) => boolean;
  readonly second: OptionName;
  readonly why: string;
}

const contradictions: readonly Contradiction[] = [
  {
    first: 'migrations-from',
    when: (raw) => raw === 'schema',
    second: 'migrations-dir',
    why: 'with schema no migrations are read; their SQL is generated from the Drizzle schema',
  },
  {
    first: 'migrations-from',
    when: (raw) => raw === 'schema',
    second: 'baseline-file',
    why: 'with schema the base is generated from the Drizzle schema, so there is no history to stand in for',
  },
  {
    first: 'postgres',
    when: (raw) => !['auto', 'docker'].includes(raw),
    second: 'image',
    why: 'an image is for docker',
  },
];

/** Two values of one source that contradict are refused; an input that contradicts the file wins over it. */
function settleContradictions(chosen: Map<OptionName, GivenValue>): void {
  for (const { first, when, second, why } of contradictions) {
    const one = chosen.get(first);
    const other = chosen.get(second);
    if (one === undefined || other === undefined || !when(one.raw) || other.raw === 'none') continue;
    const files = [one, other].filter(({ source }) => source === 'config');
    if (files.length !== 1) {
      throw failure('inputs-contradict', { first: one.where, second: other.where, why });
    }
    chosen.delete(one.source === 'config' ? first : second);
  }
}

/** A value equal to the default changes nothing, and a shared workflow may well pass it in every mode. */
function checkMode(options: Options, given: Given): void {
  const { mode } = options;
  for (const [name, { where }] of given) {
    const option: Option<unknown> = optionTable[name];
    if (option.modes.includes(mode) || same(options[name], option.default)) continue;
    const why = `${name} is for ${oneOf(option.modes)}`;
    throw failure('inputs-contradict', { first: where, second: `mode ${mode}`, why });
  }
  if ((mode === 'deploy' || mode === 'drift') && options['database-url'] === null) {
    throw failure('input-missing', { name: 'database-url', mode });
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
