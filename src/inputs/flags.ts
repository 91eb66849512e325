/** The second source: the command line. */
import { parseArgs } from 'node:util';
import { failure } from '../errors.ts';
import { type Given, type GivenValue, optionNamed } from './given.ts';
import { nearest } from './nearest.ts';
import { isOptionName, type OptionName, optionNames, optionTable } from './options.ts';

export const commands = [
  'check',
  'deploy',
  'drift',
  'comment',
  'init',
  'explain',
  'help',
  'version',
] as const;
export type Command = (typeof commands)[number];

/** Flags that are no option: they say how to run the command, not what to judge. */
export const switches = ['worktree', 'all', 'json', 'help', 'version'] as const;
export type Switch = (typeof switches)[number];

export interface CommandLine {
  readonly command: Command;
  /** What follows the command: the rule of `explain`. */
  readonly arguments: readonly string[];
  readonly given: Given;
  /** `check`: judge uncommitted files too. */
  readonly worktree: boolean;
  /** Standing findings count too. */
  readonly all: boolean;
  readonly json: boolean;
}

/** Reads what stands after `gatekeeper`. `--help` and `--version` win over the command. */
export function readFlags(argv: readonly string[]): CommandLine {
  const { words, flags } = readTokens(argv);
  const given = new Map<OptionName, GivenValue>();
  const on = new Set<Switch>();
  for (const flag of flags) {
    if (isSwitch(flag.name)) on.add(readSwitch(flag.name, flag));
    else addOption(given, flag);
  }
  const { command, rest } = readCommand(words, on, flags.length > 0);
  if (on.has('worktree') && command !== 'check') {
    throw failure('argument-unexpected', { command, argument: '--worktree' });
  }
  setMode(given, command);
  return {
    command,
    arguments: rest,
    given,
    worktree: on.has('worktree'),
    all: on.has('all'),
    json: on.has('json'),
  };
}

interface Flag {
  readonly name: string;
  readonly value: string | undefined;
  /** Written as `--name=value`. */
  readonly inline: boolean;
}

function readTokens(argv: readonly string[]): { words: string[]; flags: Flag[] } {
  const withoutValue = (name: string) => isSwitch(name) || (isOptionName(name) && isBoolean(name));
  const options = Object.fromEntries(
    [...optionNames, ...switches].map((name) => {
      const type: 'boolean' | 'string' = withoutValue(name) ? 'boolean' : 'string';
      return [name, { type }];
    }),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...options, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    // The strict mode's messages name no nearest flag, so the tokens are checked here instead.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const flags: Flag[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option') {
      flags.push({ name: token.name, value: token.value, inline: token.inlineValue ?? false });
    }
  }
  return { words, flags };
}

function readSwitch(name: Switch, flag: Flag): Switch {
  if (flag.value === undefined) return name;
  throw failure('input-invalid', { where: `flag --${name}`, value: flag.value, expected: 'no value' });
}

function addOption(given: Map<OptionName, GivenValue>, flag: Flag): void {
  const name = optionNamed(flag.name, 'flag');
  const where = `flag --${name}`;
  const option = optionTable[name];
  const raw = (flag.value ?? (isBoolean(name) ? 'true' : '')).trim();
  // `--base --json`: parseArgs takes the next flag for the value unless it is written with `=`.
  const swallowed = !flag.inline && raw.startsWith('-');
  if (raw === '' || swallowed) {
    throw failure('input-invalid', { where, value: null, expected: option.expected });
  }
  const before = given.get(name);
  if (before !== undefined && option.kind !== 'list' && before.raw !== raw) {
    throw failure('inputs-contradict', { first: where, second: where, why: 'it is given twice' });
  }
  const merged = before !== undefined && option.kind === 'list' ? `${before.raw}\n${raw}` : raw;
  given.set(name, { raw: merged, source: 'flag', where });
}

function readCommand(
  words: readonly string[],
  on: ReadonlySet<Switch>,
  anyFlag: boolean,
): { command: Command; rest: readonly string[] } {
  if (on.has('help')) return { command: 'help', rest: words };
  if (on.has('version')) return { command: 'version', rest: [] };
  const [word, ...rest] = words;
  if (word === undefined && !anyFlag) return { command: 'help', rest: [] };
  const command = commands.find((one) => one === word);
  if (command === undefined) {
    const near = word === undefined ? null : nearest(word, commands);
    throw failure('command-unknown', { command: word ?? null, nearest: near, valid: commands });
  }
  const allowed = command === 'explain' || command === 'help' ? 1 : 0;
  const extra = rest[allowed];
  if (extra !== undefined) throw failure('argument-unexpected', { command, argument: extra });
  return { command, rest };
}

/** The command is the mode; `--mode` may only repeat it. */
function setMode(given: Map<OptionName, GivenValue>, command: Command): void {
  const mode = optionTable.mode.parse(command);
  const flag = given.get('mode');
  if (flag !== undefined && flag.raw !== command) {
    const why = 'the command already says what to do';
    throw failure('inputs-contradict', { first: `command ${command}`, second: flag.where, why });
  }
  if (mode !== undefined) given.set('mode', { raw: mode, source: 'flag', where: `command ${mode}` });
}

function isSwitch(name: string): name is Switch {
  return switches.some((one) => one === name);
}

function isBoolean(name: OptionName): boolean {
  return optionTable[name].kind === 'boolean';
}
