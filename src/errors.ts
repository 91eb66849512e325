/** Every failure we know: a stable code, what happened, and what to do. Anything else is our bug (exit 3). */

interface KnownFailure<Data> {
  readonly message: (data: Data) => string;
  readonly remedy: (data: Data) => string;
}

function known<Data>(message: (data: Data) => string, remedy: (data: Data) => string): KnownFailure<Data> {
  return { message, remedy };
}

/** Add a failure here, sorted by code; `docs/errors.md` is generated from this list. All of them exit 2. */
export const errorCatalogue = {
  'repository-missing': known<{ directory: string }>(
    ({ directory }) => `${directory} is not inside a git repository.`,
    () => 'Run the gate from a checkout (actions/checkout before this step), or cd into your repository.',
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
