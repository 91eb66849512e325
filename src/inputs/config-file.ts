/** The third source: `gatekeeper.json`, with options, rule severities and waivers. */
import * as v from 'valibot';
import { failure } from '../errors.ts';
import type { GivenValue } from './given.ts';
import { type JsonValue, readJson } from './json.ts';
import { nearest } from './nearest.ts';
import { isOptionName, type OptionName, optionNames, optionTable } from './options.ts';

export type SeveritySetting = 'error' | 'warning' | 'notice' | 'off';

/** An exemption that lasts. Whether the rule exists is for the room that knows the rules. */
export interface ConfigWaiver {
  readonly rule: string;
  /** As findings name it; a trailing `*` stands for any ending. */
  readonly object: string;
  /** null: none was given, which is itself a finding. */
  readonly reason: string | null;
  /** The last day it holds, as an ISO date; null: for good. */
  readonly until: string | null;
  readonly line: number | null;
}

/** What the config file decides about findings. */
export interface Settings {
  readonly severities: ReadonlyMap<
    string,
    { readonly severity: SeveritySetting; readonly line: number | null }
  >;
  readonly waivers: readonly ConfigWaiver[];
}

export interface ConfigFile extends Settings {
  /** Relative to the repository root. */
  readonly file: string;
  readonly options: ReadonlyMap<OptionName, GivenValue>;
}

const severitySchema = v.picklist(['error', 'warning', 'notice', 'off']);
const waiverSchema = v.object({
  rule: v.pipe(v.string(), v.trim(), v.nonEmpty()),
  object: v.pipe(
    v.string(),
    v.trim(),
    v.check(
      (object) => !/^\**$/.test(object),
      'Expected an object; to silence a whole rule, set it to "off"',
    ),
  ),
  reason: v.nullish(v.pipe(v.string(), v.trim()), null),
  until: v.nullish(v.pipe(v.string(), v.check(isDate, 'Expected a date such as 2027-01-31')), null),
});
const fileSchema = v.looseObject({
  rules: v.optional(v.record(v.string(), severitySchema), {}),
  waivers: v.optional(v.array(waiverSchema), []),
});
const optionValueSchema = v.union(
  [v.string(), v.number(), v.boolean(), v.array(v.string())],
  'Expected text, a number, true, false or a list of texts',
);

const ownKeys = ['$schema', 'rules', 'waivers'];
const waiverKeys = Object.keys(waiverSchema.entries);

/** Reads the file's text; `file` is its path for messages. Everything in it is understood or refused. */
export function readConfigFile(text: string, file: string): ConfigFile {
  // Editors on Windows put a byte order mark before the text; JSON has none.
  const source = text.replace(/^\uFEFF/, '');
  const read = readJson(source);
  if ('mistake' in read) {
    const { line, column, mistake } = read;
    throw failure('config-not-json', { file, line, column, what: mistake });
  }
  const lines = linesOf(read, file);
  refuseShape(read, { file, lines });
  const content = parsed(fileSchema, read.value, { file, lines, path: '' });
  const options = new Map<OptionName, GivenValue>();
  for (const [key, value] of Object.entries(content)) {
    if (ownKeys.includes(key)) continue;
    const line = lines.get(`/${key}`) ?? null;
    const name = optionOf(key, file, line);
    options.set(name, {
      raw: rawOf(name, value, { file, lines }),
      source: 'config',
      where: `"${name}" in ${file}`,
    });
  }
  refuseUnknownWaiverKeys(read.value, { file, lines });
  const severities = new Map(
    Object.entries(content.rules).map(([rule, severity]) => [
      rule,
      { severity, line: lines.get(`/rules/${rule}`) ?? null },
    ]),
  );
  const waivers = content.waivers.map((waiver, index) => ({
    ...waiver,
    reason: waiver.reason === '' ? null : waiver.reason,
    line: lines.get(`/waivers/${index}`) ?? null,
  }));
  return { file, options, severities, waivers };
}

/** Keys are paths such as `/waivers/0/rule`; the whole text is the empty path. */
type JsonLines = ReadonlyMap<string, number>;

