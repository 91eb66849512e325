/** A finding with everything that decides whether it counts, and what is needed to decide it. */
import type { Finding, RuleMeta, Severity } from '../rules/rule.ts';
import type { Found } from '../rules/run.ts';
import type { Severities } from './severity.ts';
import type { Waivers } from './waiver.ts';

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

export interface JudgeRequest {
  readonly found: readonly Found[];
  readonly rules: readonly { readonly meta: RuleMeta }[];
  readonly severities: Severities;
  readonly waivers: Waivers;
  readonly today: Date;
  /** Part of the SQL was not tried, so that a waiver without a finding may still be needed. */
  readonly incomplete?: boolean;
}
