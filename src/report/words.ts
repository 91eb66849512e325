/** The words all texts share: numbers, icons, the headline, names for consequences. */
import type { JudgedFinding } from '../findings/judged.ts';
import type { Severity } from '../rules/rule.ts';
import type { Report } from './report.ts';
import { accepted, counting, decisive, untried } from './selection.ts';

export const icons: Readonly<Record<Severity, string>> = { error: '⛔', warning: '⚠️', notice: 'ℹ️' };

export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

const irregular: Readonly<Record<string, string>> = { fix: 'fixes', index: 'indexes', policy: 'policies' };

export function plural(noun: string): string {
  const [, head = '', last = noun] = /^(.* )?(\S+)$/.exec(noun) ?? [];
  return `${head}${irregular[last] ?? `${last}s`}`;
}

/** `1 column`, `2 policies`. */
export function count(value: number, noun: string): string {
  return `${number(value)} ${value === 1 ? noun : plural(noun)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** The first 12 digits in groups of four, as a person reads them aloud; null for a report without a plan. */
export function planDigits(plan: string): string | null {
  const digits = plan.slice(0, 12);
  return /^[0-9a-f]{12}$/.test(digits) ? digits.replace(/(.{4})(?=.)/g, '$1 ') : null;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 950) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 99_500) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}

/** `2 errors, 1 warning`. */
export function severities(findings: readonly JudgedFinding[]): string {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const parts = (['error', 'warning', 'notice'] as const).map(
    (severity) => [of(severity), severity] as const,
  );
  return parts.flatMap(([value, severity]) => (value === 0 ? [] : [count(value, severity)])).join(', ');
}

export type Mood = 'blocked' | 'unjudged' | 'warned' | 'calm';

export interface Headline {
  readonly mood: Mood;
  readonly icon: string;
  readonly text: string;
}

/** Nothing was added, changed or found: the gate had no work. */
export function nothingToCheck(report: Report): boolean {
  return (
    report.verdict === 'pass' &&
    report.changes.length === 0 &&
    !report.migrations.some((migration) => migration.state === 'new') &&
    !report.rls.some((file) => file.changed) &&
    counting(report).length === 0
  );
}

/** The verdict in words, the same in every text. */
export function headline(report: Report): Headline {
  if (report.verdict === 'error')
    return { mood: 'unjudged', icon: '❗', text: 'Could not judge this change' };
  const findings = counting(report);
  if (report.verdict === 'blocked') {
    const things = decisive(report).length || findings.length;
    const settle = `${count(things, 'thing')} to settle before this can merge`;
    return { mood: 'blocked', icon: '⛔', text: things === 0 ? 'Blocked' : `Blocked: ${settle}` };
  }
  if (nothingToCheck(report)) return { mood: 'calm', icon: '✅', text: 'Nothing to check' };
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.filter((finding) => finding.severity === 'warning').length;
  if (errors > 0) {
    const why = report.decidedBy?.failOn === 'never' ? ' (fail-on: never)' : '';
    return { mood: 'warned', icon: '⚠️', text: `Not blocked${why}, but ${count(errors, 'error')} to settle` };
  }
  const left = untried(report);
  const isOpen = findings.some(({ rule }) => rule === 'statement-not-executed');
  if (isOpen && left > 0) {
    const others = findings.filter(
      (one) => one.severity === 'warning' && one.rule !== 'statement-not-executed',
    );
    const what = `${count(left, 'statement')} could not be tried`;
    const text =
      others.length === 0
        ? `Nothing found, but ${what}`
        : `${count(others.length, 'warning')} to read, and ${what}`;
    return { mood: 'warned', icon: '⚠️', text };
  }
  if (warnings > 0)
    return { mood: 'warned', icon: '⚠️', text: `Safe to merge, with ${count(warnings, 'warning')} to read` };
  // Whoever wrote the change may have written the waiver too: the reader is the one who agrees.
  const agreed = accepted(report).filter(
    ({ introduced, severity }) => introduced && severity === 'error',
  ).length;
  const condition = agreed === 0 ? '' : `, if you agree with ${count(agreed, 'accepted finding')}`;
  const unproved = left === 0 ? '' : `; ${count(left, 'statement')} could not be tried`;
  return { mood: 'calm', icon: '✅', text: `Safe to merge${condition}${unproved}` };
}

const effects: readonly (readonly [rules: RegExp, effect: string])[] = [
  [/^migration-out-of-order$/, 'out of order'],
  [/^(migration-failed|privileged-statement|rls-file-failed|migration-fails-on-data)$/, 'fails'],
  [/-(dropped|removed)$|^(column-recreated|type-narrowed|values-changed)$/, 'removes something'],
  [/rls|^policy-|^grant-|^access-|-exposed$/, 'opens access'],
];
const destroysData = 'destroys data';
const destroys = /^(table|column|schema)-dropped$|^(cascade-dropped|rows-removed|column-recreated)$/;

/** What the worst findings of a migration do, in few words for a folded line: `destroys data, opens access`. */
export function effectOf(findings: readonly JudgedFinding[]): string {
  const worst = findings.filter((finding) => finding.severity === findings[0]?.severity);
  const known = new Set(worst.map(({ rule }) => effectOfRule(rule)).filter((effect) => effect !== null));
  // Losing data is what cannot be undone: it is said first.
  const inOrder = [...known].sort(
    (one, other) => Number(other === destroysData) - Number(one === destroysData),
  );
  return inOrder.length === 0 ? severities(findings) : inOrder.join(', ');
}

function effectOfRule(rule: string): string | null {
  if (destroys.test(rule)) return destroysData;
  return effects.find(([rules]) => rules.test(rule))?.[1] ?? null;
}