/** JSON.parse keeps the last of two equal keys in silence; what somebody wrote twice was not meant. */
function linesOf(whole: JsonValue, file: string): JsonLines {
  const lines = new Map<string, number>();
  const visit = ({ line, members, items, repeated }: JsonValue, path: string): void => {
    lines.set(path, line);
    if (repeated !== null) {
      const what = `the key ${JSON.stringify(repeated.name)} is there twice`;
      throw failure('config-not-json', { file, line: repeated.line, column: repeated.column, what });
    }
    for (const [name, member] of members ?? []) visit(member, `${path}/${name}`);
    for (const [index, item] of (items ?? []).entries()) visit(item, `${path}/${index}`);
  };
  visit(whole, '');
  return lines;
}

/** What the schema lets through: to JavaScript an array is an object, and `__proto__` is no key to copy. */
function refuseShape({ items, line: first }: JsonValue, { file, lines }: Where): void {
  if (items !== null) {
    throw failure('config-invalid', {
      file,
      line: first,
      what: 'the file: expected an object',
    });
  }
  for (const [path, line] of lines) {
    if (!path.split('/').includes('__proto__')) continue;
    throw failure('config-key-unknown', { file, line, key: '__proto__', nearest: null, valid: ownKeys });
  }
}

function optionOf(key: string, file: string, line: number | null): OptionName {
  if (!isOptionName(key)) {
    const valid = [...optionNames.filter((name) => refusalOf(name) === undefined), 'rules', 'waivers'];
    throw failure('config-key-unknown', { file, line, key, nearest: nearest(key, valid), valid });
  }
  const why = refusalOf(key);
  if (why !== undefined) throw failure('config-option-refused', { file, line, option: key, why });
  return key;
}

function refusalOf(name: OptionName): string | undefined {
  return optionTable[name].notInConfig;
}

interface Where {
  readonly file: string;
  readonly lines: JsonLines;
}

/** The value as the text an input or flag would have, so that all three sources are read by one parser. */
function rawOf(name: OptionName, value: unknown, where: Where): string {
  const given = parsed(optionValueSchema, value, { ...where, path: `/${name}` });
  const { kind, expected } = optionTable[name];
  const refuse = (): never => {
    throw failure('config-invalid', {
      file: where.file,
      line: where.lines.get(`/${name}`) ?? null,
      what: `"${name}" is ${JSON.stringify(given)}, expected ${expected}`,
    });
  };
  if (Array.isArray(given)) {
    // Joined by lines below: an element that holds a separator would become two.
    return kind === 'list' && given.every((one) => !/[,\r\n]/.test(one)) ? given.join('\n') : refuse();
  }
  const raw = String(given).trim();
  const asWritten =
    kind === 'list' || kind === 'text' || kind === 'choice' ? typeof given !== 'boolean' : true;
  // Unlike an empty input, an empty text in a file was meant.
  return asWritten && raw !== '' ? raw : refuse();
}

function refuseUnknownWaiverKeys(content: unknown, { file, lines }: Where): void {
  const shape = v.looseObject({ waivers: v.optional(v.array(v.record(v.string(), v.unknown())), []) });
  const { waivers } = v.parse(shape, content);
  waivers.forEach((waiver, index) => {
    const key = Object.keys(waiver).find((one) => !waiverKeys.includes(one));
    if (key === undefined) return;
    const line = lines.get(`/waivers/${index}/${key}`) ?? null;
    throw failure('config-key-unknown', {
      file,
      line,
      key,
      nearest: nearest(key, waiverKeys),
      valid: waiverKeys,
    });
  });
}

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  { file, lines, path }: Where & { readonly path: string },
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const at = `${path}${(issue.path ?? []).map((item) => `/${String(item.key)}`).join('')}`;
  // A missing key has no line of its own: its parent's is the nearest.
  const line = lines.get(at) ?? lines.get(at.replace(/\/[^/]*$/, '')) ?? null;
  const what = `${at === '' ? 'the file' : at.slice(1)}: ${sentence(issue.message)}`;
  throw failure('config-invalid', { file, line, what });
}

/** Valibot's "Invalid type: Expected string but received 5" within a sentence of ours. */
function sentence(message: string): string {
  if (message.endsWith('received undefined')) return 'it is missing';
  return message.replace(/^Invalid \w+: /, '').replace(/^E/, 'e');
}

export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // `2027-02-30` is read as the 2nd of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
