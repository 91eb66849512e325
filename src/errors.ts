/** Every failure we know: a stable code, what happened, and what to do. Anything else is our bug (exit 3). */

interface KnownFailure<Data> {
  readonly message: (data: Data) => string;
  readonly remedy: (data: Data) => string;
}

function known<Data>(message: (data: Data) => string, remedy: (data: Data) => string): KnownFailure<Data> {
  return { message, remedy };
}

/** Text of the user in a message: on one line, not too long. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function place(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`;
}

function suggestion(nearest: string | null, valid: readonly string[]): string {
  return nearest === null ? `There are: ${valid.join(', ')}.` : `Did you mean ${nearest}?`;
}

/** Add a failure here, sorted by code; `docs/errors.md` is generated from this list. All of them exit 2. */
export const errorCatalogue = {
  'argument-unexpected': known<{ command: string; argument: string }>(
    ({ command, argument }) => `gatekeeper ${command} takes no ${quoted(argument)}.`,
    () => 'Leave it out, or see gatekeeper help.',
  ),
  'command-unknown': known<{ command: string | null; nearest: string | null; valid: readonly string[] }>(
    ({ command }) =>
      command === null ? 'No command was given.' : `gatekeeper has no command ${quoted(command)}.`,
    ({ nearest, valid }) => suggestion(nearest, valid),
  ),
  'config-invalid': known<{ file: string; line: number | null; what: string }>(
    ({ file, line, what }) => `${place(file, line)}: ${what}.`,
    ({ file }) => `Correct ${file} on the base branch: it is always read from there.`,
  ),
  'config-key-unknown': known<{
    file: string;
    line: number | null;
    key: string;
    nearest: string | null;
    valid: readonly string[];
  }>(
    ({ file, line, key }) => `${place(file, line)}: there is no ${quoted(key)} in a config file.`,
    ({ nearest, valid }) => suggestion(nearest, valid),
  ),
  'config-not-json': known<{ file: string; line: number; column: number; what: string }>(
    ({ file, line, column, what }) => `${file}:${line}:${column} is not valid JSON: ${what}.`,
    ({ file }) => `Correct ${file} on the base branch: it is always read from there.`,
  ),
  'config-option-refused': known<{ file: string; line: number | null; option: string; why: string }>(
    ({ file, line, option, why }) => `${place(file, line)}: ${quoted(option)} cannot be set here: ${why}.`,
    ({ option }) => `Give ${option} as an input or flag instead.`,
  ),
  'input-invalid': known<{ where: string; value: string | null; expected: string }>(
    ({ where, value, expected }) =>
      value === null
        ? `The value of ${where} is missing or cannot be read: expected ${expected}.`
        : `The value ${quoted(value)} of ${where} cannot be read: expected ${expected}.`,
    ({ where }) => `Correct ${where}, or leave it out for its default.`,
  ),
  'input-missing': known<{ name: string; mode: string }>(
    ({ name, mode }) => `The mode ${mode} needs ${name}, which was not given or is empty.`,
    ({ name }) => `Give ${name}; if it comes from a secret, check that this job can see that secret.`,
  ),
  'input-unknown': known<{
    source: 'input' | 'flag';
    name: string;
    nearest: string | null;
    valid: readonly string[];
  }>(
    ({ source, name }) => `There is no ${source} ${quoted(source === 'flag' ? `--${name}` : name)}.`,
    ({ nearest, valid }) => suggestion(nearest, valid),
  ),
  'inputs-contradict': known<{ first: string; second: string; why: string }>(
    ({ first, second, why }) =>
      first === second ? `${first}: ${why}.` : `${first} and ${second} contradict each other: ${why}.`,
    () => 'Leave one of them out.',
  ),
  'repository-missing': known<{ directory: string }>(
    ({ directory }) => `${directory} is not inside a git repository.`,
    () => 'Run the gate from a checkout (actions/checkout before this step), or cd into your repository.',
  ),
  'rule-not-configurable': known<{ rule: string; file: string; line: number | null }>(
    ({ rule, file, line }) => `${place(file, line)}: the severity of ${rule} cannot be changed.`,
    ({ rule, file }) => `Remove ${rule} from "rules" in ${file}; no verdict can be trusted without it.`,
  ),
  'rule-unknown': known<{ rule: string; where: string; nearest: string | null }>(
    ({ rule, where }) => `${where}: there is no rule ${quoted(rule)}.`,
    ({ nearest }) =>
      nearest === null ? 'docs/rules lists the rules there are.' : `Did you mean ${nearest}?`,
  ),
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
type DataOf<Code extends ErrorCode> = Parameters<(typeof errorCatalogue)[Code]['message']>[0];

/** A failure the user can mend. `message` says what happened and where, `remedy` what to do; the cause is kept. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

/** Makes a known failure; the caller throws it: `throw failure('repository-missing', { directory })`. */
export function failure<Code extends ErrorCode>(
  code: Code,
  data: DataOf<Code>,
  cause?: unknown,
): GatekeeperError {
  // The entry and its data share the same Code, which TypeScript cannot follow through the index.
  const entry = errorCatalogue[code] as unknown as KnownFailure<DataOf<Code>>;
  return new GatekeeperError(code, entry.message(data), entry.remedy(data), cause);
}
