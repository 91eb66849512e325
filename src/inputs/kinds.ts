/** The kinds of value an option can have: how each is read from text, and what is said when it cannot be. */

export type Mode = 'check' | 'deploy' | 'drift' | 'comment';
export type Kind = 'text' | 'choice' | 'list' | 'boolean' | 'integer' | 'duration';

/** Whole milliseconds. */
export type Milliseconds = number;

/** What the table says about an option, whatever its kind. */
export interface Spec<Default> {
  /** One sentence, as the README and `action.yml` show it. */
  readonly description: string;
  readonly default: Default;
  /** The default in words, for the README; empty when there is none. */
  readonly shownDefault: string;
  readonly modes: readonly Mode[];
  /** Its value is masked in logs and never quoted in a message. */
  readonly secret?: boolean;
  /** Why `gatekeeper.json` may not set it. */
  readonly notInConfig?: string;
}

export interface Option<Value, Default = Value> extends Spec<Default> {
  readonly kind: Kind;
  readonly choices: readonly string[] | null;
  /** What a valid value looks like, to follow "expected". */
  readonly expected: string;
  /** The value, or undefined when the text is not a valid one. */
  readonly parse: (raw: string) => Value | undefined;
}

// Control characters in a name or path are never meant and would end up in messages and file names.
const control = /\p{Cc}/u;

/** Any text; `pattern` says more about it. */
export function text<const Default>(
  spec: Spec<Default>,
  valid: { pattern?: RegExp; expected?: string } = {},
): Option<string, Default> {
  const fits = (raw: string) => !control.test(raw) && (valid.pattern?.test(raw) ?? true);
  const parse = (raw: string) => (raw !== '' && fits(raw) ? raw : undefined);
  return { ...spec, kind: 'text', choices: null, expected: valid.expected ?? 'one line of text', parse };
}

/** A path of one file, or `none`. */
export function fileOrNone<const Default>(spec: Spec<Default>): Option<string | null, Default> {
  const parse = (raw: string) => {
    if (raw === 'none') return null;
    return raw !== '' && !control.test(raw) ? raw : undefined;
  };
  return { ...spec, kind: 'text', choices: null, expected: 'one file, or none', parse };
}

export function choice<const Choice extends string, const Default>(
  choices: readonly Choice[],
  spec: Spec<Default>,
): Option<Choice, Default> {
  const parse = (raw: string) => choices.find((one) => one === raw);
  return { ...spec, kind: 'choice', choices, expected: oneOf(choices), parse };
}

/** Comma or line separated, as the Actions toolkit's users write them; repeats are dropped. */
export function list<const Default>(spec: Spec<Default>): Option<readonly string[], Default> {
  return {
    ...spec,
    kind: 'list',
    choices: null,
    expected: 'names separated by commas or lines',
    parse: readList,
  };
}

/** One folder or several, comma or line separated; the value has one on each line. */
export function folders<const Default>(spec: Spec<Default>): Option<string, Default> {
  const parse = (raw: string) => readList(raw)?.join('\n');
  const expected = 'a folder, or several separated by commas or lines';
  return { ...spec, kind: 'list', choices: null, expected, parse };
}

/** A list of files, or `none` alone. */
export function filesOrNone<const Default>(spec: Spec<Default>): Option<readonly string[] | null, Default> {
  const parse = (raw: string) => {
    const files = readList(raw);
    if (!files?.includes('none')) return files;
    return files.length === 1 ? null : undefined;
  };
  const expected = 'files separated by commas or lines, or none alone';
  return { ...spec, kind: 'list', choices: null, expected, parse };
}

/** As `core.getBooleanInput` reads them (YAML 1.2 core schema). */
export function boolean<const Default>(spec: Spec<Default>): Option<boolean, Default> {
  const parse = (raw: string) => {
    if (['true', 'True', 'TRUE'].includes(raw)) return true;
    return ['false', 'False', 'FALSE'].includes(raw) ? false : undefined;
  };
  return { ...spec, kind: 'boolean', choices: null, expected: 'true or false', parse };
}

export function integer<const Default>(
  bounds: { min: number; max: number },
  spec: Spec<Default>,
): Option<number, Default> {
  const parse = (raw: string) => {
    const value = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN;
    return value >= bounds.min && value <= bounds.max ? value : undefined;
  };
  const expected = `a whole number from ${bounds.min} to ${bounds.max}`;
  return { ...spec, kind: 'integer', choices: null, expected, parse };
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
]);

/** As Postgres reads its timeouts: `500ms`, `5s`, `5min`, `1h`; digits alone are milliseconds and 0 is no limit. */
export function duration<const Default>(spec: Spec<Default>): Option<Milliseconds, Default> {
  const parse = (raw: string) => {
    const [, digits, unit] = /^(\d{1,10}(?:\.\d{1,3})?) ?([a-z]*)$/.exec(raw) ?? [];
    const scale = unitMs.get(unit ?? '');
    if (digits === undefined || scale === undefined) return undefined;
    const milliseconds = Math.round(Number(digits) * scale);
    // Postgres' timeouts are 32-bit integers of milliseconds.
    return milliseconds <= 2 ** 31 - 1 ? milliseconds : undefined;
  };
  const expected = 'a duration such as 500ms, 5s, 5min or 1h (digits alone are milliseconds)';
  return { ...spec, kind: 'duration', choices: null, expected, parse };
}

function readList(raw: string): readonly string[] | undefined {
  const parts = raw
    .split(/[,\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => control.test(part))) return undefined;
  return [...new Set(parts)];
}

/** `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
