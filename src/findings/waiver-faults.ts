/** What is wrong with waivers, as findings of the three house rules. */
import { nearest } from '../inputs/nearest.ts';
import type { Finding, RuleMeta } from '../rules/rule.ts';
import type { Found } from '../rules/run.ts';
import { waiverExpired } from '../rules/waiver-expired.ts';
import { waiverUnused } from '../rules/waiver-unused.ts';
import { waiverWithoutReason } from '../rules/waiver-without-reason.ts';
import type { JudgeRequest } from './judged.ts';
import { namesObject, standsAbove, type Waiver } from './waiver.ts';

/** It holds through the day it names. */
export function isExpired(waiver: Pick<Waiver, 'until'>, today: string): boolean {
  return waiver.until !== null && waiver.until < today;
}

/** One finding per faulty waiver: the first fault that holds. */
export function faultsOf(request: JudgeRequest, used: ReadonlySet<Waiver>, today: string): Found[] {
  const faults: Found[] = request.waivers.misread.map(({ why, file, line, standing }) => {
    const finding = {
      object: file,
      file,
      line,
      title: `This comment looks like a waiver and cannot be read: ${why}`,
      detail: 'It silences nothing.',
      remedy: 'Write it like this: -- gatekeeper: allow <rule> <object> because "<reason>"',
      fix: null,
      evidence: {},
    };
    return { rule: waiverUnused.meta, finding, introduced: !standing };
  });
  for (const waiver of request.waivers.read) {
    const fault = faultOf(waiver, request, used, today);
    if (fault !== null) faults.push({ ...fault, introduced: !waiver.standing });
  }
  return faults;
}

interface Fault {
  readonly rule: RuleMeta;
  readonly finding: Finding;
}

function faultOf(
  waiver: Waiver,
  request: JudgeRequest,
  used: ReadonlySet<Waiver>,
  today: string,
): Fault | null {
  const name = `the waiver of ${waiver.rule} on ${waiver.object}`;
  const useless = whyUseless(waiver, request);
  if (useless !== null) {
    return fault(waiverUnused.meta, waiver, { title: `${upper(name)} silences nothing`, ...useless });
  }
  if (waiver.reason === null) {
    return fault(waiverWithoutReason.meta, waiver, {
      title: `${upper(name)} gives no reason`,
      detail:
        'It silences nothing until it does: whoever reads it later could not tell why this was accepted.',
      remedy:
        waiver.source === 'sql'
          ? `Add why: -- gatekeeper: allow ${waiver.rule} ${waiver.object} because "…"`
          : `Add "reason" to it in ${waiver.file}`,
    });
  }
  if (isExpired(waiver, today)) {
    return fault(waiverExpired.meta, waiver, {
      title: `${upper(name)} held until ${waiver.until}`,
      detail: 'It silences nothing any more; what it accepted counts again.',
      remedy: 'Mend what it accepted and remove it, or agree on a later date',
    });
  }
  if (used.has(waiver) || request.incomplete === true) return null;
  return fault(waiverUnused.meta, waiver, {
    title: `${upper(name)} silences nothing`,
    ...whyUnmatched(waiver, request.found),
  });
}

type Words = Pick<Finding, 'title' | 'detail' | 'remedy'>;

function fault(rule: RuleMeta, waiver: Waiver, words: Words): Fault {
  const { object, file, line, reason, until } = waiver;
  const evidence = { rule: waiver.rule, reason, until };
  return { rule, finding: { object, file, line, ...words, fix: null, evidence } };
}

/** It could not silence anything, whatever was found. */
function whyUseless(waiver: Waiver, { rules, severities }: JudgeRequest): Omit<Words, 'title'> | null {
  const rule = rules.find(({ meta }) => meta.id === waiver.rule)?.meta;
  if (rule === undefined) {
    const near = nearest(
      waiver.rule,
      rules.map(({ meta }) => meta.id),
    );
    const remedy = near === null ? 'See docs/rules for the rules there are' : `Did you mean ${near}?`;
    return { detail: `There is no rule ${waiver.rule}.`, remedy };
  }
  if (!rule.waivable) {
    return {
      detail: `${rule.id} cannot be waived.`,
      remedy: `Remove the waiver and settle what it is about`,
    };
  }
  if (severities.get(rule.id) === 'off') {
    return { detail: `${rule.id} is switched off in the config file.`, remedy: 'Remove the waiver' };
  }
  return null;
}

/** Says what was found instead, when that is near: most unused waivers are slips. */
function whyUnmatched(waiver: Waiver, found: readonly Found[]): Omit<Words, 'title'> {
  const sameRule = found.filter(({ rule }) => rule.id === waiver.rule).map(({ finding }) => finding);
  const elsewhere = sameRule.find((finding) => namesObject(waiver, finding.object));
  if (elsewhere !== undefined) {
    const { file, line } = elsewhere;
    if (file === null || line === null) {
      const detail =
        'The finding belongs to no statement of this pull request, and a comment cannot reach it.';
      return { detail, remedy: 'Waive it in the config file on the base branch' };
    }
    const detail = `${waiver.rule} was found on this object, but at another statement.`;
    return { detail, remedy: `Move the comment right above the statement at ${file}:${line}` };
  }
  const here = sameRule.find((finding) => waiver.source === 'sql' && standsAbove(waiver, finding));
  if (here !== undefined) {
    const detail = `At the statement below ${waiver.rule} was found, but on ${here.object}.`;
    return { detail, remedy: `Name ${here.object}, if that is what you accept` };
  }
  if (waiver.source === 'sql' && waiver.statement === null) {
    const detail = 'No statement stands right below it.';
    return { detail, remedy: 'Put it on a line of its own above the statement it is about' };
  }
  const detail = `${waiver.rule} was not found on ${waiver.object}.`;
  return { detail, remedy: 'Remove it, so that it cannot hide something later' };
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
