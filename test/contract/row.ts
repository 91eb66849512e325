/** One line of the contract: a statement of role postgres, and what a hosted project answers. */
import type { MajorVersion, PostgresSource } from '../../src/database/database.ts';

/** `ok`, or the SQLSTATE it fails with; `not executed` only where an adapter differs. */
export type Outcome = 'ok' | 'not executed' | (string & {});

export interface ContractRow {
  readonly id: string;
  /** What has to be there; everything runs in one transaction that is rolled back. */
  readonly before?: string;
  /** One statement. */
  readonly sql: string;
  /** Hosted 16 and 18 do not exist: they are taken for 17. */
  readonly hosted: Outcome | { readonly 15: Outcome; readonly 17: Outcome };
  /** Who owns what it made; `of` is a query for the owner's oid. */
  readonly owner?: { readonly of: string; readonly is: string };
  /** What can be seen afterwards, in words for the page and as a query with one value. */
  readonly seen?: { readonly says: string; readonly asks: string; readonly answers: unknown };
  /** It does not run in a transaction, and leaves nothing. */
  readonly alone?: true;
  /** Made in it: a server that has neither this extension nor a stand-in of ours leaves the statement out. */
  readonly extension?: string;
  /** A stand-in of ours may answer, other than `extension`. */
  readonly standIn?: string;
  /** Where an adapter answers otherwise, and why. */
  readonly apart?: readonly Apart[];
}

/** Of `on` and `majors` what is absent stands for all. */
export interface Apart {
  readonly on?: readonly PostgresSource[];
  readonly majors?: readonly MajorVersion[];
  readonly outcome: Outcome;
  readonly why: string;
}

export interface ContractPart {
  readonly title: string;
  readonly rows: readonly ContractRow[];
}

export function hostedOutcome({ hosted }: ContractRow, major: MajorVersion): Outcome {
  if (typeof hosted === 'string') return hosted;
  return major === 15 ? hosted[15] : hosted[17];
}

export function apartOn(row: ContractRow, source: PostgresSource, major: MajorVersion): Apart | null {
  return (
    row.apart?.find(
      ({ on, majors }) => (on?.includes(source) ?? true) && (majors?.includes(major) ?? true),
    ) ?? null
  );
}
