/** The Action's outputs, by the names of the interface. */

export interface Outputs {
  /** Of several projects the worst. */
  readonly verdict: 'pass' | 'blocked' | 'error';
  /** Of several projects the digest over theirs. */
  readonly plan: string;
  readonly errors: number;
  readonly warnings: number;
  readonly notices: number;
  /** The paths are null when the files could not be written; of several projects all are the report directory's. */
  readonly 'report-path': string | null;
  readonly 'sql-path': string | null;
  readonly 'comment-path': string | null;
  readonly 'sarif-path': string | null;
  /** Of several projects the ids with commas between them, in the order the projects were named. */
  readonly 'comment-id': string | null;
  /** `deploy`: migrations applied. */
  readonly applied: number | null;
}

/** The part of @actions/core that sets outputs, through a file with a random delimiter. */
export interface OutputWriter {
  setOutput(name: string, value: string): void;
}

/** What there is none of is an empty string, so that `if:` expressions read it as false. */
export function writeOutputs(core: OutputWriter, values: Partial<Outputs>): void {
  for (const [name, value] of Object.entries(values))
    core.setOutput(name, value === null ? '' : String(value));
}
