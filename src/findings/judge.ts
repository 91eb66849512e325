/** From what the rules found to what counts: severities, waivers, and the order to read it in. */
import { byCodeUnit } from '../catalog/order.ts';
import type { RuleMeta, Severity } from '../rules/rule.ts';
import type { JudgedFinding, JudgeRequest, Waived } from './judged.ts';
import type { Severities } from './severity.ts';
import { objectsOf, silences, type Waiver } from './waiver.ts';
import { faultsOf, isExpired } from './waiver-faults.ts';

/** Waived findings stay in the list, with their waiver; those of rules that are off do not. */
export function judge(request: JudgeRequest): JudgedFinding[] {
  const { found, waivers, severities } = request;
  const today = request.today.toISOString().slice(0, 10);
  const used = new Set<Waiver>();
  const judged: JudgedFinding[] = [];
  for (const { rule, finding, introduced } of found) {
    const objects = objectsOf(finding);
    const waivedObjects = objects.map((object) => {
      const readable = rule.waivable ? waivers.read : [];
      const matching = readable.filter((waiver) => silences(waiver, rule, finding, object));
      for (const waiver of matching) used.add(waiver);
      return waivedBy(matching, today);
    });
    const severity = severityOf(rule, severities, finding.severity);
    if (severity === null) continue;
    const open = objects.filter((_, index) => waivedObjects[index] === null);
    const waived = open.length === 0 ? (waivedObjects[0] ?? null) : null;
    const detail =
      open.length > 0 && open.length < objects.length
        ? `${finding.detail} No waiver names ${shortList(open)}.`
        : finding.detail;
    judged.push({ ...finding, detail, rule: rule.id, severity, introduced, waived });
  }
  for (const { rule, finding, introduced } of faultsOf(request, used, today)) {
    const severity = severityOf(rule, severities);
    if (severity !== null) judged.push({ ...finding, rule: rule.id, severity, introduced, waived: null });
  }
  return judged.sort(inReadingOrder);
}

function shortList(objects: readonly string[]): string {
  const more = objects.length - 5;
  return `${objects.slice(0, 5).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** null: switched off. */
function severityOf(rule: RuleMeta, severities: Severities, ofTheCase?: Severity): Severity | null {
  const severity = severities.get(rule.id) ?? ofTheCase ?? rule.severity;
  return severity === 'off' ? null : severity;
}

/** Only a waiver with a reason and within its date silences; the others are findings themselves. */
function waivedBy(waivers: readonly Waiver[], today: string): Waived | null {
  for (const waiver of waivers) {
    const { file, line, reason, until } = waiver;
    if (reason !== null && !isExpired(waiver, today)) return { file, line, reason, until };
  }
  return null;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 };

/** The worst first, then what this pull request did, then by place; what has no place comes last. */
function inReadingOrder(one: JudgedFinding, other: JudgedFinding): number {
  return (
    rank[one.severity] - rank[other.severity] ||
    Number(other.introduced) - Number(one.introduced) ||
    Number(one.file === null) - Number(other.file === null) ||
    byCodeUnit(one.file ?? '', other.file ?? '') ||
    (one.line ?? 0) - (other.line ?? 0) ||
    byCodeUnit(one.rule, other.rule) ||
    byCodeUnit(one.object, other.object)
  );
}
