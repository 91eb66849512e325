/** A finding with everything that decides whether it counts. */
import type { Finding, Severity } from '../rules/rule.ts';

export interface Waived {
  /** The migration or `gatekeeper.json`. */
  readonly file: string;
  readonly line: number | null;
  readonly reason: string;
  /** ISO date, or null. */
  readonly until: string | null;
}

export interface JudgedFinding extends Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** The base state does not have it. Only introduced findings decide the verdict. */
  readonly introduced: boolean;
  readonly waived: Waived | null;
}

export type Verdict = 'pass' | 'blocked' | 'error';
export type FailOn = 'error' | 'warning' | 'notice' | 'never';
