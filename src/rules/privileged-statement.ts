/** privileged-statement: hosted Supabase would refuse a statement, or it reaches outside the database. */
import type { StatementRecord } from '../replay/record.ts';
import { deployStops } from './deploy-stops.ts';
import { privilegeWords } from './privilege-words.ts';
import type { ChangeRule, Evidence, Finding } from './rule.ts';
import { isStanding } from './standing-failure.ts';
import { oneLine } from './wording.ts';

export const privilegedStatement: ChangeRule = {
  meta: {
    id: 'privileged-statement',
    title: 'A statement needs rights that migrations do not have',
    category: 'applying',
    severity: 'error',
    configurable: false,
    waivable: false,
    firesWhen:
      'A statement of the new migrations or of `rls.sql` is refused because it needs a superuser or the owner of what belongs to Supabase: Postgres answers 42501 here as it would on a hosted project. What reaches outside the database (files and programs of the server, its configuration, other servers, roles that lead there) is not even sent.',
    effect:
      'The deploy stops at this statement, although it may have worked on a local stack or a self-hosted server, where migrations run with more rights.',
    remedy:
      'Write it the way the finding says: leave what belongs to Supabase as it is, and keep what is yours in tables and schemas of your own.',
    silentWhen:
      'A hosted project lets `postgres` do it although Postgres would not: policies and dropped triggers on the tables of auth, storage and realtime, extensions on its list, event triggers, publications, foreign data wrappers, and some settings. On `platform: postgres` only what reaches outside the database is reported.',
  },
  scope: 'change',
  check: (evidence) => {
    const { replay } = evidence;
    if (replay === null) return [];
    const { failed } = replay;
    const inRls = replay.headRls?.failed ?? null;
    const migration = replay.new.find(({ file }) => file === failed?.file);
    return [
      ...found(failed, migration?.tag ?? failed?.file ?? '', deployStops(evidence), evidence),
      ...found(inRls, inRls?.file ?? '', rlsStops(evidence), evidence).map((finding) => ({
        ...finding,
        standing: isStanding(inRls, replay),
      })),
    ];
  },
};

function found(
  failed: StatementRecord | null,
  name: string,
  effect: string,
  evidence: Evidence,
): readonly Finding[] {
  const words = failed === null ? null : privilegeWords(failed, evidence);
  if (failed === null || failed.error === null || words === null) return [];
  const { sqlstate, message, refused = false } = failed.error;
  const isElsewhere = (evidence.base ?? evidence.head)?.platform === 'postgres';
  const who = isElsewhere ? 'the gate' : 'hosted Supabase';
  // Where production may be a superuser's, the deploy may go on.
  const sentences = [words.why, isElsewhere ? null : effect].filter((sentence) => sentence !== null);
  return [
    {
      object: name,
      file: failed.file,
      line: failed.line,
      title: `${name} is refused by ${who}: ${oneLine(message, 140)}`,
      detail: sentences.join(' '),
      remedy: words.remedy,
      fix: null,
      evidence: { sqlstate, message, statement: oneLine(failed.sql, 300), sent: !refused },
    },
  ];
}

function rlsStops({ replay }: Evidence): string {
  return isStanding(replay?.headRls?.failed ?? null, replay)
    ? 'It is refused like this at base already; what stands below it was tried all the same.'
    : 'Everything below it is not applied, so what it should protect stays open.';
}
